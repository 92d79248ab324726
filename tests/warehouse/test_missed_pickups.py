"""A carrier that does not come today: what is planned for it waits for the next one, and who still leaves today goes first."""

from datetime import datetime, time, timedelta

import pytest

from orders.models import Order, Package, PackageState
from tenancy import scoping
from tenancy.models import AuditEntry
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_site, make_stock, planned_wave
from warehouse import picking, pickup_times, pickups, replan_draft, replans, wave_choice, waves
from warehouse.models import CarrierPickup, PickTask, Replan, Warehouse, Wave

TODAY = NOW.date()
EXPRESS, POST = time(11, 30), time(10, 30)  # of the warehouse's clock; it is 8:00 there


@pytest.fixture
def two_carriers(site):
    """Packing takes an hour, one station packs. Express comes at 11:30, Post at 10:30, both every day."""
    make_stock("MUG", 20)
    values = {"pack_seconds": 3600, "line_seconds": 60, "time_zone": "UTC"}
    Warehouse.objects.filter(pk=site.pk).update(**values)
    site.refresh_from_db()
    return {
        name: CarrierPickup.objects.create(warehouse=site, carrier=name, at=at, lead_minutes=0)
        for name, at in (("Express", EXPRESS), ("Post", POST))
    }


def by(carrier: str, *, shop, number: int, hours: float) -> Package:
    package = allocated(shop=shop, number=number, due_in=timedelta(hours=hours))
    Order.objects.filter(pk=package.order_id).update(delivery_option_name=carrier)
    return package


def released(site) -> Wave:
    wave = planned_wave(site, slots=1)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    return wave


def walked_in() -> list[int]:
    """The packages in the order in which pickers get their walks."""
    lists = [row.pk for row in picking.open_lists()]
    rows = dict(PickTask.objects.filter(pick_list__in=lists).values_list("pick_list_id", "package_id"))
    return [rows[pk] for pk in lists]


def until(site, *packages: Package) -> list[datetime]:
    """When each must be packed."""
    pool = wave_choice.pool_of(package_ids=[one.pk for one in packages], warehouse=site, now=NOW)
    return [need.due_at for need in pool.needs]


def test_a_missed_pickup_moves_only_its_own_carriers_parcels(two_carriers, site, cedar_shop):
    express = by("Express", shop=cedar_shop, number=1, hours=30)
    post = by("Post", shop=cedar_shop, number=2, hours=30)
    tight = by("Express", shop=cedar_shop, number=3, hours=6)
    tomorrow = NOW + timedelta(days=1)
    assert until(site, express, post, tight) == [
        tomorrow.replace(hour=11, minute=30),
        tomorrow.replace(hour=10, minute=30),
        NOW.replace(hour=11, minute=30),
    ]
    by_mai = {"pickup_id": two_carriers["Express"].pk, "actor": MAI, "now": NOW}
    pickup_times.mark_missed(**by_mai)
    # Before its deadline nothing comes any more: then that deadline is all there is.
    assert until(site, express, post, tight) == [
        tomorrow.replace(hour=11, minute=30),
        tomorrow.replace(hour=10, minute=30),
        NOW + timedelta(hours=6),
    ]
    pickup_times.mark_missed(**by_mai, is_missed=False)
    assert until(site, tight) == [NOW.replace(hour=11, minute=30)]
    noted = AuditEntry.objects.filter(action__startswith="pickup.").order_by("pk")
    assert list(noted.values_list("action", flat=True)) == ["pickup.missed", "pickup.comes"]


def test_the_next_times_pass_over_it_for_this_day_only(two_carriers, site):
    pickup_times.mark_missed(pickup_id=two_carriers["Express"].pk, actor=MAI, now=NOW)

    def next_at(now: datetime) -> list[tuple[str, datetime]]:
        return [(one.carrier, one.at) for one in pickups.next_pickups(warehouses=[site], now=now)]

    tomorrow = NOW + timedelta(days=1)
    assert next_at(NOW) == [
        ("Post", NOW.replace(hour=10, minute=30)),
        ("Express", tomorrow.replace(hour=11, minute=30)),
    ]
    assert next_at(tomorrow) == [
        ("Post", tomorrow.replace(hour=10, minute=30)),
        ("Express", tomorrow.replace(hour=11, minute=30)),
    ]


def test_the_day_is_that_of_the_buildings_clock(two_carriers, site):
    Warehouse.objects.filter(pk=site.pk).update(time_zone="Pacific/Auckland")  # 21:00 there
    late = NOW + timedelta(hours=4)  # tomorrow there
    pickup_times.mark_missed(pickup_id=two_carriers["Express"].pk, actor=MAI, now=late)
    assert CarrierPickup.objects.get(carrier="Express").missed_on == TODAY + timedelta(days=1)


@pytest.fixture
def on_the_floor(two_carriers, site, cedar_shop):
    """Three walks for Express; two parcels for Post wait, which has to get them in two and a half hours of packing."""
    express = [by("Express", shop=cedar_shop, number=number, hours=7) for number in (1, 2, 3)]
    released(site)
    return express, [by("Post", shop=cedar_shop, number=number, hours=5) for number in (4, 5)]


def test_with_both_pickups_somebody_is_late_anyway(on_the_floor, site):
    found = replan_draft.draft(warehouse=site, now=NOW)
    assert (found.facts["packages"], found.facts["joined"], found.facts["late"]) == (5, 2, [2, 2])


def test_who_still_leaves_today_walks_first(on_the_floor, two_carriers):
    express, post = ([one.pk for one in some] for some in on_the_floor)
    assert walked_in() == express

    row = replans.pickup_missed(pickup_id=two_carriers["Express"].pk, actor=MAI, now=NOW)

    assert (row.why, row.facts["packages"], row.facts["joined"]) == ("pickup_missed", 5, 2)
    assert row.facts["late"] == [2, 0]
    assert (sorted(walked_in()[:2]), sorted(walked_in()[2:])) == (post, express)
    states = Package.objects.filter(pk__in=[*express, *post]).values_list("state", flat=True)
    assert list(states) == [PackageState.PICKING] * 5


def test_what_was_laid_out_anew_can_be_undone_and_the_pickup_stays_missed(on_the_floor, two_carriers):
    before = sorted(PickTask.objects.values_list("package_id", "bin_id", "quantity", "slot"))
    row = replans.pickup_missed(pickup_id=two_carriers["Express"].pk, actor=MAI, now=NOW)
    replans.undo(replan_id=row.pk, actor=MAI, now=NOW)
    waiting = Package.objects.filter(pk__in=[one.pk for one in on_the_floor[1]])
    assert list(waiting.values_list("state", flat=True)) == [PackageState.ALLOCATED] * 2
    assert sorted(PickTask.objects.values_list("package_id", "bin_id", "quantity", "slot")) == before
    assert CarrierPickup.objects.get(carrier="Express").missed_on == TODAY


def test_it_is_noted_also_when_no_walk_changes(two_carriers, site, cedar_shop):
    assert replans.pickup_missed(pickup_id=two_carriers["Post"].pk, actor=MAI, now=NOW) is None
    assert (CarrierPickup.objects.get(carrier="Post").missed_on, Replan.objects.count()) == (TODAY, 0)
    by("Express", shop=cedar_shop, number=1, hours=30)
    wave = released(site)
    assert replans.pickup_missed(pickup_id=two_carriers["Post"].pk, actor=MAI, now=NOW) is None
    assert (list(Wave.objects.all()), Replan.objects.count()) == ([wave], 0)


def test_the_draft_tells_who_is_late_by_the_pickup(two_carriers, site, cedar_shop):
    for number in (1, 2):
        by("Post", shop=cedar_shop, number=number, hours=5)
    released(site)
    assert replan_draft.draft(warehouse=site, now=NOW).facts["late"] == [0, 0]  # two hours of packing
    later = NOW + timedelta(hours=1)
    assert replan_draft.draft(warehouse=site, now=later).facts["late"] == [1, 1]


def test_another_sellers_pickup_cannot_be_missed_and_stays(two_carriers, north, north_shop):
    with scoping.scope(sellers=[north.pk]):
        theirs = CarrierPickup.objects.create(warehouse=make_site(), carrier="Express", at=EXPRESS)
    with pytest.raises(CarrierPickup.DoesNotExist):
        replans.pickup_missed(pickup_id=theirs.pk, actor=MAI, now=NOW)
    replans.pickup_missed(pickup_id=two_carriers["Express"].pk, actor=MAI, now=NOW)
    with scoping.scope(sellers=[north.pk]):
        theirs.refresh_from_db()
        assert theirs.missed_on is None
