"""Each key counts once: what was said is said again, refusals too; forgotten after a week."""

from datetime import timedelta
from functools import partial

import pytest

from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, allocated, in_bin, make_stock, released_list
from warehouse import picking, station_scans
from warehouse.models import PickTask, Station, StationScan, StockMovement


@pytest.fixture
def pick_list(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop, lines={"MUG": 3})
    return released_list(site)


def scan(pick_list, key, code, *, actor=MAI):
    return station_scans.once(
        station=Station.PICK,
        key=key,
        pick_list=pick_list,
        code=code,
        act=partial(picking.scan, pick_list_id=pick_list.pk, code=code, actor=actor, now=NOW),
        actor=actor,
        now=NOW,
    )


def test_a_repeated_key_is_answered_the_same_and_counts_once(pick_list):
    scan(pick_list, "k1", "A-01-1")
    first, again = scan(pick_list, "k2", "BC-MUG"), scan(pick_list, "k2", "BC-MUG")

    assert (first.kind, first.ok, first.text) == ("unit", True, "MUG into slot 1: 1 of 3.")
    assert (again.kind, again.ok, again.text, again.answer) == ("unit", True, first.text, None)
    sku = PickTask.objects.get().sku
    assert (PickTask.objects.get().picked_quantity, in_bin("CART-01", sku)) == (1, 1)
    assert scan(pick_list, "k3", "BC-MUG").text == "MUG into slot 1: 2 of 3."
    rows = StationScan.objects.order_by("pk").values_list("key", "station", "code", "is_ok", "by_label")
    assert list(rows) == [
        ("k1", "pick", "A-01-1", True, "Mai"),
        ("k2", "pick", "BC-MUG", True, "Mai"),
        ("k3", "pick", "BC-MUG", True, "Mai"),
    ]


def test_a_refusal_is_an_answer_and_changes_nothing(pick_list):
    before = StockMovement.objects.count()
    first = scan(pick_list, "k1", "A-01-1", actor=KIM)
    again = scan(pick_list, "k1", "A-01-1", actor=KIM)

    sentence = f"Mai is picking list {pick_list.number}."
    assert (first.kind, first.ok, first.text) == ("not_your_walk", False, sentence)
    assert (again.kind, again.ok, again.text) == ("not_your_walk", False, sentence)
    pick_list.refresh_from_db()
    assert (StockMovement.objects.count(), pick_list.at_bin_id) == (before, None)


def test_a_key_of_another_scan_is_refused(pick_list):
    scan(pick_list, "k1", "A-01-1")
    with pytest.raises(station_scans.BadKey) as refused:
        scan(pick_list, "k1", "BC-MUG")
    assert str(refused.value) == "This key was another scan's. Reload the page and scan again."
    with pytest.raises(station_scans.BadKey):
        scan(pick_list, "k" * 65, "BC-MUG")
    assert PickTask.objects.get().picked_quantity == 0


def test_a_scan_without_a_key_is_kept_too(pick_list):
    scan(pick_list, "", "A-01-1")
    scan(pick_list, "  ", "BC-MUG")
    assert [key[:4] for key in StationScan.objects.values_list("key", flat=True)] == ["scn_", "scn_"]


def test_keys_are_forgotten_after_a_week(pick_list):
    scan(pick_list, "k1", "A-01-1")
    station_scans.forget(now=NOW + timedelta(days=6))
    assert StationScan.objects.exists()
    station_scans.forget(now=NOW + timedelta(days=7, seconds=1))
    assert not StationScan.objects.exists()
