"""Of equal alarms one waits in the queue at a time; a broker that is away costs nothing but time."""

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as BrokerAway

from relay import wake


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
