"""Cases and what the buyer is told: once, in the market's language, through the platform."""

from datetime import timedelta

import pytest

from core import clock
from logistics import buyer_messages, buyer_texts, exceptions
from logistics.models import BuyerMessage, ExceptionCase, ExceptionKind, Shipment
from orders.models import OrderHistory
from relay import effects
from relay.models import OutboxEvent
from sandbox.control import acts, dump
from tenancy import scoping
from tests.make_logistics import LAN, handed_over, hurry, pack_orders, sandbox_orders
from tests.make_orders import NOW


def open_case(shipment, kind: str, *, now=NOW, detail: str = "") -> ExceptionCase:
    return exceptions.open_case(
        shipment=shipment, package=shipment.package, kind=kind, detail=detail, now=now
    )


def test_a_case_is_opened_once_and_announced(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    case = open_case(shipment, "lost", detail="cannot be found")
    assert open_case(shipment, "lost", detail="still not found").pk == case.pk
    case.refresh_from_db()
    assert (case.detail, case.region_code, case.province) == ("still not found", "VN", "Hồ Chí Minh")
    assert OutboxEvent.objects.filter(name="case.opened").count() == 1
    assert OrderHistory.objects.get(action="case.opened").data["case"] == "lost"


def test_a_resolved_case_stays_resolved(cedar_shop, in_cedar):
    case = open_case(handed_over(shop=cedar_shop), "damaged")
    exceptions.resolve(case_id=case.pk, resolution="sent again", actor=LAN, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.resolved_by, case.resolution) == ("resolved", "Lan", "sent again")
    with pytest.raises(exceptions.CaseClosed, match="Lan"):
        exceptions.resolve(case_id=case.pk, resolution="", actor=LAN, now=NOW)


def test_every_kind_that_buyers_are_told_of_has_words_in_every_language():
    told = set(buyer_messages.TOLD_AUTOMATICALLY)
    for language, texts in buyer_texts.TEXTS.items():
        assert told <= set(texts), language
        assert set(texts) == set(buyer_texts.TEXTS["en"]), language
        for words in texts.values():
            assert "{order}" in words
            assert len(words.format(order="5" * 19, number="J" * 20)) < 500
    assert buyer_texts.text(kind="upload_refused", region="VN", order="1", number="2") == ""
    assert buyer_texts.text(kind="stale", region="US", order="1", number="2").startswith("Hello!")


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("VN", "Xin chào"),
        ("TH", "สวัสดี"),
        ("MY", "Hai!"),
        ("ID", "Halo!"),
        ("MX", "¡Hola!"),
        ("CN", "您好"),
        ("US", "Hello"),
    ],
)
def test_the_language_follows_the_market(region, start):
    text = buyer_texts.text(kind=ExceptionKind.LOST, region=region, order="5764", number="JT1")
    assert text.startswith(start)
    assert "5764" in text


# --- through the sandbox ---


@pytest.fixture
def case(sandbox_world, vietnam) -> ExceptionCase:
    (order,) = sandbox_orders(sandbox_world, shop=vietnam)
    with scoping.scope(sellers=[vietnam.seller_id]):
        (shipment,) = pack_orders([order])
        Shipment.objects.filter(pk=shipment.pk).update(tracking_number="JT840172639501")
        shipment = Shipment.objects.select_related("package").get(pk=shipment.pk)
        return open_case(shipment, "delayed", now=clock.now())


def run(shop) -> int:
    return effects.run_due(kind="logistics.buyermessage", seller_id=shop.seller_id)


def sent(world) -> list[str]:
    return [str(message) for message in dump.dump(world)["messages"]]


def skip_pause(shop) -> None:
    with scoping.scope(sellers=[shop.seller_id]):
        hurry(BuyerMessage)


def test_the_buyer_is_told_after_a_pause(sandbox_world, vietnam, case):
    assert run(vietnam) == 0  # staff may still keep it back
    skip_pause(vietnam)
    assert run(vietnam) == 1
    (message,) = sent(sandbox_world)
    assert "Xin chào" in message
    assert "JT840172639501" in message
    with scoping.scope(sellers=[vietnam.seller_id]):
        row = BuyerMessage.objects.get()
        assert (row.effect_state, row.is_automatic, bool(row.platform_message_id)) == ("done", True, True)
        assert OrderHistory.objects.filter(action="buyer.told").count() == 1
    assert run(vietnam) == 0


def test_a_resolved_case_keeps_its_message_back(sandbox_world, vietnam, case):
    with scoping.scope(sellers=[vietnam.seller_id]):
        exceptions.resolve(case_id=case.pk, resolution="on its way", actor=LAN, now=clock.now())
    skip_pause(vietnam)
    assert run(vietnam) == 0
    assert sent(sandbox_world) == []


def test_a_lost_answer_does_not_tell_twice(sandbox_world, vietnam, case, monkeypatch):
    skip_pause(vietnam)
    after = sandbox_world.faults.after

    async def cut_once_the_message_is_there(surface, response):
        if dump.dump(sandbox_world)["messages"]:
            acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 1.0}})
        return await after(surface, response)

    monkeypatch.setattr(sandbox_world.faults, "after", cut_once_the_message_is_there)
    run(vietnam)
    monkeypatch.undo()
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 0.0}})
    assert len(sent(sandbox_world)) == 1
    skip_pause(vietnam)
    run(vietnam)
    assert len(sent(sandbox_world)) == 1
    with scoping.scope(sellers=[vietnam.seller_id]):
        assert BuyerMessage.objects.get().effect_state == "done"


def test_staff_write_their_own_words_once(sandbox_world, vietnam, case):
    with scoping.scope(sellers=[vietnam.seller_id]):
        buyer_messages.skip_waiting(case=case, now=clock.now())
        for text in ("", "x" * 2001):
            with pytest.raises(buyer_messages.CannotTellBuyer):
                buyer_messages.tell(case_id=case.pk, text=text, actor=LAN, now=clock.now())
        buyer_messages.tell(case_id=case.pk, text="We sent a new one.", actor=LAN, now=clock.now())
        with pytest.raises(buyer_messages.CannotTellBuyer, match="exactly this"):
            buyer_messages.tell(case_id=case.pk, text="We sent a new one. ", actor=LAN, now=clock.now())
    assert run(vietnam) == 1
    (message,) = sent(sandbox_world)
    assert "We sent a new one." in message


def test_a_shop_without_a_connection_tells_nobody(cedar_shop, in_cedar):
    case = open_case(handed_over(shop=cedar_shop), "lost")
    assert not BuyerMessage.objects.exists()
    with pytest.raises(buyer_messages.CannotTellBuyer, match="Seller Center"):
        buyer_messages.tell(case_id=case.pk, text="Hello", actor=LAN, now=NOW + timedelta(hours=1))
