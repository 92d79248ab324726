"""A fact is handled once per subscriber, whatever is repeated, fails or is lost."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from core import clock
from relay import events, outbox
from relay.models import DeliveryState, EventDelivery, OutboxEvent
from tenancy import scoping


@dataclass(frozen=True)
class KettleBoiled(events.Event):
    name: ClassVar[str] = "test.kettle_boiled"
    kettle_id: int


@dataclass(frozen=True)
class CupsFilled(events.Event):
    name: ClassVar[str] = "test.cups_filled"
    cup_id: int


handled: list[int] = []
batches: list[list[int]] = []


@events.subscribe(KettleBoiled)
def on_kettle_boiled(event: KettleBoiled) -> None:
    if event.kettle_id == 13:
        raise ValueError("kettle 13 always fails")
    handled.append(event.kettle_id)


@events.subscribe(CupsFilled, takes_many=True)
def on_cups_filled(facts: list[CupsFilled]) -> None:
    if any(fact.cup_id == 13 for fact in facts):
        raise ValueError("cup 13 breaks whatever batch it is in")
    batches.append([fact.cup_id for fact in facts])


@pytest.fixture(autouse=True)
def _empty():
    handled.clear()
    batches.clear()


def test_a_fact_is_handled_once(cedar, in_cedar):
    outbox.publish(KettleBoiled(kettle_id=1))
    assert outbox.deliver_due(seller_id=cedar.pk) == 1
    assert outbox.deliver_due(seller_id=cedar.pk) == 0
    assert handled == [1]


def test_another_sellers_facts_stay_where_they_are(cedar, north):
    with scoping.scope(sellers=[north.pk]):
        outbox.publish(KettleBoiled(kettle_id=2))
    assert outbox.deliver_due(seller_id=cedar.pk) == 0
    assert handled == []


def test_a_failing_handler_is_put_off_and_keeps_its_reason(cedar, in_cedar):
    outbox.publish(KettleBoiled(kettle_id=13))
    outbox.deliver_due(seller_id=cedar.pk)
    receipt = EventDelivery.objects.get()
    assert (receipt.state, receipt.attempts) == (DeliveryState.WAITING, 1)
    assert receipt.last_error == "ValueError('kettle 13 always fails')"
    assert receipt.not_before > clock.now()


def test_the_last_attempt_asks_for_a_person_who_can_retry_or_give_up(cedar, in_cedar):
    outbox.publish(KettleBoiled(kettle_id=13))
    EventDelivery.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    outbox.deliver_due(seller_id=cedar.pk)
    receipt = EventDelivery.objects.get()
    assert receipt.state == DeliveryState.DEAD
    outbox.retry(delivery_id=receipt.pk, now=clock.now())
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts) == (DeliveryState.WAITING, 0)
    outbox.give_up(delivery_id=receipt.pk, now=clock.now())
    receipt.refresh_from_db()
    assert receipt.state == DeliveryState.WAITING, "only what is stuck can be given up"


def test_many_facts_reach_a_batch_handler_together_and_one_bad_fact_harms_only_itself(cedar, in_cedar):
    outbox.publish_many([CupsFilled(cup_id=1), CupsFilled(cup_id=2)])
    outbox.deliver_due(seller_id=cedar.pk)
    assert batches == [[1, 2]]
    outbox.publish_many([CupsFilled(cup_id=3), CupsFilled(cup_id=13), CupsFilled(cup_id=4)])
    outbox.deliver_due(seller_id=cedar.pk)
    assert batches == [[1, 2], [3], [4]]
    states = EventDelivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "done", "done", "waiting", "done"]


def test_tidy_forgets_only_what_is_settled_and_old(cedar, in_cedar):
    outbox.publish_many([KettleBoiled(kettle_id=1), KettleBoiled(kettle_id=13)])
    outbox.deliver_due(seller_id=cedar.pk)
    assert outbox.tidy(older_than=clock.now()) == 1
    assert [event.payload for event in OutboxEvent.objects.all()] == [{"kettle_id": 13}]
