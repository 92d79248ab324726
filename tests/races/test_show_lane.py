"""A lane under load: parcels are given out once and taken once, whoever feeds, scans and reserves at the same moment."""

import pytest

from catalog.models import Sku
from orders.models import PackageState
from tenancy import scoping
from tests import make, make_shows
from tests.make_shows import ON
from tests.make_warehouse import allocated, make_site
from warehouse import ledger_check, show_lane
from warehouse.models import PickTask, Show, ShowParcel, ShowProduct, StockLevel

pytestmark = pytest.mark.races

PREPACKED, ORDERS = 6, 10


@pytest.fixture
def show(committed) -> tuple[int, Show]:
    """Six pre-packed mugs of eight, ten orders that want one each."""
    seller = make.make_seller()
    shop = make.make_shop(seller=seller)
    with scoping.scope(sellers=[seller.pk]):
        site = make_site()
        make_shows.make_zone(site)
        found = make_shows.live(make_shows.mug_show(site, shop, units=ORDERS, expected=8, prepack=PREPACKED))
        for number in range(1, ORDERS + 1):
            allocated(shop=shop, number=number, lines={"MUG": 1})
    return seller.pk, found


def test_parcels_are_given_and_taken_once(show, together):
    seller_id, found = show

    def feed() -> int:
        with scoping.scope(sellers=[seller_id]):
            return show_lane.feed(show_id=found.pk, now=ON).joined

    def take() -> int | None:
        with scoping.scope(sellers=[seller_id]):
            return show_lane.take(sku=Sku.objects.get(), actor=make_shows.MAI, now=ON)

    assert sum(together([feed] * 4)) == PREPACKED
    taken = together([take] * 8 + [feed] * 2)[:8]
    ids = [one for one in taken if one is not None]
    with scoping.scope(sellers=[seller_id]):
        assert (len(ids), len(set(ids))) == (PREPACKED, PREPACKED)
        assert ShowProduct.objects.get().sent_units == PREPACKED
        assert ShowParcel.objects.filter(on_lane=True).count() == PREPACKED
        states = PickTask.objects.values_list("package__state", flat=True)
        assert list(states) == [PackageState.PICKED] * PREPACKED
        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved) == (ORDERS, ORDERS)
        assert ledger_check.check_ledger() == []
