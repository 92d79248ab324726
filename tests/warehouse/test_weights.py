"""What parcels weigh: learned from those that were packed, explained when one differs."""

import random

import pytest

from tests.make_orders import NOW
from tests.make_warehouse import MAI, deliver, make_stock, packed, picked
from warehouse import packing, weight_book, weights
from warehouse.models import Carton, LearnedWeight
from warehouse.weights import Belief, Part, Suspect

MUG, CUP, BOX = ("sku", 1), ("sku", 2), ("carton", 3)
TRUE_G = {MUG: 208, CUP: 55, BOX: 97}


def parts(held, mugs=0, cups=0):
    units = {MUG: mugs, CUP: cups, BOX: 1}
    return [Part(key, count, held[key]) for key, count in units.items() if count]


def taught(*, parcels=40, seed=1):
    """After so many parcels of mugs (typed 200 g) and cups (never typed) in a box typed as 90 g."""
    rng = random.Random(seed)
    held = {
        MUG: Belief(200, 100),
        CUP: Belief(0, weights.UNKNOWN_SD_G**2, is_known=False),
        BOX: Belief(90, 6.25),
    }
    for _parcel in range(parcels):
        mugs, cups = rng.choice([(1, 0), (2, 0), (0, 1), (1, 1)])
        weight = rng.gauss(97, 2) + sum(rng.gauss(208, 2) for _ in range(mugs))
        weight += sum(rng.gauss(55, 1) for _ in range(cups))
        for part in weights.learn(parts(held, mugs, cups), weight_g=round(weight)):
            held[part.key] = part.belief
    return held


def test_before_anything_is_learned_the_typed_weights_count_with_a_wide_band():
    held = {MUG: Belief(200, 100), BOX: Belief(90, 6.25)}
    found = weights.expect(parts(held, mugs=2))
    assert (found.weight_g, found.band_g, found.is_learned) == (490, 49, False)


def test_a_weight_that_nobody_knows_is_not_judged():
    held = {CUP: Belief(0, 4e6, is_known=False), BOX: Belief(90, 6.25)}
    assert weights.expect(parts(held, cups=1)) is None
    assert weights.explain(parts(held, cups=1), weight_g=900) is None


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_learned_from_parcels(seed):
    held = taught(seed=seed)
    for mugs, cups in [(1, 0), (2, 0), (0, 1), (2, 1)]:
        found = weights.expect(parts(held, mugs, cups))
        true_g = 97 + 208 * mugs + 55 * cups
        assert found.is_learned
        assert abs(found.weight_g - true_g) <= 8
        assert found.band_g <= 30  # less than a cup: a missing one is noticed


def test_the_item_that_explains_a_difference_is_named():
    held = taught()
    full = parts(held, mugs=2, cups=1)
    assert weights.explain(full, weight_g=2 * 208 + 97) == Suspect(CUP, -1)
    assert weights.explain(full, weight_g=208 + 55 + 97) == Suspect(MUG, -1)
    assert weights.explain(full, weight_g=3 * 208 + 55 + 97) == Suspect(MUG, 1)
    assert weights.explain(full, weight_g=2 * 208 + 3 * 55 + 97) == Suspect(CUP, 2)
    assert weights.explain(full, weight_g=5_000) is None
    assert weights.explain(full, weight_g=2 * 208 + 55 + 97) is None  # nothing to explain


def test_another_carton_explains_it_too():
    held, other = taught(), {9: Belief(310, 25)}
    full = parts(held, mugs=1)
    assert weights.explain(full, weight_g=208 + 310, other_cartons=other) == Suspect(("carton", 9), 1)


def test_one_parcel_with_a_gift_in_it_moves_little():
    held = taught()
    before = weights.expect(parts(held, mugs=1))
    after = {part.key: part.belief for part in weights.learn(parts(held, mugs=1), weight_g=900)}
    found = weights.expect(parts(after, mugs=1))
    assert abs(found.weight_g - before.weight_g) <= 12


def test_a_new_bottle_is_followed_within_a_few_parcels():
    held = taught()
    confirmed = 0
    while not weights.expect(parts(held, mugs=1)).holds(208 + 40 + 97):
        confirmed += 1
        held |= {p.key: p.belief for p in weights.learn(parts(held, mugs=1), weight_g=345)}
    assert 2 <= confirmed <= 12


def test_packed_parcels_teach_once_and_can_be_forgotten(site, cedar_shop):
    sku = make_stock("MUG", 9)
    packed(shop=cedar_shop, warehouse=site, lines={"MUG": 2}, weight_g=500)
    deliver()
    deliver()
    row = LearnedWeight.objects.get(sku=sku)
    assert (row.parcels, round(row.mean_g)) == (1, 205)  # 500 g less 90 g of the box, halved
    assert LearnedWeight.objects.get(carton__code="3").parcels == 1

    weight_book.forget(sku_id=sku.pk, actor=MAI, now=NOW)
    box = Carton.objects.get(code="3")
    (part, _box) = weight_book.parts_of(units={sku: 1}, carton=box)
    assert (part.belief.parcels, part.belief.is_known) == (0, False)


def test_a_parcel_outside_the_learned_band_names_the_item_before_the_label(site, cedar_shop):
    mug, cup = make_stock("MUG", 9), make_stock("CUP", 9, at="A-02-1")
    box = Carton.objects.get(code="3")
    for thing, grams in (({"sku": mug}, 208), ({"sku": cup}, 55), ({"carton": box}, 97)):
        LearnedWeight.objects.create(**thing, mean_g=grams, variance=1, noise_g=1, parcels=30, learned_at=NOW)
    package = picked(shop=cedar_shop, warehouse=site, lines={"MUG": 1, "CUP": 2})
    for code, units in (("MUG", 1), ("CUP", 2)):
        packing.scan_item(package_id=package.pk, code=code, quantity=units, actor=MAI, now=NOW)
    with pytest.raises(packing.WeightOutOfBand) as refused:
        packing.finish(package_id=package.pk, carton_code="3", weight_g=360, actor=MAI, now=NOW)
    assert str(refused.value) == (
        "360 g does not fit: expected 415 g ± 13 g. Look into the carton again. 1 × CUP may be missing."
    )
    package.refresh_from_db()
    assert package.state == "picked"
    record = packing.finish(package_id=package.pk, carton_code="3", weight_g=412, actor=MAI, now=NOW)
    assert (record.expected_weight_g, record.is_weight_override) == (415, False)
