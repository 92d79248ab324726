"""What a scanned item is at the pack station: of the tote that is open there, else of a live show's lane, else of any tote."""

import pytest

from tests import make
from tests.make_shows import ON, feed, live, make_zone, mug_show, product, singles, states
from tests.make_warehouse import MAI, make_site, released_list, walk
from warehouse import ledger_check, packing
from warehouse.models import Show

BY = {"actor": MAI, "now": ON}


@pytest.fixture
def show(site, cedar_shop):
    """Live: four of its ten mugs in LIVE-01 are pre-packed."""
    make_zone(site)
    return live(mug_show(site, cedar_shop))


@pytest.fixture
def both(show, site, cedar_shop):
    """Two mugs picked into a tote for orders due first, and one that waits on the lane."""
    picked = singles(cedar_shop, 2)
    walk(pick_list := released_list(site))
    (waiting,) = singles(cedar_shop, 1, first=3)
    feed(show)
    return picked, waiting, pick_list.tote_code


def test_an_item_is_of_the_lane_while_a_parcel_waits_there(both):
    picked, waiting, _tote = both
    opened = [packing.open(code="BC-MUG", **BY)[0].package]
    packing.finish(package_id=waiting.pk, carton_code="3", weight_g=290, **BY)
    opened += [packing.open(code="BC-MUG", **BY)[0].package]
    assert opened == [waiting, picked[0]]


def test_an_item_is_of_the_tote_that_is_open_at_the_station(both):
    picked, waiting, tote = both
    opened = []
    for _number in range(3):
        parcel, answer = packing.open(code="BC-MUG", tote=tote.lower(), **BY)
        assert answer.kind == "verified"
        packing.finish(package_id=parcel.package.pk, carton_code="3", weight_g=290, **BY)
        opened.append(parcel.package)
    assert opened == [*picked, waiting]
    assert states(opened) == ["packed"] * 3
    assert product(Show.objects.get()).sent_units == 1
    assert ledger_check.check_ledger() == []


def test_a_parcel_of_the_lane_that_was_put_aside_comes_before_the_next_one(show, cedar_shop):
    first, _second = singles(cedar_shop, 2)
    feed(show)
    assert [packing.open(code="BC-MUG", **BY)[0].package for _number in range(2)] == [first, first]
    assert product(show).sent_units == 1


def test_the_tote_that_was_scanned_is_open_until_it_is_put_away(client, cedar, inside, cedar_shop):
    def make_them():
        site = make_site()
        make_zone(site)
        found = live(mug_show(site, cedar_shop))
        singles(cedar_shop, 2)
        walk(pick_list := released_list(site))
        singles(cedar_shop, 1, first=3)
        feed(found)
        return pick_list.tote_code

    tote = inside(make_them)
    client.force_login(make.make_member(seller=cedar, role="packer"))
    station_url = "/s/cedar/warehouse/pack/"
    client.post(f"{station_url}open/", {"code": tote})
    page = client.get(station_url).content.decode()
    assert "This tote is open here: what you scan is of it." in page
    page = client.post(f"{station_url}open/", {"code": "BC-MUG"}).content.decode()
    assert f'<span class="chip chip-indigo">{tote}' in page
    page = client.post(f"{station_url}put-away-tote/").content.decode()
    assert "This tote is open here" not in page
    page = client.post(f"{station_url}open/", {"code": "BC-MUG"}).content.decode()
    assert "Pre-packed for the live show: weigh it and close." in page
