"""Address checks: what stops a parcel and what is only the platform's mask."""

from dataclasses import dataclass

import pytest

from integrations.ports import PlatformAddress
from orders import address


@dataclass(frozen=True)
class Sample:
    region: str
    province: str
    postal_code: str
    invalid: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def make(sample: Sample, **values) -> PlatformAddress:
    return PlatformAddress(
        **{
            "name": "Ada Minh",
            "phone": "+1 415 555 0101",
            "region_code": sample.region,
            "province": sample.province,
            "postal_code": sample.postal_code,
            "lines": ("12 Long Street",),
            **values,
        }
    )


SAMPLES = [
    Sample("US", "CA", "94107"),
    Sample("US", "California", "94107"),
    Sample("US", "CA", "10001", invalid=("postal_code",)),  # New York's
    Sample("US", "CA", "", missing=("postal_code",)),
    Sample("US", "Nowhere", "10001"),  # the state is only a warning; then the country's shape decides
    Sample("GB", "", "12345", invalid=("postal_code",)),
    Sample("UK", "", "SW1A 1AA"),
    Sample("MY", "Johor", "8000", invalid=("postal_code",)),
    Sample("MY", "Johor", "40000", invalid=("postal_code",)),  # Selangor's
    Sample("MY", "Penang", "10050"),
    Sample("TH", "Bangkok", "50000", invalid=("postal_code",)),
    Sample("TH", "กรุงเทพมหานคร", "10110"),
    Sample("SG", "", "1234", invalid=("postal_code",)),
    Sample("SG", "", "238801"),
    Sample("ID", "Jakarta", ""),
    Sample("VN", "Hồ Chí Minh", ""),
    Sample("VN", "Thành phố Hồ Chí Minh", ""),
    Sample("PH", "", "12345", invalid=("postal_code",)),
    Sample("ZZ", "", "", invalid=("region",)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.region}-{one.province}-{one.postal_code}")
def test_postal_code_and_province_must_agree(sample):
    found = address.check(address=make(sample))
    assert (found.missing, found.invalid) == (sample.missing, sample.invalid)


@pytest.mark.parametrize(
    ("values", "missing", "invalid"),
    [
        ({"name": " "}, ("name",), ()),
        ({"phone": ""}, ("phone",), ()),
        ({"phone": "12"}, (), ("phone",)),
        ({"lines": ()}, ("street",), ()),
        ({"lines": ("   ",)}, ("street",), ()),  # blanks are nothing
        ({"lines": ("x1",)}, (), ("street",)),
        ({"lines": ("Long Street",)}, (), ("street",)),  # no house number where one is expected
        ({"region_code": ""}, ("region",), ()),
    ],
)
def test_what_must_be_there(values, missing, invalid):
    found = address.check(address=make(Sample("US", "CA", "94107"), **values))
    assert (found.missing, found.invalid) == (missing, invalid)


def test_a_street_without_number_is_fine_where_villages_have_none():
    sample = Sample("VN", "Hà Nội", "")
    assert address.check(address=make(sample, lines=("Thôn Đông Ngạc",))) == address.NO_TROUBLE


def test_of_a_masked_address_only_the_frame_is_looked_at():
    masked = PlatformAddress(
        name="J***", phone="(+1)***01", region_code="US", postal_code="9****", lines=("***",), is_masked=True
    )
    assert address.check_structure(address=masked) == address.NO_TROUBLE
    clash = PlatformAddress(name="J***", region_code="US", province="CA", postal_code="10001", is_masked=True)
    assert address.check_structure(address=clash).invalid == ("postal_code",)
    assert address.check_structure(address=PlatformAddress()).missing == ("street",)
