"""Of equal alarms one waits in the queue at a time; a broker that is away costs nothing but time."""

from datetime import timedelta

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as BrokerAway

from relay import effects, wake
from relay.effects import EffectState
from tests import make_orders
from tests.make_orders import NOW
from warehouse.models import StockPush

KIND = StockPush._meta.label_lower


class Board:
    """The two commands of Redis that matter here."""

    def __init__(self) -> None:
        self.marks: set[str] = set()
        self.is_away = False

    def set(self, mark: str, _value: int, *, nx: bool, ex: int) -> bool | None:
        if self.is_away:
            raise BrokerAway("gone")
        if nx and mark in self.marks:
            return None
        self.marks.add(mark)
        return True

    def delete(self, mark: str) -> None:
        if self.is_away:
            raise BrokerAway("gone")
        self.marks.discard(mark)


@pytest.fixture
def board(monkeypatch, settings):
    found = Board()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(Redis, "from_url", lambda *_, **__: found)
    wake._board.cache_clear()
    yield found
    wake._board.cache_clear()


@pytest.fixture
def sent(monkeypatch):
    found: list[tuple[str, dict]] = []
    monkeypatch.setattr(
        wake.current_app, "send_task", lambda task, *, kwargs, **_: found.append((task, kwargs))
    )
    return found


def test_a_second_equal_alarm_is_not_queued_until_the_first_has_begun(board, sent):
    for seller_id in (1, 1, 2):
        wake.send("some.task", queue="floor", seller_id=seller_id)
    assert sent == [("some.task", {"seller_id": 1}), ("some.task", {"seller_id": 2})]
    wake.begun("some.task", {"seller_id": 1})
    wake.send("some.task", queue="floor", seller_id=1)
    assert sent[2:] == [("some.task", {"seller_id": 1})]


@pytest.fixture
def waits(monkeypatch):
    found: list[float] = []
    monkeypatch.setattr(
        wake.current_app, "send_task", lambda _task, *, countdown, **_: found.append(countdown)
    )
    return found


def test_alarms_for_nearly_the_same_time_are_one(board, waits):
    for seconds in (1.1, 1.3, 1.5, 1.6):
        at = NOW + timedelta(seconds=seconds)
        wake.send_at("some.task", queue="floor", at=at, now=NOW, seller_id=1)
    assert waits == [1.5, 2.0]


@pytest.mark.parametrize("seconds", [-1, 0, 5.01])
def test_what_is_due_already_or_after_the_next_sweep_needs_no_alarm(board, waits, seconds):
    wake.send_at("some.task", queue="floor", at=NOW + timedelta(seconds=seconds), now=NOW, seller_id=1)
    assert waits == []


def test_the_next_effect_rings_when_it_becomes_due(board, waits, cedar, north, cedar_shop, in_cedar):
    make_push(cedar_shop, "late", not_before=NOW + timedelta(seconds=4))
    make_push(cedar_shop, "next", not_before=NOW + timedelta(seconds=2))
    make_push(cedar_shop, "sent", not_before=NOW + timedelta(seconds=1), effect_state=EffectState.DONE)
    effects.wake_for_next(kind=KIND, seller_id=north.pk, now=NOW)
    assert waits == []
    effects.wake_for_next(kind=KIND, seller_id=cedar.pk, now=NOW)
    assert waits == [2.0]


def make_push(shop, key, **values):
    listing = make_orders.make_listing(shop=shop, sku=None, platform_sku_id=key)
    StockPush.objects.create(
        shop=shop, listing=listing, key=key, wanted=1, asked_at=NOW, created_at=NOW, **values
    )


def test_a_broker_that_is_away_stops_nobody(board, sent):
    board.is_away = True
    wake.send("some.task", queue="floor", seller_id=1)
    wake.begun("some.task", {"seller_id": 1})
    assert sent == []


def test_a_broker_in_memory_gets_every_alarm(settings, sent):
    settings.REDIS_URL = "memory://"
    wake._board.cache_clear()
    wake.send("some.task", queue="floor", seller_id=1)
    wake.send("some.task", queue="floor", seller_id=1)
    assert len(sent) == 2
