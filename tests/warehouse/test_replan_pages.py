"""Pages of walks laid out anew and of pickups: what they show, what they refuse, and that they work without script."""

from datetime import time, timedelta

import pytest
import time_machine

from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_stock, planned_wave
from warehouse import pickup_times, waves
from warehouse.models import CarrierPickup, PickTask, Replan, Warehouse, Wave

PICKUP = {"carrier": "", "at": "17:00", "days": ["0", "4"], "lead_minutes": "30"}


@pytest.fixture(autouse=True)
def _at_now():
    """Pages ask the clock: it stands where the test's orders were taken in."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner_client(client, cedar):
    client.force_login(make.make_member(seller=cedar))
    return client


@pytest.fixture
def spiked(site, cedar_shop):
    """Three walks that nobody started, and a package that would be late behind them."""
    make_stock("MUG", 20)
    Warehouse.objects.filter(pk=site.pk).update(pack_seconds=3600, line_seconds=60)
    for number in (1, 2, 3):
        allocated(shop=cedar_shop, number=number)
    wave = planned_wave(site, slots=1)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    package = allocated(shop=cedar_shop, number=9)
    clocks = package.order.clock
    clocks.due_at = NOW + timedelta(hours=2)
    clocks.save(update_fields=["due_at"])
    return site


def test_the_dry_run_shows_the_difference_and_doing_it_lists_it(owner_client, spiked):
    page = owner_client.get(f"/s/cedar/warehouse/waves/replan/?look={spiked.pk}").content.decode()
    assert "Dry run" in page and "1 → <strong>0</strong>" in page
    assert Replan.objects.count() == 0
    answer = owner_client.post("/s/cedar/warehouse/waves/replan/", {"warehouse": spiked.pk})
    assert (answer.status_code, Replan.objects.get().why) == (302, "person")
    row = Replan.objects.get()
    assert "asked for by a person" in owner_client.get("/s/cedar/warehouse/waves/replan/").content.decode()
    owner_client.post(f"/s/cedar/warehouse/waves/replan/{row.pk}/undo/")
    row.refresh_from_db()
    assert row.undone_at is not None


def test_what_is_best_is_refused(owner_client, site):
    answer = owner_client.post("/s/cedar/warehouse/waves/replan/", {"warehouse": site.pk})
    assert answer.status_code == 422
    assert "best as they are" in answer.content.decode()
    assert owner_client.post("/s/cedar/warehouse/waves/replan/", {"warehouse": "x"}).status_code == 404


def test_pickups_are_added_missed_and_removed(owner_client, site):
    address = "/s/cedar/warehouse/waves/pickups/"
    assert "No pickup yet" in owner_client.get(address).content.decode()
    assert owner_client.post(address, {**PICKUP, "warehouse": site.pk}).status_code == 302
    row = CarrierPickup.objects.get()
    assert (row.at, row.days, row.lead_minutes) == (time(17), 0b10001, 30)
    assert "takes every parcel" in owner_client.get(address).content.decode()
    again = owner_client.post(address, {**PICKUP, "warehouse": site.pk})
    assert (again.status_code, "already comes" in again.content.decode()) == (422, True)
    owner_client.post(f"{address}{row.pk}/missed/")
    row.refresh_from_db()
    assert row.missed_on is not None
    assert "not today" in owner_client.get(address).content.decode()
    owner_client.post(f"{address}{row.pk}/missed/", {"comes": "1"})
    row.refresh_from_db()
    assert row.missed_on is None
    owner_client.post(f"{address}{row.pk}/remove/")
    assert not CarrierPickup.objects.exists()


def test_a_cart_too_small_for_the_only_order_is_said_and_nothing_is_planned(owner_client, site, cedar_shop):
    make_stock("MUG", 20)
    Warehouse.objects.filter(pk=site.pk).update(cart_units=4)
    package = allocated(shop=cedar_shop, lines={"MUG": 7})
    form = {"warehouse": site.pk, "package_limit": 60, "slots": 12, "mode": "sort_while_pick"}
    answer = owner_client.post("/s/cedar/warehouse/waves/plan/", form)
    assert answer.status_code == 422
    text = f"Order {package.order.platform_order_id} fits no cart: it holds 7 units, a cart takes 4."
    assert text in answer.content.decode()
    assert (Wave.objects.count(), PickTask.objects.count()) == (0, 0)


def test_the_wave_page_says_what_is_expected(owner_client, site, cedar_shop):
    make_stock("MUG", 20)
    for number in range(1, 9):
        allocated(shop=cedar_shop, number=number)
    pickup_times.add(
        warehouse_id=site.pk, carrier="", at=time(17), days=range(7), lead_minutes=15, actor=MAI, now=NOW
    )
    form = {
        "warehouse": site.pk,
        "package_limit": 60,
        "slots": 12,
        "mode": "sort_while_pick",
        "has_lanes": "on",
    }
    answer = owner_client.post("/s/cedar/warehouse/waves/plan/", form, follow=True)
    page = answer.content.decode()
    assert "8 packages with the same product are picked in one go" in page
    assert "Expected to be packed" in page
