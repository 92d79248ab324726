"""The crew page: who does what, lines of the hour and the day, the waves with their expected finish."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, allocated, batch_list, make_stock, released_list, walk
from warehouse import crew, picking, put_walls, sorting
from warehouse.models import PickList


@pytest.fixture
def goods(site):
    make_stock("MUG", 50)
    make_stock("CUP", 50, at="A-02-1")


def now_on(cedar, *, at=NOW):
    return crew.crew_now(seller=cedar, now=at)


def person(found, name):
    return next(one for one in found.people if one.name == name)


def test_who_picks_what_and_how_many_lines_an_hour(site, goods, cedar, cedar_shop):
    allocated(shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 2})
    walk(released_list(site))
    allocated(shop=cedar_shop, number=2, lines={"MUG": 1, "CUP": 1})
    pick_list = released_list(site)
    for code in ("A-01-1", "BC-MUG"):
        picking.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW + timedelta(minutes=70))

    found = now_on(cedar, at=NOW + timedelta(minutes=75))

    mai = person(found, "Mai")
    assert (mai.walk.pick_list.pk, mai.walk.lines_done, mai.walk.lines) == (pick_list.pk, 1, 2)
    assert (mai.lines_today, mai.lines_hour, mai.is_idle) == (3, 1, False)
    assert mai.last_at == NOW + timedelta(minutes=70)
    assert (found.totals.lines_today, found.totals.lines_hour, found.busy) == (3, 1, 1)


def test_lines_of_somebody_who_took_over_are_theirs(site, goods, cedar, cedar_shop):
    allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1})
    pick_list = released_list(site)
    for code in ("A-01-1", "BC-MUG"):
        picking.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW)
    picking.claim(pick_list_id=pick_list.pk, actor=KIM, why="went_away", now=NOW)
    for code in ("A-02-1", "BC-CUP"):
        picking.scan(pick_list_id=pick_list.pk, code=code, actor=KIM, now=NOW)
    found = now_on(cedar)
    assert (person(found, "Mai").lines_today, person(found, "Kim").lines_today) == (1, 1)


def test_idle_people_are_told_from_busy_ones(site, goods, cedar, cedar_shop):
    make.make_member(seller=cedar, role=Role.PICKER, email="new@cedar.example", name="Newcomer")
    allocated(shop=cedar_shop)
    walk(released_list(site))
    found = now_on(cedar, at=NOW + timedelta(minutes=11))
    assert [(one.name, one.last_at, one.is_idle) for one in found.people] == [
        ("Mai", NOW, True),
        ("Newcomer", None, True),
    ]
    assert not person(now_on(cedar, at=NOW + timedelta(minutes=9)), "Mai").is_idle


def test_waves_say_where_their_packages_are_and_when_they_are_picked(site, goods, cedar, cedar_shop):
    for number in (1, 2, 3):
        allocated(shop=cedar_shop, number=number, lines={"MUG": 1}, due_in=timedelta(minutes=1))
    pick_list = released_list(site)
    for code in ("A-01-1", "BC-MUG"):
        picking.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW)

    (wave,) = now_on(cedar).waves

    assert (wave.lines, wave.lines_done, wave.percent, wave.pickers) == (3, 1, 33, 1)
    assert (wave.to_pick, wave.to_sort, wave.to_pack, wave.packed) == (3, 0, 0, 0)
    assert wave.finish_at == NOW + timedelta(seconds=2 * site.line_seconds)
    assert not wave.is_late
    assert now_on(cedar, at=NOW + timedelta(minutes=2)).waves[0].is_late
    PickList.objects.update(state="open", picker_label="")
    assert now_on(cedar).waves[0].finish_at is None


def test_sorting_counts_and_shows(site, goods, cedar, cedar_shop):
    put_walls.make_wall(warehouse_id=site.pk, slots=2)
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number, lines={"MUG": 1})
    pick_list = batch_list(site)
    walk(pick_list)
    (wave,) = now_on(cedar).waves
    assert (wave.to_pick, wave.to_sort, wave.to_pack) == (0, 2, 0)
    sorting.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=KIM, now=NOW)
    (wave,) = now_on(cedar).waves
    assert (wave.to_sort, wave.to_pack) == (1, 1)


def test_the_pages_ask_the_same_whatever_there_is(client, cedar, cedar_shop, north):
    client.force_login(make.make_member(seller=cedar))
    addresses = [
        reverse("warehouse:crew", kwargs={"seller": "cedar"}),
        reverse("console:floor_wall", kwargs={"seller": "cedar"}),
    ]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
            counts.append(len(seen))
        return counts

    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_stock("MUG", 50)
        allocated(shop=cedar_shop, number=1)
        released_list(site)
    for address in addresses:
        client.get(address)
    before = queries()
    with scoping.scope(sellers=[cedar.pk]):
        for number in (2, 3, 4):
            allocated(shop=cedar_shop, number=number)
            walk(released_list(site))
    assert queries() == before


def test_the_crew_page_is_for_planners_and_the_wall_for_everybody(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    assert client.get(reverse("warehouse:crew", kwargs={"seller": "cedar"})).status_code == 403
    wall = client.get(reverse("console:floor_wall", kwargs={"seller": "cedar"}))
    assert (wall.status_code, "No pickup is set up" in wall.content.decode()) == (200, True)
