"""Tracking numbers: the published check-digit vectors, and that printed numbers pass their carrier's own test."""

import random

import pytest

from sandbox import numbers


@pytest.mark.parametrize(
    ("number", "carrier", "good"),
    [
        ("EE876543216TH", "thailand-post", True),
        ("EE876543217TH", "thailand-post", False),
        ("RA100000140MY", "pos-malaysia", True),
        ("EE876543216TH", "pos-malaysia", False),
        ("1Z999AA10123456784", "ups", True),
        ("1Z999AA10123456785", "ups", False),
        ("1Z5R89390357567127", "ups", True),
        ("1ZXX3150YW44070023", "ups", True),
        ("1ZA12B340312345671", "ups", True),
        ("986578788855", "fedex", True),
        ("986578788854", "fedex", False),
        ("041441760228964", "fedex", True),
        ("041441760228965", "fedex", False),
        ("9611020987654312345672", "fedex", True),
        ("9611020987654312345673", "fedex", False),
        ("03071790000523483741", "usps", True),
        ("03071790000523483742", "usps", False),
        ("9400111899223197428497", "usps", True),
        ("9400111899223197428490", "usps", False),
        ("420787459400111206206406260787", "usps", True),
        ("JT480000000001", "jt-express", True),
        ("480000000001", "jt-express", True),
        ("48000000001", "jt-express", False),
    ],
)
def test_published_vectors(number, carrier, good):
    assert numbers.fits(number, carrier=carrier) is good


@pytest.mark.parametrize(
    ("digits", "check"), [("12345678", "5"), ("87654321", "6"), ("10000014", "0"), ("10000002", "5")]
)
def test_the_rule_of_the_posts(digits, check):
    assert numbers.s10_check(digits) == check


@pytest.mark.parametrize(
    ("kind", "carrier"),
    [
        ("s10:TH", "thailand-post"),
        ("s10:MY", "pos-malaysia"),
        ("usps", "usps"),
        ("ups", "ups"),
        ("jt", "jt-express"),
        ("ninja", "ninja-van"),
        ("flash", "flash"),
    ],
)
def test_printed_numbers_pass_and_differ(kind, carrier):
    dice = random.Random(3)
    made = [numbers.make(kind, serial=serial, rng=dice) for serial in range(1, 2000)]

    assert len(set(made)) == len(made)
    assert all(numbers.fits(number, carrier=carrier) for number in made)
