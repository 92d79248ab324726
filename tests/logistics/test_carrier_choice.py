"""A packed parcel of an own carrier gets the carrier that weight and size choose; by hand with a reason; a dry run."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest

from logistics import carrier_by_hand, carrier_choice, labels, rating_trial, rating_words, wave_parts
from logistics.models import Carrier, Shipment, ShippingPolicy
from orders import packages
from orders.models import BuyerContact, OrderHistory, Package, SlaClock
from tenancy import scoping
from tests import make_warehouse
from tests.make_logistics import LAN, carrier
from tests.make_orders import NOW
from tests.make_rates import make_service
from warehouse.models import CarrierPickup, Carton, PackRecord, Warehouse


@pytest.fixture
def site(in_cedar):
    site = make_warehouse.make_site()
    make_warehouse.make_stock("MUG", 50, weight_g=400)
    return site


@pytest.fixture
def pack(site, cedar_shop):
    """Packs one more mug: its package, closed at NOW in carton 3 with this weight."""

    def run(number: int = 1, *, weight_g: int = 500, **values) -> Package:
        return make_warehouse.packed(
            shop=cedar_shop, warehouse=site, number=number, weight_g=weight_g, **values
        )

    return run


def shipped(package: Package, *, now: datetime = NOW) -> Shipment:
    labels.open_shipments(package_ids=[package.pk], now=now)
    return Shipment.objects.select_related("carrier").get(package=package)


def facts(shipment: Shipment) -> tuple[str, Decimal | None, str]:
    name = shipment.carrier.code if shipment.carrier else ""
    return name, shipment.freight_amount, shipment.freight_currency


def test_the_parcel_gets_the_cheapest_carrier_and_keeps_why(pack):
    make_service(of="jt", prices={1000: 21000})
    make_service(of="spx", prices={300: 15000, 1000: 19000})
    shipment = shipped(pack())
    assert facts(shipment) == ("spx", Decimal(19000), "VND")
    spx, jt = carrier("spx").name, carrier("jt").name
    assert rating_words.sentence(shipment.choice) == (
        f"{spx} Standard at 500 g: VND 19,000. Not dearer than {jt} Standard (VND 21,000)."
    )
    line = OrderHistory.objects.get(action="carrier.chosen")
    assert line.data == {"service": f"{spx} Standard", "price": "VND 19,000"}


def test_the_size_of_the_carton_counts(pack):
    carton = Carton.objects.get(code="3")
    volume = carton.length_mm * carton.width_mm * carton.height_mm
    make_service(of="jt", prices={1000: 21000, 100_000: 99000})
    make_service(of="spx", prices={1000: 19000}, divisor=volume // 1001)  # it counts as more than a kilogram
    make_service(of="ninjavan", prices={1000: 1000}, max_side_mm=max(carton.length_mm, 1) - 1)
    shipment = shipped(pack())
    assert facts(shipment) == ("jt", Decimal(21000), "VND")
    assert [why for _name, why, _values in shipment.choice["refused"]] == ["too_long", "no_price"]


def test_nothing_fits_and_the_parcel_says_so(pack):
    make_service(of="jt", prices={100: 9000})
    shipment = shipped(pack())
    assert facts(shipment) == ("", None, "")
    assert OrderHistory.objects.filter(action="carrier.missing").count() == 1
    assert rating_words.advice(shipment.choice).startswith("Choose a carrier by hand and say why")


def test_without_services_the_usual_carrier_of_the_shop_goes(pack, cedar_shop):
    ShippingPolicy.objects.create(shop=cedar_shop, default_carrier=carrier("jt"))
    shipment = shipped(pack())
    assert (shipment.carrier.code, shipment.choice, shipment.freight_amount) == ("jt", {}, None)


def test_services_and_carriers_that_are_not_in_use_are_not_asked(pack):
    make_service(of="jt", prices={1000: 21000})
    make_service(of="spx", prices={1000: 1}, is_active=False)
    make_service(of="ninjavan", prices={1000: 1})
    Carrier.objects.filter(code="ninjavan").update(is_active=False)
    assert facts(shipped(pack()))[0] == "jt"


def test_another_sellers_services_are_not_asked(pack, north):
    make_service(of="jt", prices={1000: 21000})
    with scoping.scope(sellers=[north.pk]):
        make_service(of="spx", prices={1000: 1})
    assert facts(shipped(pack()))[0] == "jt"


def test_a_platform_label_is_not_chosen_for(pack):
    make_service(of="jt", prices={1000: 21000})
    shipment = shipped(pack(shipping_type="platform"))
    assert (shipment.is_platform_label, shipment.carrier, shipment.choice) == (True, None, {})


def test_the_pickup_of_the_building_decides_who_is_in_time(pack, site):
    make_service(of="jt", prices={1000: 21000})
    make_service(of="spx", prices={1000: 19000})
    Warehouse.objects.filter(pk=site.pk).update(time_zone="Asia/Ho_Chi_Minh")  # there it is 15:00
    for code, at in (("jt", time(17)), ("spx", time(19))):
        CarrierPickup.objects.create(warehouse=site, carrier=carrier(code).name, at=at)
    package = pack()
    SlaClock.objects.filter(order=package.order_id).update(due_at=NOW + timedelta(hours=3))
    shipment = shipped(package)
    assert facts(shipment) == ("jt", Decimal(21000), "VND")
    assert shipment.choice["collected_at"] == (NOW + timedelta(hours=2)).isoformat()


def test_the_province_and_the_postcode_of_the_buyer_count(pack):
    near = carrier_choice.Area("A", "VN", "Ho Chi Minh City")
    make_service(of="jt", prices={1000: 21000}, zone="A", areas=(near,))
    make_service(
        of="spx", prices={1000: 1}, zone="P", areas=(carrier_choice.Area("P", "VN", "", "70", "79"),)
    )
    package = pack()
    assert facts(shipped(package))[0] == "jt"
    contact = BuyerContact.objects.get(order=package.order_id)
    contact.sealed = {**contact.sealed, "postal_code": "72 000"}
    contact.save()
    carrier_by_hand.choose_again(package_id=package.pk, actor=LAN, now=NOW)
    shipment = shipped(package)
    assert facts(shipment)[0] == "spx"
    assert "72" not in str(shipment.choice)


def test_choosing_asks_no_more_with_more_parcels(pack, django_assert_num_queries):
    make_service(of="jt", prices={1000: 21000})
    three = [pack(number) for number in (1, 2, 3)]
    with django_assert_num_queries(10):
        carrier_choice.as_packed(packages=three[:1], now=NOW)
    with django_assert_num_queries(10):
        carrier_choice.as_packed(packages=three, now=NOW)


# --- by hand ---


def test_a_person_takes_another_carrier_and_says_why(pack):
    make_service(of="jt", prices={1000: 21000})
    make_service(of="spx", prices={1000: 19000})
    package = pack()
    shipped(package)
    changed = carrier_by_hand.change(
        package_id=package.pk, carrier_code="jt", reason="the driver waits", actor=LAN, now=NOW
    )
    assert facts(changed) == ("jt", Decimal(21000), "VND")
    assert rating_words.sentence(changed.choice) == "Chosen by Lan: the driver waits"
    line = OrderHistory.objects.get(action="carrier.changed")
    assert (line.actor_label, line.reason) == ("Lan", "the driver waits")
    assert line.data == {"service": f"{carrier('jt').name} Standard", "before": carrier("spx").name}


def test_it_can_be_taken_back(pack):
    make_service(of="jt", prices={1000: 21000})
    make_service(of="spx", prices={1000: 19000})
    package = pack()
    before = shipped(package)
    carrier_by_hand.change(package_id=package.pk, carrier_code="jt", reason="x", actor=LAN, now=NOW)
    after = carrier_by_hand.choose_again(package_id=package.pk, actor=LAN, now=NOW)
    assert (facts(after), after.choice) == (facts(before), before.choice)


def test_a_carrier_without_prices_may_be_taken_too(pack):
    make_service(of="jt", prices={100: 9000})
    package = pack()  # the news of packing has not come yet: there is no shipment
    changed = carrier_by_hand.change(
        package_id=package.pk, carrier_code="ninjavan", reason="they take it", actor=LAN, now=NOW
    )
    assert facts(changed) == ("ninjavan", None, "")


def untouched(package: Package, act, refusal: type[Exception], words: str) -> None:
    """Refused in these words, and the shipment stays what it was."""
    before = list(Shipment.objects.filter(package=package).values())
    with pytest.raises(refusal, match=words):
        act()
    assert list(Shipment.objects.filter(package=package).values()) == before
    assert not OrderHistory.objects.filter(action="carrier.changed").exists()


@pytest.mark.parametrize(
    ("code", "reason", "refusal", "words"),
    [
        ("jt", "  ", carrier_by_hand.ChoiceNeedsReason, "Say why this parcel goes with"),
        ("nobody", "x", carrier_by_hand.NoSuchCarrier, "Choose one of the carriers in use"),
        ("spx", "x", carrier_by_hand.NoSuchCarrier, "Choose one of the carriers in use"),
    ],
)
def test_refused_without_a_reason_or_a_carrier_in_use(pack, code, reason, refusal, words):
    make_service(of="jt", prices={1000: 21000})
    Carrier.objects.filter(code="spx").update(is_active=False)
    package = pack()
    shipped(package)
    by = {"package_id": package.pk, "actor": LAN, "now": NOW}
    untouched(package, lambda: carrier_by_hand.change(carrier_code=code, reason=reason, **by), refusal, words)


def test_refused_once_it_has_a_number_before_it_is_packed_and_when_stopped(pack, cedar_shop):
    make_service(of="jt", prices={1000: 21000})
    fixed = carrier_by_hand.CarrierIsFixed

    def change(package):
        return lambda: carrier_by_hand.change(
            package_id=package.pk, carrier_code="jt", reason="x", actor=LAN, now=NOW
        )

    numbered, stopped = pack(1), pack(2)
    labels.give_number(
        shipment_id=shipped(numbered).pk,
        carrier=carrier("jt"),
        number="840172639501",
        source="typed",
        actor=LAN,
        now=NOW,
    )
    untouched(numbered, change(numbered), fixed, "its carrier is chosen when it stands packed")
    Package.objects.filter(pk=stopped.pk).update(is_stopped=True, stop_reason="cancelled")
    untouched(stopped, change(stopped), packages.PackageStopped, "was stopped")
    planned = make_warehouse.order_package(shop=cedar_shop, number=3)
    untouched(planned, change(planned), fixed, "its carrier is chosen when it stands packed")


def test_refused_where_the_platform_chooses(pack):
    package = pack(shipping_type="platform")
    act = lambda: carrier_by_hand.change(  # noqa: E731
        package_id=package.pk, carrier_code="jt", reason="x", actor=LAN, now=NOW
    )
    carrier("jt")
    untouched(package, act, carrier_by_hand.CarrierIsFixed, "The platform chooses the carrier")


def test_choosing_by_weight_again_needs_a_service(pack):
    package = pack()
    shipped(package)
    act = lambda: carrier_by_hand.choose_again(package_id=package.pk, actor=LAN, now=NOW)  # noqa: E731
    untouched(package, act, carrier_by_hand.CarrierIsFixed, "No carrier has a service in use")


def test_a_number_of_another_carrier_forgets_what_was_reckoned(pack):
    make_service(of="jt", prices={1000: 21000})
    shipment = shipped(pack())
    labels.give_number(
        shipment_id=shipment.pk,
        carrier=carrier("royalmail"),
        number="RB123456785GB",
        source="typed",
        actor=LAN,
        now=NOW,
    )
    shipment.refresh_from_db()
    assert (facts(shipment), rating_words.sentence(shipment.choice)) == (
        ("royalmail", None, ""),
        "Chosen with its number.",
    )


# --- the dry run ---


def test_the_trial_says_who_would_have_carried_what_and_changes_nothing(pack):
    make_service(of="jt", prices={1000: 21000})
    first, second, heavy, old = pack(1), pack(2), pack(3, weight_g=480), pack(4)
    for package in (first, second, heavy):
        shipped(package)
    make_service(of="spx", prices={490: 11000, 700: 19000})
    PackRecord.objects.filter(package=heavy).update(weight_g=1500)
    PackRecord.objects.filter(package=old).update(packed_at=NOW - timedelta(days=8))
    before = list(Shipment.objects.order_by("pk").values())
    trial = rating_trial.run(now=NOW)
    spx = f"{carrier('spx').name} Standard"
    assert [(one.service, one.currency, one.parcels, one.amount, one.late) for one in trial.shares] == [
        (spx, "VND", 2, Decimal(38000), 0)
    ]
    assert (trial.parcels, [one.package.pk for one in trial.none]) == (3, [heavy.pk])
    assert {one.package.pk for one in trial.others} == {first.pk, second.pk}
    assert {one.carrier for one in trial.others} == {carrier("jt").name}
    assert trial.known_amounts == {"VND": Decimal(63000)}
    assert list(Shipment.objects.order_by("pk").values()) == before


def test_waves_hear_of_the_usual_carrier_until_a_parcel_has_its_own(pack, cedar_shop):
    ShippingPolicy.objects.create(shop=cedar_shop, default_carrier=carrier("jt"))
    planned = make_warehouse.order_package(shop=cedar_shop, number=9)
    assert wave_parts.carriers(package_ids=[planned.pk], now=NOW) == {planned.pk: carrier("jt").name}


def test_an_open_carton_is_previewed_with_its_weight(pack, site, cedar_shop):
    make_service(of="jt", prices={1000: 21000})
    package = make_warehouse.picked(shop=cedar_shop, warehouse=site, number=5)
    size = (300, 200, 100)
    found = carrier_choice.preview(package=package, weight_g=700, size_mm=size, now=NOW)
    assert (found.verdict.chosen.service.label, found.verdict.chosen.amount) == (
        f"{carrier('jt').name} Standard",
        Decimal(21000),
    )
    assert not Shipment.objects.exists()
