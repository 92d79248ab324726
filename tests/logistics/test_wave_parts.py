"""What waves hear of carriers: a shipment's own, else the shop's usual one for own shipping; never a guess for the platform's."""

import pytest

from logistics import wave_parts
from logistics.models import Shipment, ShipmentState, ShippingPolicy
from tenancy import scoping
from tests import make_orders
from tests.make_logistics import carrier, labelled, packed
from warehouse import carrier_slot

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
    found = wave_parts.carriers(package_ids=[one.pk for one in packages])
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
    found = carrier_slot.carriers_of(package_ids=[own.pk, platform.pk])
    assert found == {own.pk: usual.name, platform.pk: DELIVERY_OPTION}


def test_another_sellers_policy_and_packages_are_not_seen(usual, cedar_shop, north, north_shop):
    mine = planned(cedar_shop)
    with scoping.scope(sellers=[north.pk]):
        theirs = planned(north_shop, 2)
        ShippingPolicy.objects.create(shop=north_shop, default_carrier=carrier("ups"))
        assert carriers_of(mine, theirs) == [None, carrier("ups").name]
    assert carriers_of(mine, theirs) == [usual.name, None]


def test_many_packages_are_three_queries(usual, cedar_shop, django_assert_num_queries):
    many = [planned(cedar_shop, number) for number in range(1, 5)]
    with django_assert_num_queries(3):
        assert carriers_of(*many) == [usual.name] * 4
