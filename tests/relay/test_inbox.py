"""A push is stored once, handled once, and kept for replay."""

from core import clock
from relay import inbox
from relay.models import InboundMessage, InboundState, UnroutedMessage

seen: list[str] = []


@inbox.handles("test_source")
def _take(messages: list[InboundMessage]) -> None:
    if any(message.topic == "bad" for message in messages):
        raise ValueError("cannot read this")
    seen.extend(message.source_id for message in messages)


def _receive(seller, source_id: str, topic: str = "good") -> bool:
    return inbox.receive(
        seller_id=seller.pk,
        source="test_source",
        source_id=source_id,
        topic=topic,
        shop_ref="",
        body=b"{}",
        now=clock.now(),
    )


def test_a_repeated_push_is_counted_not_stored_twice(cedar, in_cedar):
    assert _receive(cedar, "a") is True
    assert _receive(cedar, "a") is False
    message = InboundMessage.objects.get()
    assert message.times_received == 2


def test_messages_are_handled_once_and_can_be_replayed(cedar, in_cedar):
    seen.clear()
    _receive(cedar, "a")
    inbox.handle_due(seller_id=cedar.pk)
    inbox.handle_due(seller_id=cedar.pk)
    assert seen == ["a"]
    inbox.replay(message_id=InboundMessage.objects.get().pk, now=clock.now())
    inbox.handle_due(seller_id=cedar.pk)
    assert seen == ["a", "a"]


def test_one_bad_message_does_not_hold_back_the_others(cedar, in_cedar):
    seen.clear()
    _receive(cedar, "a")
    _receive(cedar, "b", topic="bad")
    _receive(cedar, "c")
    inbox.handle_due(seller_id=cedar.pk)
    assert seen == ["a", "c"]
    bad = InboundMessage.objects.get(source_id="b")
    assert (bad.state, bad.attempts, bad.last_error) == (
        InboundState.WAITING,
        1,
        "ValueError('cannot read this')",
    )


def test_a_source_without_a_handler_is_kept_and_ignored(cedar, in_cedar):
    inbox.receive(
        seller_id=cedar.pk,
        source="unknown",
        source_id="1",
        topic="",
        shop_ref="",
        body=b"{}",
        now=clock.now(),
    )
    inbox.handle_due(seller_id=cedar.pk)
    assert InboundMessage.objects.get().state == InboundState.IGNORED


def test_an_unrouted_message_leaves_a_short_trace(db):
    inbox.keep_unrouted(
        source="tiktok_shop", why="unknown shop", shop_ref="77", body=b"x\x00" * 400, now=clock.now()
    )
    trace = UnroutedMessage.objects.get()
    assert (trace.body_size, len(trace.body_start), trace.shop_ref) == (800, 150, "77")
