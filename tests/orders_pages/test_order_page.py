"""One order's page: what is shown to whom, what can be decided, what the time line says."""

from datetime import timedelta

import pytest

from logistics.models import Shipment
from orders import packages
from orders.history_texts import TEXTS
from orders.models import HoldReason, Order, OrderHistory
from orders.states import PackageAction
from tenancy import scoping
from tenancy.actors import AUTO
from tenancy.models import AuditEntry
from tests import make, make_orders, make_warehouse
from tests.make_orders import NOW
from warehouse import picking, short_picks


def url(order, tail: str = "") -> str:
    return f"/s/cedar/orders/{order.public_id}/{tail}"


def state_of(cedar, order) -> str:
    with scoping.scope(sellers=[cedar.pk]):
        return Order.objects.get(pk=order.pk).state


def test_the_page_says_where_the_order_stands_and_hides_the_buyer(page, order_due):
    order = order_due(1, 3)

    response = page.get(url(order))

    text = response.content.decode()
    assert response.status_code == 200
    assert "To pick" in text
    assert "KF-MUG-SEA" in text
    assert "Trần Minh Anh" not in text
    assert "Hoa Sứ" not in text


def test_the_buyer_is_opened_for_one_look_that_is_kept(page, cedar, order_due):
    order = order_due(1)

    response = page.post(url(order, "buyer/"))

    assert "Trần Minh Anh" in response.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        assert AuditEntry.objects.filter(action="buyer.shown", subject_id=order.public_id).count() == 1


@pytest.mark.parametrize("tail", ["buyer/", "act/", "note/"])
def test_a_picker_may_look_but_neither_decide_nor_see_the_buyer(client, cedar, order_due, tail):
    order = order_due(1)
    client.force_login(make.make_member(seller=cedar, role="picker", email="pick@cedar.example"))

    assert client.get(url(order)).status_code == 200
    assert client.post(url(order, tail), {"act": "hold", "text": "x"}).status_code == 403
    assert state_of(cedar, order) == "approved"


def test_hold_and_release_keep_their_note_in_the_time_line(page, cedar, order_due):
    order = order_due(1)

    page.post(url(order, "act/"), {"act": "hold", "note": "wrong colour?"})
    assert state_of(cedar, order) == "on_hold"
    page.post(url(order, "act/"), {"act": "release", "reason": HoldReason.MANUAL, "note": "colour is fine"})

    assert state_of(cedar, order) == "approved"
    entries = page.get(url(order)).context["timeline"]
    assert [(entry.text, entry.reason, entry.by) for entry in entries[:2]] == [
        ("Approved.", "colour is fine", "Mai"),
        ("Put on hold: held by a person.", "wrong colour?", "Mai"),
    ]


def test_what_cannot_be_decided_away_is_refused_with_its_reason(page, cedar, order_due):
    order = order_due(1, status="on_hold")

    response = page.post(url(order, "act/"), {"act": "release", "reason": HoldReason.PLATFORM_HOLD})

    assert response.status_code == 409
    assert b"cannot be decided away" in response.content
    assert state_of(cedar, order) == "on_hold"


@pytest.mark.parametrize("act", ["", "explode"])
def test_an_unknown_act_changes_nothing(page, cedar, order_due, act):
    order = order_due(1)

    response = page.post(url(order, "act/"), {"act": act})

    assert response.status_code == 422
    assert state_of(cedar, order) == "approved"


def test_each_hold_comes_with_what_to_do_about_it(page, cedar, cedar_shop, now):
    with scoping.scope(sellers=[cedar.pk]):
        picture = make_orders.platform_order(
            "77", now=now, is_buyer_cancel_requested=True, lines=(make_orders.line("KF-NEW"),)
        )
        order = make_orders.take_in(cedar_shop, picture, now=now)[0]

    fixes = {fix.hold.reason: fix for fix in page.get(url(order)).context["fixes"]}

    assert set(fixes) == {HoldReason.CANCEL_REQUESTED, HoldReason.UNMAPPED_SKU}
    assert fixes[HoldReason.CANCEL_REQUESTED].can_decide
    assert not fixes[HoldReason.UNMAPPED_SKU].can_decide
    assert fixes[HoldReason.UNMAPPED_SKU].detail == "KF-NEW"


def test_a_note_is_kept_and_an_empty_or_endless_one_refused(page, cedar, order_due):
    order = order_due(1)

    assert page.post(url(order, "note/"), {"text": " call her after 6 "}).status_code == 302
    assert page.post(url(order, "note/"), {"text": "  "}).status_code == 422
    assert page.post(url(order, "note/"), {"text": "x" * 401}).status_code == 422

    with scoping.scope(sellers=[cedar.pk]):
        kept = list(OrderHistory.objects.filter(order=order, kind="note").values_list("reason", flat=True))
    assert kept == ["call her after 6"]


def test_the_time_line_is_one_filtered_by_kind_and_exported(page, cedar, order_due, now):
    order = order_due(1)
    with scoping.scope(sellers=[cedar.pk]):
        found = packages.lock_many(ids=order.packages.values_list("pk", flat=True))
        packages.advance_many(packages=found, action=PackageAction.ALLOCATE, actor=AUTO, now=now)

    texts = [entry.text for entry in page.get(url(order)).context["timeline"]]
    stock = page.get(url(order, "timeline/"), {"kind": "stock"}, headers={"HX-Request": "true"})
    file = page.get(url(order, "timeline.csv"), {"kind": "stock"}).content.decode("utf-8-sig")

    assert texts == [
        "Stock reserved.",
        "Approved.",
        "The order came in (by API); on the platform it is “awaiting shipment”.",
        "Paid.",
        "Order placed.",
    ]
    assert stock.content.startswith(b'<div id="timeline"')
    assert [entry.text for entry in stock.context["timeline"]] == ["Stock reserved."]
    assert len(file.splitlines()) == 2
    assert "Stock reserved." in file


def test_why_this_deadline_names_the_rule_and_the_difference(page, order_due, now):
    order = order_due(1, 3)

    response = page.get(url(order, "why/"), headers={"HX-Request": "true"})

    pressing = next(check for check in response.context["checks"] if check.is_pressing)
    assert pressing.due_at == now + timedelta(hours=3)
    assert pressing.rule.key.startswith("vn.")
    assert pressing.difference == pressing.due_at - pressing.rule_due_at
    assert response.content.startswith(b'<div id="why"')
    assert b"The platform gave this time itself" in response.content


def test_what_unfolds_in_the_list_is_one_row(page, order_due):
    response = page.get(url(order_due(1), "more/"), headers={"HX-Request": "true"})

    assert response.content.startswith(b'<tr class="row-more"')
    assert b"KF-MUG-SEA" in response.content


@pytest.mark.parametrize("tail", ["", "more/", "why/", "timeline/", "timeline.csv"])
def test_another_seller_s_order_is_not_there(page, north, north_shop, now, tail):
    with scoping.scope(sellers=[north.pk]):
        order = make_orders.make_order(shop=north_shop, platform_order_id="1", now=now)

    assert page.get(url(order, tail)).status_code == 404


def test_every_step_of_a_package_has_a_sentence():
    assert [action for action in PackageAction.values if f"package.{action}" not in TEXTS] == []


def test_the_parcel_leads_to_its_shipment(page, cedar, order_due, now):
    order = order_due(1)
    with scoping.scope(sellers=[cedar.pk]):
        shipment = Shipment.objects.create(
            package=order.packages.get(),
            shop=order.shop,
            carrier_name="J&T",
            tracking_number="JT1",
            created_at=now,
        )

    assert f"/shipments/{shipment.public_id}/".encode() in page.get(url(order)).content
    assert [row.order.pk for row in page.get("/s/cedar/orders/", {"q": "JT1"}).context["rows"]] == [order.pk]


def test_the_parcel_shows_its_own_bins_and_leads_to_the_map(page, cedar, cedar_shop, north_shop):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_warehouse.make_stock("MUG", 1, at="A-01-1")
        make_warehouse.make_stock("MUG", 9, at="B-02-1")
        make_warehouse.make_stock("CUP", 9, at="A-02-1")
        package = make_warehouse.allocated(shop=cedar_shop, lines={"MUG": 2, "CUP": 3})
        order = package.order
    assert "Its bins are chosen with its wave." in page.get(url(order)).content.decode()

    with scoping.scope(sellers=[cedar.pk]):
        pick_list = make_warehouse.released_list(site)
        for code in ("A-02-1", "BC-CUP"):
            picking.scan(pick_list_id=pick_list.pk, code=code, actor=make_warehouse.MAI, now=NOW)
    text = page.get(url(order)).content.decode()

    assert f'href="/s/cedar/warehouse/stock/map/?warehouse={site.pk}&amp;q=A-02-1"' in text
    assert "CUP: 1 of 3 picked" in text
    assert "2 × MUG to pick" in text
    assert "q=A-01-1" not in text  # one bin that has both units is one stop
    assert "stands in CART-01-1" in text


def test_a_bin_that_fell_short_says_so(page, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_warehouse.make_stock("MUG", 2, at="A-01-1")
        make_warehouse.make_stock("MUG", 2, at="B-02-1")
        order = make_warehouse.allocated(shop=cedar_shop, lines={"MUG": 2}).order
        pick_list = make_warehouse.released_list(site)
        by = {"actor": make_warehouse.MAI, "now": NOW}
        picking.scan(pick_list_id=pick_list.pk, code="A-01-1", **by)
        picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", **by)
        short_picks.report(pick_list_id=pick_list.pk, reason="not_found", **by)
    text = page.get(url(order)).content.decode()
    assert "MUG: 1 of 2, the rest was not there" in text
    assert "1 × MUG to pick" in text
