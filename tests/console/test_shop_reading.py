"""What the connections page says about reading: counts beside the platform's, the past that is being fetched."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from integrations import connections
from integrations.models import Connection, ConnectionState
from orders import backfill, reconcile
from orders.models import PollCursor, StatusCheck
from relay.models import Job
from tenancy import scoping, shops
from tenancy.actors import Actor
from tenancy.models import Role, Shop
from tests import make

PAGE = "/s/cedar/settings/connections/"
MAI = Actor(kind="user", label="Mai", id=1)


@pytest.fixture
def shop(cedar, sandbox_world) -> Shop:
    code = sandbox_world.shop.auth.new_code("sb-cedar")
    return connections.connect_shops(seller=cedar, auth_code=code, actor=MAI, now=clock.now())[0]


def text(browser: Client) -> str:
    return " ".join(browser.get(PAGE).content.decode().split())


def test_a_difference_and_what_was_fetched_are_said(browser, cedar, shop):
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        StatusCheck.objects.create(
            shop=shop,
            status="awaiting_shipment",
            ours=312,
            theirs=314,
            fetched=2,
            fetched_at=now,
            checked_at=now,
        )
        PollCursor.objects.create(shop=shop, kind=reconcile.KIND, last_finished_at=now)
    said = text(browser)
    assert "<code>AWAITING_SHIPMENT</code>: 312 here, 314 there: 2 fetched" in said
    assert "differs from the platform" in said


def test_the_past_is_asked_for_and_its_progress_shows(browser, cedar, shop):
    answer = browser.post(f"{PAGE}shops/{shop.slug}/past/", {"days": "90"}, follow=True)
    assert "The past is being fetched" in answer.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.get(kind=backfill.KIND)
        Job.objects.update(total=200, done=80, skipped=20, state="running")
    said = text(browser)
    assert '<progress max="100" value="50"' in said
    assert "100 / 200" in said
    assert 'hx-trigger="every 3s"' in said
    with scoping.scope(sellers=[cedar.pk]):
        Job.objects.filter(pk=job.pk).update(params=job.params | {"why": "ended"})
    assert "waits until the shop is connected again" in text(browser)


@pytest.mark.parametrize("days", ["0", "91", "-1", "x", ""])
def test_a_wrong_number_of_days_is_refused(browser, cedar, shop, days):
    answer = browser.post(f"{PAGE}shops/{shop.slug}/past/", {"days": days})
    assert answer.status_code == 422
    assert "between 1 and 90 days" in answer.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        assert not Job.objects.exists()


def test_comparing_is_asked_for(browser, shop):
    answer = browser.post(f"{PAGE}shops/{shop.slug}/compare/", follow=True)
    assert "Being compared" in answer.content.decode()
    assert browser.post(f"{PAGE}shops/nowhere/compare/").status_code == 404


def test_only_those_who_connect_may_ask(cedar, shop):
    viewer = Client()
    viewer.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))
    assert viewer.post(f"{PAGE}shops/{shop.slug}/past/", {"days": "7"}).status_code == 403


def test_an_end_is_said_on_the_page_and_at_home(browser, cedar, shop):
    with scoping.scope(sellers=[cedar.pk]):
        Connection.objects.update(refresh_expires_at=clock.now() + timedelta(days=12))
    assert "The authorization ends on" in text(browser)
    assert "Authorization ends soon" in browser.get("/s/cedar/").content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        Connection.objects.update(state=ConnectionState.ENDED, ended_at=clock.now())
    assert "reading goes on where it stopped" in text(browser)
    assert "Authorization ended: connect again" in browser.get("/s/cedar/").content.decode()


def test_a_shop_fed_by_files_is_offered_to_be_connected(browser, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        shop = shops.add_shop(seller=cedar, name="Our little shop", region="VN", actor=MAI, now=clock.now())
    said = text(browser)
    assert f'name="shop" value="{shop.slug}"' in said
    assert "Connect this shop" in said


def test_queries_do_not_grow_with_shops(browser, cedar, sandbox_world, django_assert_max_num_queries):
    for open_id in ("sb-cedar", "sb-lumi"):
        code = sandbox_world.shop.auth.new_code(open_id)
        connections.connect_shops(seller=cedar, auth_code=code, actor=MAI, now=clock.now())
    with django_assert_max_num_queries(30):
        browser.get(PAGE)
