"""The rulebook's pages: what they say, what they refuse, who may."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.ports import PlatformDeadlines
from orders.models import CalendarNotice, DriftAlarm, RuleChange, RuleVersion, ShopTerms, SlaClock
from relay import outbox
from tenancy import scoping
from tenancy.models import Role, Shop
from tests import make
from tests.make_orders import NOW, make_order
from tests.make_rulebook import VN_DISPATCH, edit

PAGE = "/s/cedar/orders/rules/"
VALUES = {
    "is_on": "on",
    "amount": "1",
    "unit": "business_days",
    "order_cutoff": "14:00",
    "end_of_day": "23:59:59",
    "clock_start": "created",
    "clock_stop": "in_transit",
    "week_end": ["sun"],
    "handling_min": "0",
    "capacity_extension": "1",
    "confidence": "high",
    "source": "seller page",
    "valid_from": "2026-01-01",
    "reason": "announced",
}


@pytest.fixture
def page(client, cedar, cedar_shop):
    client.force_login(make.make_member(seller=cedar))
    return client


@pytest.fixture
def reader(client, cedar, cedar_shop):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    return client


def html(response) -> str:
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_the_list_shows_the_markets_of_the_seller_s_shops(page):
    text = html(page.get(PAGE))
    assert "Late dispatch" in text
    assert "before 14:00" in text
    assert "2 working days of the order, by 23:59 America" not in text
    assert "America/Los_Angeles" in html(page.get(f"{PAGE}?region=US"))


def test_the_list_can_be_narrowed_to_what_is_switched_off(page):
    text = html(page.get(f"{PAGE}?region=all&doubt=off"))
    assert "jp.late_dispatch.normal" in text
    assert "us.late_dispatch.normal" not in text


def test_the_list_asks_as_much_for_many_versions_as_for_one(page, cedar):
    with CaptureQueriesContext(
        connection,
    ) as few:
        html(page.get(f"{PAGE}?region=all"))
    with scoping.scope(sellers=[cedar.pk]):
        for amount in range(1, 6):
            edit(amount=amount)
    with CaptureQueriesContext(connection) as many:
        html(page.get(f"{PAGE}?region=all"))
    assert len(many) == len(few)


def test_a_dry_run_says_what_would_move_and_saves_nothing(page, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        make_order(shop=cedar_shop)
    text = html(page.post(f"{PAGE}rule/{VN_DISPATCH}/edit/", {**VALUES, "act": "preview"}))
    assert "Would move 1 open order" in text
    with scoping.scope(sellers=[cedar.pk]):
        assert RuleVersion.objects.count() == 0


def test_a_version_is_saved_shown_and_undone(page, cedar, cedar_shop):
    response = page.post(f"{PAGE}rule/{VN_DISPATCH}/edit/", {**VALUES, "act": "save"})
    assert response.status_code == 302
    assert "holds today" in html(page.get(f"{PAGE}rule/{VN_DISPATCH}/"))
    with scoping.scope(sellers=[cedar.pk]):
        change = RuleChange.objects.get()
    assert "announced" in html(page.get(f"{PAGE}changes/"))
    assert page.post(f"{PAGE}changes/{change.pk}/undo/").status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        assert RuleVersion.objects.get().undone_at is not None
    assert "undone by" in html(page.get(f"{PAGE}changes/"))


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "-1"}, {"reason": ""}, {"week_end": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}],
)
def test_a_version_that_makes_no_sense_is_refused_with_the_form(page, cedar, wrong):
    response = page.post(f"{PAGE}rule/{VN_DISPATCH}/edit/", {**VALUES, **wrong, "act": "save"})
    assert response.status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert RuleVersion.objects.count() == 0


def test_a_rule_that_does_not_exist_is_a_404(page):
    assert page.get(f"{PAGE}rule/xx.nothing/").status_code == 404


def test_who_only_reads_sees_no_form_and_may_not_write(reader, cedar):
    text = html(reader.get(f"{PAGE}rule/{VN_DISPATCH}/"))
    assert "Owners and managers" in text
    assert reader.post(f"{PAGE}rule/{VN_DISPATCH}/edit/", {**VALUES, "act": "save"}).status_code == 403
    with scoping.scope(sellers=[cedar.pk]):
        assert RuleVersion.objects.count() == 0


def test_a_notice_is_tried_entered_and_withdrawn(page, cedar):
    values = {
        "region": "VN",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-02",
        "effect": "not_worked",
        "words": "typhoon",
        "reason": "on the seller page",
    }
    assert "No notice yet" in html(page.get(f"{PAGE}notices/"))
    assert "Would move no open order" in html(page.post(f"{PAGE}notices/add/", {**values, "act": "preview"}))
    assert page.post(f"{PAGE}notices/add/", {**values, "act": "save"}).status_code == 302
    assert "typhoon" in html(page.get(f"{PAGE}notices/"))
    with scoping.scope(sellers=[cedar.pk]):
        notice = CalendarNotice.objects.get()
    assert page.post(f"{PAGE}notices/{notice.pk}/withdraw/").status_code == 302
    assert "withdrawn" in html(page.get(f"{PAGE}notices/"))


def test_a_notice_that_ends_before_it_starts_is_refused(page, cedar):
    values = {
        "region": "VN",
        "starts_on": "2026-12-02",
        "ends_on": "2026-12-01",
        "effect": "not_worked",
        "words": "typhoon",
        "reason": "x",
        "act": "save",
    }
    assert page.post(f"{PAGE}notices/add/", values).status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert CalendarNotice.objects.count() == 0


def test_the_peak_window_is_set_on_a_page(page, cedar, cedar_shop):
    assert cedar_shop.slug in html(page.get(f"{PAGE}promises/"))
    values = {
        "promise_hours": "48",
        "peak_promise_hours": "30",
        "peak_from_on": "2026-11-25",
        "peak_until_on": "2026-12-02",
        "reason": "sale",
    }
    assert page.post(f"{PAGE}promises/{cedar_shop.slug}/", values).status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        shop = Shop.objects.get(pk=cedar_shop.pk)
        assert (shop.peak_promise_hours, shop.peak_from_on) == (30, date(2026, 11, 25))
        assert ShopTerms.objects.get().sub_region == ""
    values["peak_until_on"] = "2026-11-01"
    assert page.post(f"{PAGE}promises/{cedar_shop.slug}/", values).status_code == 422


def test_differences_are_listed_until_somebody_looked(page, cedar, cedar_shop):
    assert "No differences" in html(page.get(f"{PAGE}differences/"))
    with scoping.scope(sellers=[cedar.pk]):
        make_order(shop=cedar_shop, deadlines=PlatformDeadlines(ship_by=NOW + timedelta(hours=40)))
        outbox.deliver_due(seller_id=cedar.pk)
        alarm = DriftAlarm.objects.get()
    assert VN_DISPATCH in html(page.get(f"{PAGE}differences/"))
    assert "Deadlines differ from the platform" in html(page.get("/s/cedar/"))
    assert page.post(f"{PAGE}differences/{alarm.pk}/seen/").status_code == 302
    assert "No differences" in html(page.get(f"{PAGE}differences/"))
    assert VN_DISPATCH in html(page.get(f"{PAGE}differences/?all=1"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_why_names_rule_version_days_and_the_platform_s_value(page, cedar, cedar_shop, language):
    page.cookies["kuaifa_language"] = language
    with scoping.scope(sellers=[cedar.pk]):
        order = make_order(shop=cedar_shop, deadlines=PlatformDeadlines(ship_by=NOW + timedelta(hours=40)))
        assert SlaClock.objects.get().drift == 1
    text = html(page.get(f"/s/cedar/orders/{order.public_id}/why/"))
    assert "vn.late_dispatch.normal@1" in text
    assert "14:00" in text
