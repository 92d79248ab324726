"""Tracking numbers: the data set's own vectors, ours, and the rule that a number is judged for the booked carrier."""

import json

import pytest

from integrations.tracking import formats, numbers
from integrations.tracking.numbers import Pattern


def data_set_vectors():
    for path in sorted(formats.FOLDER.glob("*.json")):
        courier = json.loads(path.read_text(encoding="utf-8"))
        for place, entry in enumerate(courier["tracking_numbers"]):
            for kind, number in [
                *(("valid", number) for number in entry["test_numbers"]["valid"]),
                *(("invalid", number) for number in entry["test_numbers"]["invalid"]),
            ]:
                yield courier["courier_code"], place, number, kind == "valid"


VECTORS = list(data_set_vectors())


def test_the_data_set_is_whole():
    assert len(VECTORS) == 280


@pytest.mark.parametrize(("carrier", "place", "number", "is_valid"), VECTORS)
def test_data_set_vector(carrier, place, number, is_valid):
    form = formats.load()[carrier][place]
    parts = form.read("".join(number.split()))  # the engine keeps dashes: one LaserShip shape has one
    assert (parts is not None and form.holds(parts)) is is_valid


@pytest.mark.parametrize(
    ("number", "carrier", "is_ok", "is_proven"),
    [
        ("RB123456785GB", "royalmail", True, True),
        ("EE876543216TH", "thailandpost", True, True),
        ("RA100000140MY", "poslaju", True, True),
        ("UR100000025NL", "chinapost", True, True),
        ("RB123456786GB", "royalmail", False, False),
        ("RB213456785GB", "royalmail", False, False),
        ("EE876543217TH", "thailandpost", False, False),
        ("RB123456785XX", "royalmail", False, False),
        ("LX000000005CN", "chinapost", True, True),
        ("LX000000006CN", "chinapost", False, False),
        ("LX000000006CN", "dhl", False, False),  # still looks like DHL eCommerce
        ("1Z999AA10123456784", "ups", True, True),
        ("1Z999AA10123456785", "ups", False, False),
        ("1Z5R89390357567127", "ups", True, True),
        ("1ZXX3150YW44070023", "ups", True, True),
        ("1ZA12B340312345671", "ups", True, True),
        ("1Z999AA10123456748", "ups", True, True),  # a swap with the check digit is not caught
        ("986578788855", "fedex", True, True),
        ("986578788854", "fedex", False, False),
        ("123456789012", "fedex", False, False),  # its check digit is right, and it is plainly made up
        ("041441760228964", "fedex", True, True),
        ("041441760228965", "fedex", False, False),
        ("000123450000000027", "fedex", True, True),
        ("9611020987654312345672", "fedex", True, True),
        ("9611020987654312345673", "fedex", False, False),
        ("1001921334250001000300779017972697", "fedex", True, True),
        ("1001921334250001000300779017972698", "fedex", False, False),
        ("03071790000523483741", "usps", True, True),
        ("03071790000523483742", "usps", False, False),
        ("9400111899223197428497", "usps", True, True),
        ("9400111899223197428490", "usps", False, False),
        ("420787459400111206206406260787", "usps", True, True),
        ("3318810025", "dhl", True, True),
        ("3318810026", "dhl", False, False),
        ("09980000020033F", "dpd", True, True),
        ("09980000020033G", "dpd", False, False),
        ("YT2229521272164446", "yunexpress", True, False),
        ("YT222952127216444", "yunexpress", False, False),
    ],
)
def test_vector(number, carrier, is_ok, is_proven):
    verdict = numbers.check(number, carrier)
    assert (verdict.is_ok, verdict.is_proven) == (is_ok, is_proven)


def test_a_fake_number_can_have_a_right_check_digit():
    form = formats.load()["fedex"][0]
    assert form.holds(form.read("123456789012"))
    assert numbers.is_made_up("123456789012")


def test_a_number_is_judged_for_its_own_carrier():
    assert numbers.check("9400111899223197428497", "usps").is_proven
    assert not numbers.check("9400111899223197428497", "ups").is_ok


@pytest.mark.parametrize("number", ["000000000000", "111111111111", "987654321098", "JT1234567890"])
def test_made_up_numbers_are_refused(number):
    assert not numbers.check(number, "jt").is_ok


def test_a_low_number_of_a_block_is_not_made_up():
    assert numbers.check("SPX0000000001", "spx").is_ok


def test_typing_habits_do_not_matter():
    assert numbers.normalize(" ｒｂ 1234-5678 5ｇｂ\u200b") == "RB123456785GB"
    assert numbers.check("1z 999 aa1 0123 4567 84", "ups").is_proven


@pytest.mark.parametrize("number", ["", "   ", "12", "ABCDEF", "12345é789", "9" * 51, "JT<script>1"])
def test_l0_refuses(number):
    verdict = numbers.check(number, "jt")
    assert (verdict.level, verdict.is_ok) == ("L0", False)


@pytest.mark.parametrize(
    ("number", "carrier"), [("840494355546", "jt"), ("SPX0175288656", "spx"), ("SF1390284756102", "sf")]
)
def test_a_shape_alone_is_unproven(number, carrier):
    verdict = numbers.check(number, carrier)
    assert (verdict.is_ok, verdict.is_proven) == (True, False)
    assert verdict.message


def test_the_editable_table_decides_how_hard():
    assert numbers.check("XYZ84729103", "jt").is_ok
    assert not numbers.check("XYZ84729103", "jt", patterns=[Pattern("[0-9]{12}", "reject")]).is_ok
    assert numbers.check("XYZ84729103", "jt", patterns=[Pattern("XYZ[0-9]{8}", "reject")]).is_ok


def test_an_unknown_carrier_is_unproven():
    verdict = numbers.check("HOUSE-7718", "own_fleet")
    assert (verdict.is_ok, verdict.is_proven) == (True, False)


def test_names_of_platforms_find_our_carriers():
    assert numbers.carrier_for_name("J&T Express") == "jt"
    assert numbers.carrier_for_name("spx express") == "spx"
    assert numbers.carrier_for_name("顺丰") == "sf"
    assert numbers.carrier_for_name("Unheard Of Logistics") == ""


def test_detection_proposes():
    assert numbers.detect("1Z999AA10123456784") == ["ups"]
    assert "chinapost" in numbers.detect("LX000000005CN")
