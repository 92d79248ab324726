"""Numbers on parcels: judged for the booked carrier, used once, changed until the platform has them."""

import pytest

from core.errors import RuleViolation
from logistics import labels, number_blocks, number_check
from logistics.models import NumberBlock, Shipment, ShipmentState
from orders import packages
from orders.models import OrderHistory, PackageState
from tests.make_logistics import LAN, carrier, labelled, packed, waiting
from tests.make_orders import NOW


def give(shipment: Shipment, number: str, code: str = "jt") -> labels.Labelled:
    return labels.give_number(
        shipment_id=shipment.pk, carrier=carrier(code), number=number, source="typed", actor=LAN, now=NOW
    )


def test_a_packed_package_gets_one_shipment(cedar_shop, in_cedar):
    package = packed(shop=cedar_shop)
    assert labels.open_shipments(package_ids=[package.pk], now=NOW) == list(Shipment.objects.all())
    shipment = Shipment.objects.get()
    assert (shipment.package_id, shipment.state, shipment.is_platform_label) == (package.pk, "pending", False)
    assert shipment.tracking_number == ""


def test_a_typed_number_labels_the_parcel(cedar_shop, in_cedar):
    shipment = waiting(shop=cedar_shop)
    labelled_ = give(shipment, " rb 123-456-785 gb ", code="royalmail")
    shipment.refresh_from_db()
    assert (shipment.tracking_number, shipment.raw_number) == ("RB123456785GB", "rb 123-456-785 gb")
    assert (shipment.state, shipment.is_number_proven, labelled_.warning) == ("labelled", True, "")
    shipment.package.refresh_from_db()
    assert shipment.package.state == PackageState.READY_TO_SHIP
    line = OrderHistory.objects.get(action="shipment.numbered")
    assert (line.actor_label, line.data["number"]) == ("Lan", "RB123456785GB")


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("RB123456786GB", "royalmail", "check digit"),
        ("LX000000006CN", "dhl", "check digit"),
        ("1Z999AA10123456785", "ups", "check digit"),
        ("YT222952127216444", "yunexpress", "look different"),
        ("000000000000", "jt", "made up"),
        ("123456789012", "fedex", "made up"),
        ("ab", "jt", "4 to 50"),
        ("", "jt", "4 to 50"),
    ],
)
def test_a_number_that_the_carrier_cannot_have_given_is_refused(cedar_shop, in_cedar, number, code, words):
    shipment = waiting(shop=cedar_shop)
    with pytest.raises(number_check.BadNumber, match=words):
        give(shipment, number, code)
    shipment.refresh_from_db()
    assert (shipment.tracking_number, shipment.state) == ("", ShipmentState.PENDING)


def test_a_shape_alone_is_accepted_with_a_warning(cedar_shop, in_cedar):
    labelled_ = give(waiting(shop=cedar_shop), "840172639501")
    assert labelled_.shipment.is_number_proven is False
    assert "scan will prove it" in labelled_.warning


def test_a_carrier_may_be_set_to_accept_odd_numbers_but_never_made_up_ones(cedar_shop, in_cedar):
    yun = carrier("yunexpress")
    yun.is_bad_number_refused = False
    yun.save()
    shipment = waiting(shop=cedar_shop)
    with pytest.raises(number_check.BadNumber):
        give(shipment, "111111111111", "yunexpress")
    assert "look different" in give(shipment, "YT222952127216444", "yunexpress").warning


def test_a_number_is_used_once(cedar_shop, in_cedar):
    first = labelled(shop=cedar_shop, number=1, tracking_number="840172639501")
    second = waiting(shop=cedar_shop, number=2)
    with pytest.raises(number_check.NumberUsed, match=first.package.order.platform_order_id):
        give(second, "8401 7263 9501")
    second.refresh_from_db()
    assert second.tracking_number == ""


def test_the_number_of_a_cancelled_parcel_is_free_unless_the_platform_saw_it(cedar_shop, in_cedar):
    first = labelled(shop=cedar_shop, number=1, tracking_number="840172639501")
    Shipment.objects.filter(pk=first.pk).update(state="cancelled", uploaded_at=NOW)
    second = waiting(shop=cedar_shop, number=2)
    with pytest.raises(number_check.NumberUsed):
        give(second, "840172639501")
    Shipment.objects.filter(pk=first.pk).update(uploaded_at=None)
    assert give(second, "840172639501").shipment.state == "labelled"


def test_a_number_may_be_changed_before_the_platform_has_it(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop, tracking_number="840172639501")
    give(shipment, "840172639502")
    shipment.refresh_from_db()
    assert shipment.tracking_number == "840172639502"
    assert OrderHistory.objects.get(action="shipment.renumbered").data["before"] == "840172639501"
    Shipment.objects.filter(pk=shipment.pk).update(uploaded_at=NOW)
    with pytest.raises(labels.NotWaitingForNumber, match="possible once"):
        give(shipment, "840172639503")


def test_a_stopped_parcel_takes_no_number(cedar_shop, in_cedar):
    shipment = waiting(shop=cedar_shop)
    packages.stop(reasons={shipment.package.order_id: "cancel_requested"})
    with pytest.raises(packages.PackageStopped, match="buyer asks to cancel"):
        give(shipment, "840172639501")
    shipment.refresh_from_db()
    assert shipment.tracking_number == ""


def make_block(**values) -> NumberBlock:
    return NumberBlock.objects.create(
        **{"carrier": carrier("royalmail"), "prefix": "RB", "suffix": "GB", "digits": 8, "check_rule": "s10"}
        | {"next_serial": 12345678, "last_serial": 12345679}
        | values
    )


def test_block_numbers_have_the_right_check_digit():
    assert number_blocks.check_digit(serial="12345678", rule="s10") == "5"
    assert number_blocks.check_digit(serial="10000014", rule="s10") == "0"  # 10 becomes 0
    assert number_blocks.check_digit(serial="10000002", rule="s10") == "5"  # 11 becomes 5
    assert number_blocks.check_digit(serial="940011189922319742849", rule="mod10") == "7"
    assert number_blocks.check_digit(serial="331881002", rule="mod7") == "5"
    assert number_blocks.check_digit(serial="331881002", rule="") == ""


def test_numbers_are_taken_from_a_block_once_each(cedar_shop, in_cedar):
    block = make_block()
    rows = [waiting(shop=cedar_shop, number=number) for number in (1, 2)]
    results = labels.take_numbers(
        shipment_ids=[row.pk for row in rows], carrier=block.carrier, actor=LAN, now=NOW
    )
    assert [result.is_done for result in results] == [True, True]
    numbers = list(Shipment.objects.order_by("pk").values_list("tracking_number", "number_source"))
    assert numbers == [("RB123456785GB", "block"), ("RB123456799GB", "block")]
    block.refresh_from_db()
    assert block.next_serial == 12345680
    assert number_blocks.left(block.carrier) == 0


def test_an_exhausted_block_gives_nothing_at_all(cedar_shop, in_cedar):
    block = make_block()
    rows = [waiting(shop=cedar_shop, number=number) for number in (1, 2, 3)]
    with pytest.raises(number_blocks.NoNumbersLeft, match="Royal Mail"):
        labels.take_numbers(shipment_ids=[row.pk for row in rows], carrier=block.carrier, actor=LAN, now=NOW)
    block.refresh_from_db()
    assert block.next_serial == 12345678
    assert not Shipment.objects.exclude(tracking_number="").exists()


def test_a_block_passes_over_numbers_in_use(cedar_shop, in_cedar):
    block = make_block()
    labelled(shop=cedar_shop, number=1, tracking_number="RB123456785GB", code="royalmail")
    row = waiting(shop=cedar_shop, number=2)
    labels.take_numbers(shipment_ids=[row.pk], carrier=block.carrier, actor=LAN, now=NOW)
    row.refresh_from_db()
    assert row.tracking_number == "RB123456799GB"


def test_bulk_numbering_names_what_it_cannot_do(cedar_shop, in_cedar):
    block = make_block()
    done = labelled(shop=cedar_shop, number=1)
    row = waiting(shop=cedar_shop, number=2)
    results = labels.take_numbers(shipment_ids=[done.pk, row.pk], carrier=block.carrier, actor=LAN, now=NOW)
    assert {result.shipment.pk: result.is_done for result in results} == {done.pk: False, row.pk: True}
    assert next(result.message for result in results if not result.is_done) == "It has a number already."


def test_each_parcel_takes_a_number_of_the_carrier_chosen_for_it(cedar_shop, in_cedar):
    make_block()
    first, second, third, none = (waiting(shop=cedar_shop, number=number) for number in (1, 2, 3, 4))
    for shipment, code in ((first, "royalmail"), (second, "jt"), (third, "royalmail")):
        Shipment.objects.filter(pk=shipment.pk).update(carrier=carrier(code))
    ids = [row.pk for row in (first, second, third, none)]
    results = labels.take_numbers_as_chosen(shipment_ids=ids, actor=LAN, now=NOW)
    said = {result.shipment.pk: (result.is_done, result.message) for result in results}
    assert said[first.pk] == said[third.pk] == (True, "")
    assert said[second.pk][0] is False and "has no numbers left" in said[second.pk][1]
    assert said[none.pk] == (False, "No carrier was chosen for it.")
    numbers = Shipment.objects.order_by("pk").values_list("tracking_number", flat=True)
    assert list(numbers) == ["RB123456785GB", "", "RB123456799GB", ""]


def test_a_new_block_must_fit_the_carrier(in_cedar):
    royal = carrier("royalmail")
    block = number_blocks.add(
        carrier=royal, prefix="rb", suffix="gb", first="00000000", last="99999999", check_rule="s10"
    )
    assert (block.prefix, block.digits, block.next_serial, block.last_serial) == ("RB", 8, 0, 99999999)
    for wrong in (
        {"suffix": "XX"},
        {"first": "9", "last": "1"},
        {"first": "12a45678"},
        {"first": "000", "last": "999"},
    ):
        values = {
            "prefix": "RB",
            "suffix": "GB",
            "first": "10000000",
            "last": "20000000",
            "check_rule": "s10",
        }
        with pytest.raises(RuleViolation):
            number_blocks.add(carrier=royal, **(values | wrong))
    assert NumberBlock.objects.count() == 1


def test_a_second_print_needs_a_reason(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    labels.mark_printed(shipment_ids=[shipment.pk], reason="", actor=LAN, now=NOW)
    with pytest.raises(labels.ReprintNeedsReason):
        labels.mark_printed(shipment_ids=[shipment.pk], reason=" ", actor=LAN, now=NOW)
    labels.mark_printed(shipment_ids=[shipment.pk], reason="smeared", actor=LAN, now=NOW)
    shipment.refresh_from_db()
    assert shipment.label_print_count == 2
    assert OrderHistory.objects.get(action="label.reprinted").reason == "smeared"
