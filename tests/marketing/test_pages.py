"""The marketing pages: who may open them, what they show, what a click does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from marketing import links
from marketing.models import AdDecision, AdLink, AdPolicy, DecisionState
from relay import effects, outbox
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_marketing
from warehouse.events import StockChanged


@pytest.fixture
def held(cedar, cedar_shop, sandbox_world):
    """A campaign that we paused because its product ran low."""
    with scoping.scope(sellers=[cedar.pk]):
        cedar_shop.platform_shop_id = next(iter(sandbox_world.ads.stores))
        cedar_shop.save()
    make_marketing.connect(seller=cedar, world=sandbox_world)
    with scoping.scope(sellers=[cedar.pk]):
        vehicle = make_marketing.vehicle_of(kind="gmv_max_product", products=1)
        level = make_marketing.make_goods(
            shop=cedar_shop, product_id=vehicle.platform_product_ids[0], available=4
        )
        links.link_by_products(account_id=vehicle.account_id, now=clock.now())
        outbox.publish(StockChanged(sku_id=level.sku_id, warehouse_id=level.warehouse_id, available=4))
    outbox.deliver_due(seller_id=cedar.pk)
    effects.run_due(kind="marketing.adaction", seller_id=cedar.pk)
    with scoping.scope(sellers=[cedar.pk]):
        return AdDecision.objects.get()


@pytest.fixture
def marketer(cedar, client):
    client.force_login(make.make_member(seller=cedar, role=Role.MARKETER), backend=BACKEND)
    return client


BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_the_decision_shows_its_reason_and_can_be_undone(cedar, held, marketer):
    page = marketer.get("/s/cedar/marketing/decisions/")
    text = page.content.decode()
    assert page.status_code == 200
    assert f"{held.facts['seller_sku']} has 4 available, below its safety stock of 10." in text
    answer = marketer.post(f"/s/cedar/marketing/decisions/{held.public_id}/undo/")
    assert answer.status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        assert AdDecision.objects.get(pk=held.pk).state == DecisionState.UNDONE
    again = marketer.post(f"/s/cedar/marketing/decisions/{held.public_id}/undo/")
    assert again.status_code == 409


def test_the_ad_list_shows_what_we_hold_without_a_query_per_row(cedar, held, marketer):
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = marketer.get("/s/cedar/marketing/?tab=held")
    assert page.context["page"].paginator.count == 1
    with CaptureQueriesContext(connection) as many:
        page = marketer.get("/s/cedar/marketing/?tab=all")
    assert page.context["page"].paginator.count > 5
    assert len(many) == len(few)


def test_a_product_can_be_ignored_on_one_ad(cedar, held, marketer):
    url = f"/s/cedar/marketing/ads/{held.vehicle_id}/"
    assert held.product_title in marketer.get(url).content.decode()
    marketer.post(f"{url}ignore/", {"product_id": held.platform_product_id, "ignore": "1"})
    with scoping.scope(sellers=[cedar.pk]):
        assert list(
            AdLink.objects.filter(vehicle_id=held.vehicle_id).values_list("is_ignored", flat=True)
        ) == [True]


def test_the_rule_is_previewed_without_being_saved_and_refuses_nonsense(cedar, held, marketer):
    values = {
        "mode": "act",
        "step": "pause",
        "low_when": "any",
        "cut_percent": 50,
        "resume_margin_percent": 300,
    }
    assert marketer.post("/s/cedar/marketing/policy/", values | {"preview": "1"}).status_code == 200
    assert marketer.post("/s/cedar/marketing/policy/", values | {"cut_percent": 100}).status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert AdPolicy.objects.get().resume_margin_percent == 20
    assert marketer.post("/s/cedar/marketing/policy/", values).status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        assert AdPolicy.objects.get().resume_margin_percent == 300


def test_a_viewer_sees_and_changes_nothing(cedar, held, client):
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER), backend=BACKEND)
    assert client.get("/s/cedar/marketing/decisions/").status_code == 200
    assert client.post(f"/s/cedar/marketing/decisions/{held.public_id}/undo/").status_code == 403
    with scoping.scope(sellers=[cedar.pk]):
        assert AdDecision.objects.get(pk=held.pk).state == DecisionState.IN_FORCE
