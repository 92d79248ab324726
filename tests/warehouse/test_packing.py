"""The pack station: what a scan opens, what is refused and why, what closing does."""

from datetime import timedelta

import pytest

from orders import packages, review
from orders.models import OrderHistory, PackageState
from relay.models import OutboxEvent
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    deliver,
    in_bin,
    level,
    make_stock,
    packed,
    picked,
    released_list,
    walk,
)
from warehouse import ledger_check, packing, quality, station
from warehouse.models import PackRecord, QualityCheck, Wave


@pytest.fixture
def two_mugs(site, cedar_shop):
    """A picked package of two mugs of 200 g."""
    make_stock("MUG", 5, weight_g=200)
    make_stock("CUP", 5, at="A-02-1")
    return picked(shop=cedar_shop, warehouse=site, lines={"MUG": 2})


def open_by(code, *, actor=MAI):
    return packing.open(code=code, actor=actor, now=NOW)[0]


def verify(package, code="MUG", units=2):
    return packing.scan_item(package_id=package.pk, code=code, quantity=units, actor=MAI, now=NOW)


def finish(package, *, carton="3", weight=490, reason=""):
    return packing.finish(
        package_id=package.pk,
        carton_code=carton,
        weight_g=weight,
        override_reason=reason,
        actor=MAI,
        now=NOW,
    )


def test_tote_slot_package_order_and_item_open_the_same_package(two_mugs):
    codes = ["CART-01-1", "cart-01", two_mugs.public_id, two_mugs.order.platform_order_id, "BC-MUG", "MUG"]
    assert {open_by(code).package.pk for code in codes} == {two_mugs.pk}
    parcel = open_by("CART-01-1")
    assert (parcel.tote, parcel.slot, parcel.is_verified) == (
        "CART-01",
        1,
        True,
    )  # by the two scans of the item


def test_an_item_opens_the_most_urgent_package_that_holds_it_alone(site, cedar_shop):
    make_stock("MUG", 9)
    make_stock("CUP", 9, at="A-02-1")
    allocated(shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 1}, due_in=timedelta(hours=1))
    allocated(shop=cedar_shop, number=2, due_in=timedelta(hours=9))
    urgent = allocated(shop=cedar_shop, number=3, due_in=timedelta(hours=5))
    walk(released_list(site))
    assert open_by("BC-MUG").package.pk == urgent.pk
    with pytest.raises(station.NothingFound) as refused:
        open_by("BC-CUP")
    assert str(refused.value) == "No picked package holds CUP alone. Scan its tote slot."


def test_an_unknown_code_opens_nothing(site, cedar_shop):
    with pytest.raises(station.NothingFound) as refused:
        open_by("8930")
    assert str(refused.value) == "No package to pack fits “8930”."


def test_a_package_that_is_not_picked_yet_says_so(site, cedar_shop):
    make_stock("MUG", 5)
    package = allocated(shop=cedar_shop)
    with pytest.raises(quality.NotAtStation) as refused:
        open_by(package.public_id)
    assert str(refused.value) == "This package is not picked yet: it is “stock reserved”."


def test_a_stopped_package_is_put_aside(two_mugs):
    review.hold(order_id=two_mugs.order_id, note="", actor=MAI, now=NOW)
    with pytest.raises(packages.PackageStopped):
        open_by(two_mugs.public_id)
    with pytest.raises(packages.PackageStopped):
        verify(two_mugs)
    assert not QualityCheck.objects.exists()


def test_every_item_is_scanned(two_mugs):
    first, second = verify(two_mugs, "BC-MUG", 1), verify(two_mugs, "BC-MUG", 1)
    assert [(one.kind, one.text) for one in (first, second)] == [
        ("item_ok", "MUG: 1 of 2."),
        ("verified", "All items are right. Choose the carton and weigh."),
    ]
    assert QualityCheck.objects.get().passed_at == NOW


def test_a_wrong_item_and_one_too_many_are_named(two_mugs):
    wrong = verify(two_mugs, "BC-CUP", 1)
    assert (wrong.ok, wrong.text) == (
        False,
        "Wrong item: CUP is not in this package, expected MUG. Put it aside.",
    )
    verify(two_mugs)
    surplus = verify(two_mugs, "MUG", 1)
    assert surplus.text == "Too many: MUG belongs in 2 times, 2 were scanned already."
    assert QualityCheck.objects.get().scanned == {str(wrong.items[0].sku.pk): 2}


@pytest.mark.parametrize(
    ("carton", "weight", "code", "sentence"),
    [
        ("", 490, "carton", "Choose the carton."),
        ("9", 490, "carton", "Choose the carton."),
        ("3", None, "weight", "Weigh the parcel: grams, more than 0."),
        ("3", 31_000, "too_heavy", "31000 g is too heavy for Box S (30000 g at most)."),
        (
            "3", 540, "weight_out_of_band",
            "540 g does not fit: expected 490 g ± 49 g. Look into the carton again.",
        ),
    ],
)  # fmt: skip
def test_what_keeps_a_carton_open(two_mugs, carton, weight, code, sentence):
    verify(two_mugs)
    with pytest.raises(packing.CannotClose) as refused:
        finish(two_mugs, carton=carton, weight=weight)
    assert (refused.value.code, str(refused.value)) == (code, sentence)
    two_mugs.refresh_from_db()
    assert two_mugs.state == PackageState.PICKED
    assert not PackRecord.objects.exists()


def test_an_unverified_package_stays_open(two_mugs):
    verify(two_mugs, units=1)
    with pytest.raises(packing.CannotClose) as refused:
        finish(two_mugs)
    assert str(refused.value) == "Scan every item first: 1 still missing."


def test_closing_consumes_the_stock_and_is_announced(two_mugs):
    sku = two_mugs.lines.get().sku
    verify(two_mugs)

    record = finish(two_mugs, weight=500)

    assert (record.weight_g, record.expected_weight_g, record.is_weight_override) == (500, 490, False)
    two_mugs.refresh_from_db()
    assert (two_mugs.state, two_mugs.weight_g) == (PackageState.PACKED, 500)
    assert (level(sku), in_bin("CART-01", sku)) == ((3, 0), 0)
    assert OutboxEvent.objects.filter(name="package.packed").count() == 1
    deliver()
    assert Wave.objects.get().state == "done"
    assert ledger_check.check_ledger() == []


def test_a_weight_out_of_band_is_confirmed_with_a_reason(two_mugs):
    verify(two_mugs)
    record = finish(two_mugs, weight=700, reason="gift wrap")
    assert record.is_weight_override
    assert OrderHistory.objects.get(action="package.pack").reason == "gift wrap"


def test_unknown_weights_are_not_judged(site, cedar_shop):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site)
    verify(package, units=1)
    assert finish(package, weight=9000).expected_weight_g is None


def test_a_package_is_packed_once(two_mugs):
    verify(two_mugs)
    finish(two_mugs)
    with pytest.raises(quality.NotAtStation) as refused:
        finish(two_mugs)
    assert str(refused.value) == "This package has been packed already: it is “packed”."


def test_unpacking_brings_everything_back(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site, lines={"MUG": 2})

    packing.unpack(package_id=package.pk, reason="wrong carton", actor=MAI, now=NOW)

    package.refresh_from_db()
    assert (package.state, level(sku), in_bin("CART-01", sku)) == (PackageState.PICKED, (5, 2), 2)
    assert not PackRecord.objects.exists()
    assert ledger_check.check_ledger() == []
    verify(package)
    packing.finish(
        package_id=package.pk, carton_code="4", weight_g=900, actor=MAI, now=NOW + timedelta(minutes=1)
    )
    assert level(sku) == (3, 0)
    assert ledger_check.check_ledger() == []
