"""A buyer's request is kept with its deadline, answered once, and only the platform's word ends the order."""

from datetime import timedelta

import pytest

from core import clock
from orders import cancel_answers, cancel_requests, cursors
from orders.models import CancelAnswer, CancelRequest, Order, OrderHistory, OrderHold
from relay import effects
from tenancy import scoping
from tests import make_logistics
from tests.make_orders import NOW, make_order
from tests.orders.conftest import BY_HAND


@pytest.fixture
def vietnam(cedar, sandbox_world):
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-cedar")


def bound(shop):
    return scoping.scope(sellers=[shop.seller_id])


def asked(shop, sandbox_world) -> CancelRequest:
    """An order whose buyer wants out, found by the walk."""
    (order,) = make_logistics.sandbox_orders(sandbox_world, shop=shop)
    make_logistics.acts.buyer_cancel(
        sandbox_world, {"order_id": order.platform_order_id, "reason": "Ordered twice"}
    )
    read_again(shop)
    with bound(shop):
        return CancelRequest.objects.select_related("order").get()


def read_again(shop) -> None:
    cancel_requests.poll(seller_id=shop.seller_id, shop_id=shop.pk)
    cursors.pull_marked(seller_id=shop.seller_id, shop_id=shop.pk)


def run(shop) -> int:
    return effects.run_due(kind="orders.cancelanswer", seller_id=shop.seller_id)


def test_a_request_is_kept_with_its_deadline(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    assert (request.state, request.is_buyer_request, request.reason) == ("pending", True, "Ordered twice")
    assert timedelta(hours=23) < request.respond_by - clock.now() <= timedelta(hours=24)
    read_again(vietnam)
    with bound(vietnam):
        assert OrderHistory.objects.filter(action="cancel.requested").count() == 1


def test_letting_the_buyer_go_ends_the_order(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        cancel_answers.approve(request_id=request.pk, actor=BY_HAND, now=clock.now())
        assert Order.objects.get().state == "on_hold", "only the platform's word ends it"
    assert run(vietnam) == 1
    read_again(vietnam)
    with bound(vietnam):
        assert (Order.objects.get().state, CancelRequest.objects.get().state) == ("cancelled", "completed")
        assert CancelAnswer.objects.get().effect_state == "done"


def test_keeping_the_order_lifts_its_hold(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        cancel_answers.reject(
            request_id=request.pk, reason="seller_reject_already_packed", actor=BY_HAND, now=clock.now()
        )
    run(vietnam)
    read_again(vietnam)
    with bound(vietnam):
        assert CancelRequest.objects.get().state == "closed"
        assert Order.objects.get().state == "approved"
        assert not OrderHold.objects.filter(lifted_at__isnull=True).exists()


def test_a_lost_answer_is_told_again_under_the_same_key(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        cancel_answers.approve(request_id=request.pk, actor=BY_HAND, now=clock.now())
    run(vietnam)
    with bound(vietnam):
        CancelAnswer.objects.update(effect_state="waiting")
    run(vietnam)
    with bound(vietnam):
        assert CancelAnswer.objects.get().effect_state == "done"
    assert sandbox_world.journal.counts["cancellation_approve"] == 1


def test_two_people_do_not_both_answer(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        cancel_answers.approve(request_id=request.pk, actor=BY_HAND, now=clock.now())
        with pytest.raises(cancel_answers.CannotAnswer):
            cancel_answers.reject(request_id=request.pk, reason="x", actor=BY_HAND, now=clock.now())
        assert CancelAnswer.objects.count() == 1


def test_after_the_deadline_the_platform_decides(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam), pytest.raises(cancel_answers.CannotAnswer, match="time to answer"):
        cancel_answers.approve(
            request_id=request.pk, actor=BY_HAND, now=request.respond_by + timedelta(seconds=1)
        )


def test_a_refusal_stays_where_staff_see_it(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        cancel_answers.approve(request_id=request.pk, actor=BY_HAND, now=clock.now())
    sandbox_world.shop.orders[request.order.platform_order_id].status = "AWAITING_COLLECTION"
    run(vietnam)
    with bound(vietnam):
        answer = CancelAnswer.objects.get()
        assert (answer.effect_state, answer.last_error_code) == ("failed", "25001045")
        assert OrderHistory.objects.filter(action="cancel.answer_refused").count() == 1
        assert Order.objects.get().state == "on_hold"


def test_in_america_the_parcel_is_the_answer(north, north_shop):
    with scoping.scope(sellers=[north.pk]):
        order = make_order(shop=north_shop, is_buyer_cancel_requested=True, cancel_requested_at=NOW)
        request = CancelRequest.objects.create(
            shop=north_shop,
            order=order,
            cancel_id="4035",
            state="pending",
            is_buyer_request=True,
            first_seen_at=NOW,
        )
        assert cancel_answers.reject(request_id=request.pk, reason="", actor=BY_HAND, now=NOW) is None
        assert not CancelAnswer.objects.exists()
        assert not OrderHold.objects.filter(reason="cancel_requested", lifted_at__isnull=True).exists()


def test_the_seller_cancels_once_and_the_floor_stops_at_once(vietnam, sandbox_world):
    (order,) = make_logistics.sandbox_orders(sandbox_world, shop=vietnam)
    with bound(vietnam):
        cancel_answers.cancel_order(
            order_id=order.pk, reason="seller_cancel_reason_out_of_stock", actor=BY_HAND, now=clock.now()
        )
        assert Order.objects.get().state == "on_hold"
        assert order.packages.get().is_stopped
    run(vietnam)
    with bound(vietnam):
        CancelAnswer.objects.update(effect_state="waiting")  # its answer was lost: the order is read first
    run(vietnam)
    read_again(vietnam)
    with bound(vietnam):
        assert (Order.objects.get().state, CancelAnswer.objects.get().effect_state) == ("cancelled", "done")
    assert sandbox_world.journal.counts["order_cancelled"] == 1


def test_a_reason_is_wanted(vietnam, sandbox_world):
    request = asked(vietnam, sandbox_world)
    with bound(vietnam):
        with pytest.raises(cancel_answers.ReasonMissing):
            cancel_answers.reject(request_id=request.pk, reason=" ", actor=BY_HAND, now=clock.now())
        with pytest.raises(cancel_answers.ReasonMissing):
            cancel_answers.cancel_order(order_id=request.order_id, reason="", actor=BY_HAND, now=clock.now())
        assert not CancelAnswer.objects.exists()
