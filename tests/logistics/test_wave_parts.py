"""What waves hear of carriers: a shipment's own; for own shipping the one expected by weight, else the usual one.

Never a guess for what the platform carries.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Sku
from logistics import wave_parts
from logistics.models import CarrierService, Shipment, ShipmentState, ShippingPolicy
from tenancy import scoping
from tests import make_orders, make_warehouse
from tests.make_logistics import carrier, labelled, packed
from tests.make_orders import NOW
from tests.make_rates import make_service
from warehouse import carrier_slot, expected_parcels, wave_choice
from warehouse.expected_parcels import Expected
from warehouse.models import LearnedWeight

DELIVERY_OPTION = "Standard shipping"


@pytest.fixture
def usual(in_cedar, cedar_shop):
    """J&T is the shop's usual carrier."""
    found = carrier("jt")
    ShippingPolicy.objects.create(shop=cedar_shop, default_carrier=found)
    return found


def planned(shop, number: int = 1, **values):
    return make_orders.make_approved_package(
        shop=shop, platform_order_id=f"57646141303870{number:04d}", **values
    )


def carriers_of(*packages) -> list[str | None]:
    found = wave_parts.carriers(package_ids=[one.pk for one in packages], now=NOW)
    return [found.get(one.pk) for one in packages]


def test_own_shipping_goes_with_the_usual_carrier_of_its_shop(usual, cedar_shop):
    assert carriers_of(planned(cedar_shop)) == [usual.name]


def test_a_shop_without_a_usual_carrier_says_nothing(in_cedar, cedar_shop):
    package = planned(cedar_shop)
    assert carriers_of(package) == [None]
    ShippingPolicy.objects.create(shop=cedar_shop)
    assert carriers_of(package) == [None]


def test_what_the_platform_carries_is_left_to_it(usual, cedar_shop):
    assert carriers_of(planned(cedar_shop, shipping_type="platform")) == [None]


def test_a_shipment_knows_better_than_the_policy(usual, cedar_shop):
    shipment = labelled(shop=cedar_shop, code="royalmail", tracking_number="RB123456785GB")
    waiting = packed(shop=cedar_shop, number=2)
    assert carriers_of(shipment.package, waiting) == [carrier("royalmail").name, usual.name]


def test_a_void_shipment_counts_for_nothing(usual, cedar_shop):
    shipment = labelled(shop=cedar_shop, code="royalmail", tracking_number="RB123456785GB")
    Shipment.objects.filter(pk=shipment.pk).update(state=ShipmentState.CANCELLED)
    assert carriers_of(shipment.package) == [usual.name]


def test_the_slot_of_the_warehouse_is_filled_with_it(usual, cedar_shop):
    own, platform = planned(cedar_shop, 1), planned(cedar_shop, 2, shipping_type="platform")
    found = carrier_slot.carriers_of(package_ids=[own.pk, platform.pk], now=NOW)
    assert found == {own.pk: usual.name, platform.pk: DELIVERY_OPTION}


def test_another_sellers_policy_and_packages_are_not_seen(usual, cedar_shop, north, north_shop):
    mine = planned(cedar_shop)
    with scoping.scope(sellers=[north.pk]):
        theirs = planned(north_shop, 2)
        ShippingPolicy.objects.create(shop=north_shop, default_carrier=carrier("ups"))
        assert carriers_of(mine, theirs) == [None, carrier("ups").name]
    assert carriers_of(mine, theirs) == [usual.name, None]


def test_many_packages_are_four_queries(usual, cedar_shop, django_assert_num_queries):
    many = [planned(cedar_shop, number) for number in range(1, 5)]
    with django_assert_num_queries(4):
        assert carriers_of(*many) == [usual.name] * 4


# --- carriers that are chosen by weight, size and destination ---


@pytest.fixture
def mugs(usual, cedar_shop):
    """`mugs(3, number=1)`: an allocated package of three mugs, 400 g and 9 cm each. SPX takes up to a kilogram."""
    site = make_warehouse.make_site()
    mug = make_warehouse.make_stock("MUG", 50, weight_g=400)
    mug.length_mm = mug.width_mm = mug.height_mm = 90
    mug.save()
    make_service(of="spx", prices={1000: 19000})
    make_service(of="ninjavan", prices={1000: 21000, 5000: 30000})

    def make(units: int, *, number: int = 1, code: str = "MUG"):
        return make_warehouse.allocated(shop=cedar_shop, number=number, lines={code: units})

    make.site = site
    return make


def test_own_carriers_are_expected_by_what_the_parcel_will_weigh(mugs):
    light, heavy = mugs(1), mugs(3, number=2)
    assert expected_parcels.expected_parcels(package_ids=[light.pk, heavy.pk]) == {
        light.pk: Expected(490, (200, 150, 100)),
        heavy.pk: Expected(1380, (300, 220, 150)),
    }
    assert carriers_of(light, heavy) == [carrier("spx").name, carrier("ninjavan").name]


def test_the_size_of_the_advised_carton_counts(mugs):
    make_service(of="spx", code="small", prices={5000: 1000}, max_side_mm=199)
    make_service(of="jt", prices={5000: 2000}, divisor=3000)  # 1,000 g by the volume of the small box
    make_service(of="ups", prices={5000: 1500}, max_side_mm=200)
    assert carriers_of(mugs(1), mugs(3, number=2)) == [carrier("ups").name, carrier("jt").name]


def test_what_was_learned_of_the_weight_counts(mugs):
    package = mugs(1)
    LearnedWeight.objects.create(
        sku=Sku.objects.get(seller_sku="MUG"), mean_g=1200, variance=4, noise_g=4, parcels=20, learned_at=NOW
    )
    assert carriers_of(package) == [carrier("ninjavan").name]


def test_without_a_known_weight_or_a_service_that_takes_it_the_usual_carrier_is_expected(mugs, usual):
    make_warehouse.make_stock("PAN", 5)
    Sku.objects.filter(seller_sku="PAN").update(weight_g=None)
    unknown, too_heavy = mugs(1, code="PAN"), mugs(14, number=2)
    assert carriers_of(unknown, too_heavy) == [usual.name, usual.name]


def test_services_out_of_use_and_those_of_another_seller_are_not_asked(mugs, usual, north):
    CarrierService.objects.update(is_active=False)
    with scoping.scope(sellers=[north.pk]):
        make_service(of="ups", prices={1000: 1})
    assert carriers_of(mugs(1)) == [usual.name]


def test_a_wave_takes_the_packages_of_the_carrier_that_is_expected(mugs):
    light, heavy, other = mugs(1), mugs(3, number=2), mugs(1, number=3)

    def first(code: str) -> list[int]:
        wanted = wave_choice.Filters(warehouse_id=mugs.site.pk, carrier=carrier(code).name)
        return wave_choice.first_ids(filters=wanted, now=NOW)

    assert (first("spx"), first("ninjavan"), first("jt")) == ([light.pk, other.pk], [heavy.pk], [])


def test_the_number_of_queries_does_not_grow_with_packages(mugs, django_assert_num_queries):
    many = [mugs(1 + number % 3, number=number) for number in range(1, 7)]
    with CaptureQueriesContext(connection) as few:
        carriers_of(*many[:2])
    with django_assert_num_queries(len(few)):
        carriers_of(*many)
