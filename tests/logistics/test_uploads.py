"""Numbers at the platform, through the sandbox: once each, with a receipt or a reason, whatever happens to the answers."""

from datetime import timedelta

import pytest

from core import clock
from integrations import connections
from integrations.ports import ShipRequest
from logistics import labels, tracking_upload
from logistics.models import ExceptionCase, Shipment, TrackingUpload
from logistics.setup import policy_for
from orders.models import OrderHistory
from sandbox.control import acts, dump
from tenancy import scoping
from tests.make_logistics import LAN, carrier, hear, hurry, pack_orders, run_uploads, said, sandbox_orders
from tests.make_logistics import hand_over as dock


@pytest.fixture
def in_vietnam(vietnam, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        policy = policy_for(vietnam)
        policy.upload_moment = "at_handover"
        policy.save()
    return vietnam


def numbered(world, shop, *, count: int = 1, first: int = 84017263950, code: str = "jt") -> list[Shipment]:
    """Labelled parcels of sandbox orders that the seller's own carrier takes."""
    orders = sandbox_orders(world, shop=shop, count=count, shipping_type="SELLER")
    with scoping.scope(sellers=[shop.seller_id]):
        rows = pack_orders(orders)
        for place, row in enumerate(rows):
            labels.give_number(
                shipment_id=row.pk,
                carrier=carrier(code),
                number=f"JT{first + place * 7}",
                source="typed",
                actor=LAN,
                now=clock.now(),
            )
            row.refresh_from_db()
    return rows


def give_away(shop, rows) -> None:
    with scoping.scope(sellers=[shop.seller_id]):
        for row in rows:
            dock(row, now=clock.now())
        tracking_upload.sweep(now=clock.now())


def reload(shop, row):
    with scoping.scope(sellers=[shop.seller_id]):
        row.refresh_from_db()
        row.upload = TrackingUpload.objects.filter(shipment=row, is_correction=False).first()
        row.case = ExceptionCase.objects.filter(shipment=row).first()
    return row


def taken(world) -> dict[str, int]:
    """Number -> how often the platform took it."""
    return {number: row["count"] for number, row in dump.uploads(world).items()}


def test_numbers_are_uploaded_together_with_receipts(sandbox_world, in_vietnam):
    rows = numbered(sandbox_world, in_vietnam, count=3)
    assert taken(sandbox_world) == {}
    give_away(in_vietnam, rows)
    assert run_uploads(in_vietnam) == 3
    assert taken(sandbox_world) == {row.tracking_number: 1 for row in rows}
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        lines = OrderHistory.objects.filter(action="upload.done")
        assert {line.data["why"] for line in lines} == {"at_handover"}
        assert all(line.data["receipt"] for line in lines)
        assert carrier().platform_provider_ids == {"VN": "6841743441349706241"}
    assert reload(in_vietnam, rows[0]).uploaded_at is not None
    assert run_uploads(in_vietnam) == 0


def test_nothing_leaves_before_its_time(sandbox_world, in_vietnam, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        policy = policy_for(in_vietnam)
        policy.upload_moment = "after_pickup"
        policy.save()
    (row,) = numbered(sandbox_world, in_vietnam)
    give_away(in_vietnam, [row])
    assert run_uploads(in_vietnam) == 0
    assert taken(sandbox_world) == {}
    with scoping.scope(sellers=[cedar.pk]):
        hear(row, said("picked_up", at=clock.now()), now=clock.now())
        tracking_upload.sweep(now=clock.now())
    assert run_uploads(in_vietnam) == 1
    assert taken(sandbox_world) == {row.tracking_number: 1}


def test_a_lost_answer_does_not_upload_twice(sandbox_world, in_vietnam):
    rows = numbered(sandbox_world, in_vietnam, count=2)
    give_away(in_vietnam, rows)
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 1.0}})
    run_uploads(in_vietnam)
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 0.0}})
    first = reload(in_vietnam, rows[0])
    assert (first.uploaded_at, first.upload.effect_state) == (None, "waiting")
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        hurry(TrackingUpload)
    run_uploads(in_vietnam)
    assert taken(sandbox_world) == {row.tracking_number: 1 for row in rows}
    assert all(reload(in_vietnam, row).upload.effect_state == "done" for row in rows)


def test_a_write_that_took_effect_unheard_is_found_done(sandbox_world, in_vietnam, monkeypatch):
    (row,) = numbered(sandbox_world, in_vietnam)
    give_away(in_vietnam, [row])
    after = sandbox_world.faults.after

    async def cut_from_the_first_upload_on(surface, response):
        if sandbox_world.journal.counts["tracking_uploaded"]:
            acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 1.0}})
        return await after(surface, response)

    monkeypatch.setattr(sandbox_world.faults, "after", cut_from_the_first_upload_on)
    run_uploads(in_vietnam)
    assert taken(sandbox_world) == {row.tracking_number: 1}  # it arrived over there …
    assert reload(in_vietnam, row).upload.effect_state == "waiting"  # … and we do not know
    monkeypatch.undo()
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 0.0}})
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        hurry(TrackingUpload)
    run_uploads(in_vietnam)
    assert taken(sandbox_world) == {row.tracking_number: 1}
    assert reload(in_vietnam, row).upload.effect_state == "done"


def test_one_refusal_does_not_hold_the_others_back(sandbox_world, in_vietnam):
    rows = numbered(sandbox_world, in_vietnam, count=3)
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        # A shape that the platform does not take: our table of this carrier only warns.
        labels.give_number(
            shipment_id=rows[1].pk,
            carrier=carrier("jt"),
            number="JTX888123",
            source="typed",
            actor=LAN,
            now=clock.now(),
        )
        rows[1].refresh_from_db()
    give_away(in_vietnam, rows)
    run_uploads(in_vietnam)
    states = [reload(in_vietnam, row).upload.effect_state for row in rows]
    assert states == ["done", "failed", "done"]
    assert rows[1].case.kind == "upload_refused"
    assert "does not match the carrier" in rows[1].case.detail
    assert rows[1].uploaded_at is None


def test_a_refused_number_is_put_right_and_goes_again(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        labels.give_number(
            shipment_id=row.pk,
            carrier=carrier("jt"),
            number="JTX888123",
            source="typed",
            actor=LAN,
            now=clock.now(),
        )
        row.refresh_from_db()
    give_away(in_vietnam, [row])
    run_uploads(in_vietnam)
    assert reload(in_vietnam, row).upload.effect_state == "failed"
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        labels.give_number(
            shipment_id=row.pk,
            carrier=carrier("jt"),
            number="JT840172639588",
            source="typed",
            actor=LAN,
            now=clock.now(),
        )
    run_uploads(in_vietnam)
    assert taken(sandbox_world) == {"JT840172639588": 1}
    row = reload(in_vietnam, row)
    assert (row.upload.effect_state, row.case.state, row.case.resolution) == (
        "done",
        "resolved",
        "number_taken",
    )


def test_shipped_elsewhere_with_our_number_is_success(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    ship_by_hand(sandbox_world, in_vietnam, row, number=row.tracking_number)
    give_away(in_vietnam, [row])
    run_uploads(in_vietnam)
    assert reload(in_vietnam, row).upload.effect_state == "done"
    assert taken(sandbox_world) == {row.tracking_number: 1}


def test_shipped_elsewhere_with_another_number_is_a_case(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    ship_by_hand(sandbox_world, in_vietnam, row, number="JT700000000123")
    give_away(in_vietnam, [row])
    run_uploads(in_vietnam)
    row = reload(in_vietnam, row)
    assert (row.upload.effect_state, row.upload.last_error_code) == ("failed", "other_number")
    assert "JT700000000123" in row.case.detail
    assert row.uploaded_at is None


def ship_by_hand(world, shop, row, *, number: str) -> None:
    """Somebody types the number into Seller Center."""
    client = connections.shop_client(seller_id=shop.seller_id, shop_id=shop.pk)
    with scoping.scope(sellers=[shop.seller_id]):
        order = row.package.order
    (picture,) = client.get_orders(platform_order_ids=[order.platform_order_id])
    (outcome,) = client.ship_packages(
        requests=[
            ShipRequest(
                platform_package_id=picture.platform_package_ids[0],
                platform_order_id=order.platform_order_id,
                tracking_number=number,
                shipping_provider_id="6841743441349706241",
            )
        ]
    )
    assert outcome.is_ok


def test_a_cancelled_order_is_refused_in_words(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    give_away(in_vietnam, [row])
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        order_id = row.package.order.platform_order_id
    acts.cancel(sandbox_world, {"order_id": order_id})
    run_uploads(in_vietnam)
    row = reload(in_vietnam, row)
    assert (row.upload.effect_state, row.upload.last_error_code) == ("failed", "order_cancelled")
    assert taken(sandbox_world) == {}


def test_a_number_is_corrected_once(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    give_away(in_vietnam, [row])
    run_uploads(in_vietnam)
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        tracking_upload.correct(
            shipment_id=row.pk, carrier=carrier(), number="JT840172639599", actor=LAN, now=clock.now()
        )
        old = Shipment.objects.get(pk=row.pk).tracking_number
    run_uploads(in_vietnam)
    row = reload(in_vietnam, row)
    assert (old, row.tracking_number) == ("JT84017263950", "JT840172639599")
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        assert OrderHistory.objects.filter(action="upload.corrected").count() == 1
        with pytest.raises(tracking_upload.CannotCorrect, match="no second time"):
            tracking_upload.correct(
                shipment_id=row.pk, carrier=carrier(), number="JT840172639577", actor=LAN, now=clock.now()
            )


def test_american_orders_are_marked_as_shipped(sandbox_world, america, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        policy = policy_for(america)
        policy.upload_moment = "at_handover"
        policy.save()
    orders = sandbox_orders(sandbox_world, shop=america, count=2, shipping_type="SELLER")
    numbers = ["9400111899223197428497", "03071790000523483741"]
    with scoping.scope(sellers=[cedar.pk]):
        rows = pack_orders(orders)
        for row, number in zip(rows, numbers, strict=True):
            labels.give_number(
                shipment_id=row.pk,
                carrier=carrier("usps"),
                number=number,
                source="typed",
                actor=LAN,
                now=clock.now(),
            )
            row.refresh_from_db()
    give_away(america, rows)
    run_uploads(america)
    assert taken(sandbox_world) == dict.fromkeys(numbers, 1)
    row = reload(america, rows[0])
    with scoping.scope(sellers=[cedar.pk]):
        assert row.package.platform_package_id != ""


def test_a_person_may_hurry_an_upload_only_after_handover(sandbox_world, in_vietnam, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        policy = policy_for(in_vietnam)
        policy.upload_moment = "after_pickup"
        policy.save()
    (row,) = numbered(sandbox_world, in_vietnam)
    with (
        scoping.scope(sellers=[cedar.pk]),
        pytest.raises(tracking_upload.NotTimeYet, match="Hand the parcel over"),
    ):
        tracking_upload.upload_now(shipment_id=row.pk, actor=LAN, now=clock.now())
    give_away(in_vietnam, [row])
    with scoping.scope(sellers=[cedar.pk]):
        tracking_upload.upload_now(shipment_id=row.pk, actor=LAN, now=clock.now())
    run_uploads(in_vietnam)
    assert taken(sandbox_world) == {row.tracking_number: 1}
    assert reload(in_vietnam, row).upload.why_now == "person"


def test_a_hold_at_the_platform_puts_the_upload_off(sandbox_world, in_vietnam):
    (row,) = numbered(sandbox_world, in_vietnam)
    give_away(in_vietnam, [row])
    with scoping.scope(sellers=[in_vietnam.seller_id]):
        order_id = row.package.order.platform_order_id
    acts.buyer_cancel(sandbox_world, {"order_id": order_id})
    run_uploads(in_vietnam)
    row = reload(in_vietnam, row)
    assert (row.upload.effect_state, row.upload.last_error_code) == ("waiting", "cancel_requested")
    assert row.upload.not_before - clock.now() > timedelta(seconds=60)
