"""Services, areas and prices as they are typed or taken from a file: what is refused, in which words, changing nothing."""

from decimal import Decimal

import pytest

from core.errors import RuleViolation
from logistics import rate_book, rate_file, rating
from logistics.models import CarrierService, ServiceArea, ServiceRate
from tenancy import scoping
from tenancy.models import AuditEntry
from tests.make_logistics import LAN, carrier
from tests.make_orders import NOW
from tests.make_rates import PLAIN, make_service

BY = {"actor": LAN, "now": NOW}


@pytest.fixture
def service(in_cedar):
    return make_service(prices={500: 18000, 1000: 21000})


def rates() -> list[tuple[str, int, Decimal]]:
    return list(ServiceRate.objects.order_by("zone", "up_to_g").values_list("zone", "up_to_g", "amount"))


def areas() -> list[tuple[str, ...]]:
    rows = ServiceArea.objects.order_by("pk")
    return list(rows.values_list("region", "province", "postcode_from", "postcode_to", "zone"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "two words"}, "A code has letters, digits"),
        ({"code": "std"}, "has a service “std” already"),
        ({"currency": "đồng"}, "A currency has three letters"),
        ({"days": 0}, "Choose at least one weekday"),
    ],
)
def test_a_service_that_cannot_be(service, values, words):
    code = values.pop("code", "new")
    with pytest.raises(rate_book.BadService, match=words):
        rate_book.add_service(carrier=carrier("jt"), code=code, values={**PLAIN, **values}, **BY)
    assert CarrierService.objects.count() == 1


def test_a_service_changes_and_is_noted(service):
    rate_book.change_service(service_id=service.pk, values={**PLAIN, "max_side_mm": 600}, **BY)
    service.refresh_from_db()
    assert service.max_side_mm == 600
    assert AuditEntry.objects.get(action="carrier_service.changed").detail["service"] == "jt/std"


def test_a_currency_without_decimals_needs_whole_prices(in_cedar):
    service = make_service(currency="CNY")
    rate_book.set_rate(service_id=service.pk, zone="", up_to_g="500", amount="12.50", **BY)
    with pytest.raises(rate_book.BadRate, match="more decimals than VND"):
        rate_book.change_service(service_id=service.pk, values={**PLAIN, "currency": "VND"}, **BY)
    service.refresh_from_db()
    assert service.currency == "CNY"


def test_a_price_is_set_replaced_and_removed(service):
    rate_book.set_rate(service_id=service.pk, zone=" a ", up_to_g="500", amount="9000", **BY)
    rate = rate_book.set_rate(service_id=service.pk, zone="A", up_to_g="500", amount="9500", **BY)
    assert rates() == [("", 500, Decimal(18000)), ("", 1000, Decimal(21000)), ("A", 500, Decimal(9500))]
    rate_book.remove_rate(rate_id=rate.pk, **BY)
    assert len(rates()) == 2


@pytest.mark.parametrize(
    ("up_to_g", "amount", "words"),
    [
        ("0", "1", "no weight in grams"),
        ("1.5", "1", "no weight in grams"),
        ("-5", "1", "no weight in grams"),
        ("１２", "1", "no weight in grams"),
        ("1000001", "1", "no weight in grams"),
        ("500", "", "is no price"),
        ("500", "-1", "is no price"),
        ("500", "1,5", "is no price"),
        ("500", "1e3", "is no price"),
        ("500", "1000000000", "is no price"),
        ("500", "1.5", "more decimals than VND"),
    ],
)
def test_a_price_that_cannot_be(service, up_to_g, amount, words):
    before = rates()
    with pytest.raises(rate_book.BadRate, match=words):
        rate_book.set_rate(service_id=service.pk, zone="", up_to_g=up_to_g, amount=amount, **BY)
    assert rates() == before


def area(**values: str) -> rating.Area:
    names = ("zone", "region", "province", "postcode_from", "postcode_to")
    return rate_book.area_of(**{**dict.fromkeys(names, ""), **values})


def test_an_area_is_kept_in_capitals_and_moves_to_its_new_zone(service):
    for zone in ("a", "b"):
        wanted = area(
            zone=zone, region="vn", province=" Hồ Chí Minh ", postcode_from="70 0", postcode_to="7-9"
        )
        rate_book.set_area(service_id=service.pk, area=wanted, **BY)
    assert areas() == [("VN", "Hồ Chí Minh", "700", "79", "B")]
    rate_book.remove_area(area_id=ServiceArea.objects.get().pk, **BY)
    assert areas() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"region": "VNM"}, "is no country"),
        ({"province": "Huế"}, "needs its country"),
        ({"postcode_from": "10"}, "needs its country"),
        ({"region": "VN", "postcode_to": "10"}, "The first postcode is missing"),
        ({"region": "VN", "postcode_from": "50", "postcode_to": "40"}, "from the lower to the higher"),
        ({"region": "VN", "postcode_from": "1" * 13}, "at most 12 signs"),
        ({"zone": "Z" * 21}, "A zone has at most 20"),
    ],
)
def test_an_area_that_cannot_be(values, words):
    with pytest.raises(RuleViolation, match=words):
        area(**values)


# --- files ---

HEAD = "carrier,service,zone,up_to_g,price\n"


def changes(draft: rate_file.Draft) -> list[tuple[str, int, int, int, int]]:
    return [(one.service.code, one.fresh, one.changed, one.same, one.gone) for one in draft.changes]


def test_a_file_of_prices_is_looked_at_and_then_taken(service):
    other = make_service(code="exp", prices={500: 1})
    text = HEAD + "jt,std,,500,18000\njt,std,,2000,30000\n JT , STD ,,1000,22000\n\n"
    draft = rate_file.look(text=text)
    assert (draft.is_rates, changes(draft)) == (True, [("std", 1, 1, 1, 0)])
    assert len(rates()) == 3
    rate_file.bring_in(text=text, **BY)
    mine = ServiceRate.objects.filter(service=service).order_by("up_to_g").values_list("up_to_g", "amount")
    assert list(mine) == [(500, Decimal(18000)), (1000, Decimal(22000)), (2000, Decimal(30000))]
    assert ServiceRate.objects.get(service=other).amount == 1
    assert AuditEntry.objects.get(action="carrier_rates.imported").detail == {"service": "jt/std", "lines": 3}


def test_what_the_file_does_not_say_any_more_is_gone(service):
    draft = rate_file.bring_in(text=HEAD + "jt,std,,500,18000", **BY)
    assert changes(draft) == [("std", 0, 0, 1, 1)]
    assert rates() == [("", 500, Decimal(18000))]


def test_a_file_of_areas(service):
    head = "承运商\t服务\t分区\t国家\t省\t邮编起\t邮编止\n"
    text = head + "jt\tstd\tA\tVN\tHồ Chí Minh\t\t\njt\tstd\t\tVN\tCà Mau\njt\tstd\tB\tVN\t\t50\t55\n"
    draft = rate_file.bring_in(text=rate_file.text_of(text.encode("gb18030")), **BY)
    assert (draft.is_rates, changes(draft)) == (False, [("std", 3, 0, 0, 0)])
    assert areas() == [
        ("VN", "Hồ Chí Minh", "", "", "A"),
        ("VN", "Cà Mau", "", "", ""),
        ("VN", "", "50", "55", "B"),
    ]


def test_what_is_there_can_be_written_and_taken_in_again(service):
    rate_book.set_area(service_id=service.pk, area=area(zone="A", region="VN"), **BY)
    for is_rates in (True, False):
        draft = rate_file.look(text="\ufeff" + rate_file.write(is_rates=is_rates))
        assert changes(draft) == [("std", 0, 0, 2 if is_rates else 1, 0)]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["Headings are missing: carrier, service, zone, up_to_g, price."]),
        ("carrier,service,zone\n", ["Headings are missing: up_to_g, price."]),
        ("carrier,zone,region\n", ["Headings are missing: service."]),
        (HEAD, ["There are no lines below the headings."]),
        (
            HEAD + "jt,nope,,500,1\njt,std,,x,1.5\njt,std,,500,1\njt,std,,500,2\n",
            [
                "Line 2, column service: there is no service “nope” of “jt”. Add it first.",
                "Line 3, column up_to_g: “x” is no weight in grams from 1 to 1000000.",
                "Line 3, column price: 1.5 has more decimals than VND (0).",
                "Line 5, column zone: the same stands on line 4 already.",
            ],
        ),
        (
            "carrier,service,zone,region\njt,std,A,VNM\n",
            ["Line 2, column region: “VNM” is no country: two letters, such as VN."],
        ),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_column(service, text, problems):
    before = rates(), areas()
    with pytest.raises(rate_file.BadRateFile) as refused:
        rate_file.bring_in(text=text, **BY)
    assert refused.value.problems == problems
    assert (rates(), areas()) == before


def test_many_mistakes_are_counted_and_too_long_files_refused(service):
    with pytest.raises(rate_file.BadRateFile) as refused:
        rate_file.look(text=HEAD + "x,y,,1,1\n" * 25)
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1] == "… and 5 more."
    with pytest.raises(rate_file.BadRateFile, match="more than 20000 lines"):
        rate_file.look(text=HEAD + "jt,std,,1,1\n" * 20_001)
    with pytest.raises(rate_file.BadRateFile, match="larger than 1.5 MB"):
        rate_file.text_of(b"x" * 1_500_001)


def test_another_sellers_service_is_not_there(service, north):
    with scoping.scope(sellers=[north.pk]):
        make_service(code="north", prices={500: 5})
    with pytest.raises(rate_file.BadRateFile, match="there is no service “north” of “jt”"):
        rate_file.bring_in(text=HEAD + "jt,north,,500,1", **BY)
    with scoping.scope(sellers=[north.pk]):
        assert rates() == [("", 500, Decimal(5))]
