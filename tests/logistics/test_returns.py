"""What comes back: heard of, decided, received, looked at, on the shelf again or written off, and paid."""

from datetime import timedelta

import pytest

from core import clock
from logistics import voiding
from logistics.models import ExceptionCase, Shipment
from orders import return_answers, returns
from orders.models import OrderHistory, Package, ReturnAnswer, ReturnCase, ReturnLine
from relay import effects
from sandbox.control import after_sales
from tenancy import scoping
from tests import make_logistics, make_warehouse
from tests.make_logistics import LAN
from tests.make_orders import NOW
from tests.make_warehouse import MAI, deliver, in_bin, level, make_site, make_stock
from warehouse import ledger_check, put_back_scans
from warehouse import returns as bench
from warehouse.models import PutBackTask, StockMovement


@pytest.fixture
def vietnam(cedar, sandbox_world):
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-cedar")


def bound(shop):
    return scoping.scope(sellers=[shop.seller_id])


def asked(shop, world, *, kind: str = "RETURN_AND_REFUND") -> ReturnCase:
    wishes = {"status": "DELIVERED", "skus": ["KF-MUG-SEA"], "quantity": 3}
    (order,) = make_logistics.sandbox_orders(world, shop=shop, **wishes)
    after_sales.ask_return(world, {"order_id": order.platform_order_id, "kind": kind})
    poll(shop)
    with bound(shop):
        return ReturnCase.objects.get()


def poll(shop) -> None:
    returns.poll(seller_id=shop.seller_id, shop_id=shop.pk)


def answer(shop, case: ReturnCase, *, is_approved: bool = True, reason: str = "") -> ReturnAnswer:
    with bound(shop):
        row = return_answers.answer(
            case_id=case.pk, is_approved=is_approved, reason=reason, comment="", actor=LAN, now=clock.now()
        )
    effects.run_due(kind="orders.returnanswer", seller_id=shop.seller_id)
    poll(shop)
    with bound(shop):
        row.refresh_from_db()
        case.refresh_from_db()
    return row


def test_from_the_wish_to_the_money(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world)
    assert (case.stage, case.wanted_answer, case.kind) == ("to_decide", "return", "return_and_refund")
    assert case.respond_by > clock.now()
    with bound(vietnam):
        make_site()
        line = ReturnLine.objects.select_related("sku").get()
        assert (line.quantity, line.sku.seller_sku) == (3, "KF-MUG-SEA")
    assert answer(vietnam, case).effect_state == "done"
    assert case.stage == "on_its_way"
    number = after_sales.ship_return(sandbox_world, {"return_id": case.return_id})["tracking_number"]
    poll(vietnam)
    with bound(vietnam):
        case = bench.scan_in(code=number.lower(), actor=LAN, now=clock.now())
        assert (case.stage, case.received_by) == ("to_inspect", "Lan")
        bench.inspect(line_id=line.pk, verdicts={"restocked": 1, "damaged": 1}, actor=LAN, now=clock.now())
        case = bench.inspect(line_id=line.pk, verdicts={"missing": 1}, actor=LAN, now=clock.now())
        assert (case.stage, case.inspected_by) == ("to_settle", "Lan")
        assert (in_bin("RECEIVING", line.sku), level(line.sku)) == (1, (1, 0))
        assert ledger_check.check_ledger() == []
        reasons = StockMovement.objects.order_by("pk").values_list("reason", "quantity")
        assert list(reasons) == [("returned", 2), ("damaged", -1)]
        put_back_scans.place(
            task_id=PutBackTask.objects.get().pk, bin_code="A-01-1", quantity=None, actor=MAI, now=NOW
        )
        assert in_bin("A-01-1", line.sku) == 1
    answer(vietnam, case)
    assert (case.stage, case.refund_state) == ("done", "agreed")
    sandbox_world.settings["refund_seconds"] = 0
    sandbox_world.shop.at(sandbox_world.clock.now(), action="refund", subject=case.return_id)
    sandbox_world.step()
    poll(vietnam)
    with bound(vietnam):
        case.refresh_from_db()
        assert case.refund_state == "refunded"
        actions = OrderHistory.objects.filter(kind="return").order_by("pk").values_list("action", flat=True)
        assert actions[0] == "return.asked"
        assert "return.inspected" in actions


def test_a_rejection_needs_a_reason_of_the_platform(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world, kind="REFUND")
    with bound(vietnam), pytest.raises(return_answers.RejectReasonMissing):
        return_answers.answer(
            case_id=case.pk, is_approved=False, reason="", comment="", actor=LAN, now=clock.now()
        )
    row = answer(vietnam, case, is_approved=False, reason="seller_reject_proof_missing")
    assert (row.effect_state, case.stage, case.refund_state) == ("done", "done", "refused")


def test_a_decision_is_told_once(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world, kind="REFUND")
    answer(vietnam, case)
    with bound(vietnam):
        ReturnAnswer.objects.update(effect_state="waiting")
    effects.run_due(kind="orders.returnanswer", seller_id=vietnam.seller_id)
    with bound(vietnam):
        assert ReturnAnswer.objects.get().effect_state == "done"
        with pytest.raises(return_answers.CannotDecideReturn):
            return_answers.answer(
                case_id=case.pk, is_approved=True, reason="", comment="", actor=LAN, now=clock.now()
            )
    assert sandbox_world.journal.counts["return_answered"] == 1


def test_refusing_the_goods_needs_a_look_at_them(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world)
    answer(vietnam, case)
    after_sales.ship_return(sandbox_world, {"return_id": case.return_id})
    poll(vietnam)
    with bound(vietnam), pytest.raises(return_answers.CannotDecideReturn, match="Look at the goods"):
        return_answers.answer(
            case_id=case.pk, is_approved=False, reason="x", comment="", actor=LAN, now=clock.now()
        )


def test_after_the_deadline_the_platform_decides(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world)
    with bound(vietnam), pytest.raises(return_answers.CannotDecideReturn, match="time to answer"):
        return_answers.answer(
            case_id=case.pk,
            is_approved=True,
            reason="",
            comment="",
            actor=LAN,
            now=case.respond_by + timedelta(seconds=1),
        )


def test_an_old_word_does_not_undo_a_newer_one(vietnam, sandbox_world):
    case = asked(vietnam, sandbox_world, kind="REFUND")
    client = make_logistics.connections.shop_client(seller_id=vietnam.seller_id, shop_id=vietnam.pk)
    old = client.search_returns(return_ids=[case.return_id]).items
    sandbox_world.shop.returns[case.return_id].update_time += 5
    answer(vietnam, case)
    sandbox_world.shop.returns[case.return_id].update_time += 60
    poll(vietnam)
    with bound(vietnam):
        returns.take(shop_id=vietnam.pk, found=old, now=clock.now())
        assert ReturnCase.objects.get().platform_status != "return_or_refund_request_pending"


@pytest.fixture
def site(in_cedar):
    make_logistics.carrier("jt")
    return make_site()


def test_a_parcel_that_the_carrier_brings_back_opens_a_return(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = make_warehouse.packed(shop=cedar_shop, warehouse=site, lines={"MUG": 2})
    deliver()
    shipment = Shipment.objects.get(package=package)
    number = "JT840172639501"
    make_logistics.labels.give_number(
        shipment_id=shipment.pk,
        carrier=make_logistics.carrier("jt"),
        number=number,
        source="typed",
        actor=LAN,
        now=NOW,
    )
    shipment.refresh_from_db()
    make_logistics.hand_over(shipment)
    voiding.of_orders(order_ids=[package.order_id], now=NOW)
    case = bench.scan_in(code=number, package_id=package.pk, actor=LAN, now=NOW)
    deliver()
    package.refresh_from_db()
    shipment.refresh_from_db()
    assert (package.state, shipment.state, case.stage, case.kind) == (
        "returned",
        "returned",
        "to_inspect",
        "other",
    )
    assert ExceptionCase.objects.get().state == "resolved"
    case = bench.inspect(line_id=case.lines.get().pk, verdicts={"restocked": 2}, actor=LAN, now=NOW)
    assert (case.stage, level(sku), in_bin("RECEIVING", sku)) == ("done", (5, 0), 2)
    assert ledger_check.check_ledger() == []


def test_what_never_left_cannot_come_back(site, cedar_shop):
    make_stock("MUG", 5)
    package = make_warehouse.allocated(shop=cedar_shop)
    with pytest.raises(returns.NothingReturned):
        bench.scan_in(code=package.public_id, actor=LAN, now=NOW)
    assert (ReturnCase.objects.count(), Package.objects.get().state) == (0, "allocated")


@pytest.mark.parametrize(
    "verdicts", [{}, {"restocked": 3}, {"restocked": 1, "missing": 2}, {"restocked": -1}]
)
def test_figures_must_fit_what_came_back(site, cedar_shop, verdicts):
    sku = make_stock("MUG", 5)
    package = make_warehouse.packed(shop=cedar_shop, warehouse=site, lines={"MUG": 2})
    Package.objects.filter(pk=package.pk).update(state="in_transit")
    case = bench.scan_in(code=package.public_id, actor=LAN, now=NOW)
    with pytest.raises(bench.BadVerdict):
        bench.inspect(line_id=case.lines.get().pk, verdicts=verdicts, actor=LAN, now=NOW)
    assert (level(sku), case.lines.get().left) == ((3, 0), 2)
