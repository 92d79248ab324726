"""The wall shows what the queue and the agency's overview show, by shop, in a few queries."""

import re
from datetime import timedelta

import pytest

from console import wall
from core import clock
from logistics.models import Manifest, ManifestState
from orders import queue_by_shop, queue_counts, queue_figures
from orders.models import OrderHold, SlaClock
from orders.queue import QueueFilter
from tenancy import scoping
from tenancy.models import Role
from tests import make
from tests.console.test_home import page
from tests.make_alerts import make_due_order, move_deadline
from tests.make_orders import NOW

ADDRESS = "/s/cedar/wall/"
HTMX = {"HX-Request": "true"}
HOURS = (-30, -0.2, 0, 0.5, 3.9, 4, 4.1, 11.5, 12, 12.5, 23.5, 24, 24.1, 40)


@pytest.fixture
def second_shop(cedar):
    return make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="77", currency="THB")


def spread(shop, *, now, start: int = 0, hours=HOURS) -> None:
    for number, left in enumerate(hours, start=start):
        order = make_due_order(shop, hours=40, number=number)
        move_deadline(order, now + timedelta(hours=left))


@pytest.mark.parametrize("minute", [0, 7, 59])
@pytest.mark.parametrize("is_folded", [False, True])
def test_each_shop_has_the_queue_s_own_numbers(cedar_shop, second_shop, in_cedar, minute, is_folded):
    now = NOW + timedelta(minutes=minute)
    spread(cedar_shop, now=now)
    spread(second_shop, now=now, start=100, hours=(-1, 3))
    if is_folded:
        queue_counts.fold()
    found = queue_by_shop.tiles_by_shop(now=now)
    for shop in (cedar_shop, second_shop):
        wanted = queue_figures.tile_counts(chosen=QueueFilter(shop_id=shop.pk), now=now)
        assert found[shop.pk] == {tile: wanted[tile] for tile in ("overdue", "h4", "h12", "h24")}
    assert found[cedar_shop.pk] == {"overdue": 3, "h4": 3, "h12": 6, "h24": 9}


def test_a_clock_that_stands_still_is_not_pressing(cedar_shop, in_cedar):
    spread(cedar_shop, now=NOW, hours=(-1, -2, 3))
    held = SlaClock.objects.order_by("due_at").first()
    OrderHold.objects.create(
        order_id=held.order_id, shop=cedar_shop, reason="platform_hold", raised_at=NOW, raised_by="platform"
    )
    assert queue_by_shop.tiles_by_shop(now=NOW)[cedar_shop.pk] == {
        "overdue": 1,
        "h4": 1,
        "h12": 1,
        "h24": 1,
    }


def test_the_next_deadline_counts_the_hour_after_it(cedar, cedar_shop, in_cedar):
    spread(cedar_shop, now=NOW, hours=(-1, 2, 2.5, 2.9, 5))
    found = wall.wall(seller=cedar, shop_id=None, now=NOW)
    assert found.next.due_at == NOW + timedelta(hours=2)
    assert (found.next.shop, found.next.count) == (cedar_shop, 3)


def test_a_truck_that_is_being_loaded_is_shown(browser, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        for number, state in (("MAN-1", ManifestState.OPEN), ("MAN-2", ManifestState.CLOSED)):
            Manifest.objects.create(
                number=number,
                carrier_name=f"Carrier {number}",
                state=state,
                opened_at=clock.now(),
                by_label="Mai",
            )
    text = page(browser, ADDRESS)
    assert "Carrier MAN-1" in text
    assert "0 parcels" in text
    assert "Carrier MAN-2" not in text


def test_an_empty_wall_is_calm(browser, cedar_shop):
    text = page(browser, ADDRESS)
    assert "All quiet: no deadline is near." in text
    assert "No carrier is at the dock" in text
    assert "None ahead" in text


def test_the_wall_refreshes_as_a_fragment_of_few_queries(
    browser, cedar, cedar_shop, second_shop, django_assert_max_num_queries
):
    with scoping.scope(sellers=[cedar.pk]):
        spread(cedar_shop, now=clock.now())
        spread(second_shop, now=clock.now(), start=100)
    browser.get(ADDRESS, headers=HTMX)
    with django_assert_max_num_queries(20):
        text = page(browser, ADDRESS, **HTMX)
    assert text.lstrip().startswith('<div id="wall"')
    assert "<html" not in text


def test_wall_queue_and_portfolio_agree(agent, agency, cedar, cedar_shop, second_shop):
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        spread(cedar_shop, now=now, hours=(-2, -1, 3, 10, 20, 30))
        spread(second_shop, now=now, start=100, hours=(-1, 2))
    text = page(agent, ADDRESS)
    numbers = [int(found) for found in re.findall(r"wall-tile [^>]*>.*?<b>(\d+)</b>", text, re.DOTALL)]
    assert numbers == [3, 2, 3, 4]
    row = page(agent, "/agency/").split('href="/s/cedar/orders/?tile=overdue"')[1]
    assert [int(found) for found in re.findall(r'tile=\w+">(\d+)<|^>(\d+)<', row)[0] if found] == [3]
    for tile, number in (("h4", 2), ("h12", 3), ("h24", 4)):
        assert f'/s/cedar/orders/?tile={tile}">{number}<' in row


def test_a_person_of_one_shop_sees_its_line_alone(client, cedar, cedar_shop, second_shop):
    with scoping.scope(sellers=[cedar.pk]):
        spread(cedar_shop, now=clock.now(), hours=(-1,))
        spread(second_shop, now=clock.now(), start=100, hours=(-1, -2))
    client.force_login(
        make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example", shops=[cedar_shop.pk])
    )
    text = page(client, ADDRESS)
    assert "Cedar &amp; Sand TH" not in text
    assert "<b>1</b><span>Overdue" in text


def test_the_shop_filter_narrows_the_wall(browser, cedar, cedar_shop, second_shop):
    with scoping.scope(sellers=[cedar.pk]):
        spread(cedar_shop, now=clock.now(), hours=(-1,))
        spread(second_shop, now=clock.now(), start=100, hours=(-1, -2))
    text = page(browser, f"{ADDRESS}?shop=cedar-th")
    assert "<b>2</b><span>Overdue" in text
    assert "?tile=overdue&amp;shop=cedar-th" in text
