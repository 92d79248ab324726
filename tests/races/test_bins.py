"""A bin is taken out of use while goods come into it: whoever is second knows of the first."""

import threading
from functools import partial

import pytest

from catalog.models import Sku
from tenancy import scoping
from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, bin_of, in_bin, make_site, make_stock
from warehouse import bin_changes, ledger, ledger_check
from warehouse.bin_changes import Outcome
from warehouse.models import Bin

pytestmark = pytest.mark.races

SECONDS = 30
BUSY = "Somebody is moving goods to or from A-03-1 right now. Try again in a moment."


@pytest.fixture
def seller(committed):
    """Its neighbor has the same site and is left alone."""
    north = make.make_seller(slug="north", name="North")
    found = make.make_seller()
    for one in (north, found):
        with scoping.scope(sellers=[one.pk]):
            make_site()
            make_stock("MUG", 9)
    yield found
    with scoping.scope(sellers=[north.pk]):
        assert not Bin.objects.filter(is_active=False).exists()


def come(key: str):
    """Two mugs come into A-03-1, where nothing ever lay."""
    movement = ledger.Movement(bin_of("A-03-1").pk, Sku.objects.get().pk, 2, "received", key)
    return ledger.post(movements=[movement], actor=MAI, now=NOW)


def retire() -> Outcome:
    ids = [bin_of(code).pk for code in ("A-02-1", "A-03-1")]
    return bin_changes.retire(bin_ids=ids, actor=KIM, now=NOW)


def inside(seller, work, *, then=None):
    """Do it in a transaction of its own, which waits for what is given before it commits."""
    with scoping.scope(sellers=[seller.pk]):
        found = work()
        if then is not None:
            then()
        return found


def test_a_bin_that_goods_come_into_stays_in_use(seller, together):
    posted, asked = threading.Event(), threading.Event()

    def post():
        def wait():
            posted.set()
            assert asked.wait(SECONDS)

        return inside(seller, partial(come, "in"), then=wait)

    def ask() -> Outcome:
        assert posted.wait(SECONDS)
        try:
            return inside(seller, retire)
        finally:
            asked.set()

    _rows, outcome = together([post, ask])
    assert outcome == Outcome(["A-02-1"], [BUSY])
    assert inside(seller, retire).refused == ["A-03-1 holds goods: move them first."]
    with scoping.scope(sellers=[seller.pk]):
        assert (bin_of("A-03-1").is_active, in_bin("A-03-1", Sku.objects.get())) == (True, 2)
        assert ledger_check.check_ledger() == []


def test_nothing_comes_into_a_bin_that_is_being_taken_out_of_use(seller, together):
    """Goods that come wait for the other one's commit, and then find the bin out of use."""
    retired, waiting = threading.Event(), threading.Event()

    def ask() -> Outcome:
        def wait():
            retired.set()
            assert waiting.wait(SECONDS)

        return inside(seller, retire, then=wait)

    def post():
        assert retired.wait(SECONDS)
        waiting.set()
        return inside(seller, partial(come, "in"))

    outcome, refused = together([ask, post])
    assert outcome == Outcome(["A-02-1", "A-03-1"], [])
    assert isinstance(refused, ledger.BinIsRetired)
    with scoping.scope(sellers=[seller.pk]):
        assert in_bin("A-03-1", Sku.objects.get()) == 0
        assert ledger_check.check_ledger() == []


def test_many_at_once_leave_no_goods_in_a_bin_out_of_use(seller, together):
    posts = [partial(inside, seller, partial(come, f"in-{number}")) for number in range(6)]
    results = together(
        [*posts[:3], partial(inside, seller, retire), *posts[3:], partial(inside, seller, retire)]
    )
    rows = [one for one in results if isinstance(one, list)]
    refused = [one for one in results if isinstance(one, ledger.BinIsRetired)]
    assert len(rows) + len(refused) == len(posts)
    with scoping.scope(sellers=[seller.pk]):
        there = in_bin("A-03-1", Sku.objects.get())
        assert there == 2 * len(rows)
        assert bin_of("A-03-1").is_active == bool(rows)
        assert ledger_check.check_ledger() == []
