"""The choice among own carriers: prices by weight and volume, limits, areas, deadlines, and the reason in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from logistics import collection_times, rating, rating_words
from logistics.collection_times import Comes
from logistics.rating import Area, No, Outcome, Parcel, Service

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)  # Monday, 15:00 in Vietnam
STEPS = [(500, Decimal("12.00")), (1000, Decimal("15.50")), (2000, Decimal("18.50"))]
JT = Service(
    key=1, carrier_id=1, carrier="J&T", name="Standard", currency="CNY", rates={"": STEPS}, max_side_mm=1000
)
FLASH = Service(
    key=2,
    carrier_id=2,
    carrier="Flash",
    name="",
    currency="CNY",
    rates={"": [(5000, Decimal("16.00"))]},
    max_side_mm=600,
    divisor=6000,
)
PARCEL = Parcel(weight_g=1200, size_mm=(300, 200, 100), region="VN", province="Hồ Chí Minh", currency="CNY")


def chosen(parcel: Parcel, *services: Service) -> tuple[str, str, str]:
    verdict = rating.choose(parcel=parcel, services=services)
    best = verdict.chosen
    return str(verdict.outcome), best.service.carrier if best else "", str(best.amount) if best else ""


def words(parcel: Parcel, *services: Service) -> str:
    kept = rating.kept(verdict=rating.choose(parcel=parcel, services=services), parcel=parcel)
    return rating_words.sentence(kept)


def test_the_cheapest_takes_it():
    assert chosen(PARCEL, JT, FLASH) == ("cheapest", "Flash", "16.00")
    assert chosen(replace(PARCEL, weight_g=1000), JT, FLASH) == ("cheapest", "J&T", "15.50")


def test_a_long_parcel_goes_with_who_takes_it_and_the_reason_says_so():
    parcel = replace(PARCEL, size_mm=(700, 200, 100))
    assert chosen(parcel, JT, FLASH) == ("cheapest", "J&T", "18.50")
    assert words(parcel, JT, FLASH) == (
        "J&T Standard at 1.20 kg: CNY 18.50. Flash does not take a side of 70 cm (60 cm at most)."
    )


def test_the_reason_names_what_it_was_compared_with():
    assert words(PARCEL, JT, FLASH) == (
        "Flash at 1.20 kg: CNY 16.00. Not dearer than J&T Standard (CNY 18.50)."
    )


@pytest.mark.parametrize(
    ("weight_g", "size_mm", "divisor", "billed_g"),
    [
        (1200, (300, 200, 100), 6000, 1200),  # 1000 g by volume
        (900, (300, 200, 100), 6000, 1000),
        (900, (301, 200, 100), 6000, 1004),  # rounded up to the gram
        (900, (300, 200, 100), 0, 900),
        (900, (), 6000, 900),
    ],
)
def test_volume_counts_as_weight_by_the_divisor(weight_g, size_mm, divisor, billed_g):
    assert rating.billed(parcel=Parcel(weight_g, size_mm), divisor=divisor) == billed_g


def test_a_parcel_paid_by_volume_says_so():
    bulky = replace(PARCEL, weight_g=400, size_mm=(500, 400, 300))
    flash = replace(FLASH, rates={"": [(10_000, Decimal("22.00"))]})
    assert words(bulky, flash) == "Flash at 10.00 kg by volume: CNY 22.00."


@pytest.mark.parametrize(
    ("weight_g", "amount"), [(1, "12.00"), (500, "12.00"), (501, "15.50"), (2000, "18.50")]
)
def test_the_step_that_still_holds_the_weight_is_paid(weight_g, amount):
    assert chosen(replace(PARCEL, weight_g=weight_g), JT) == ("cheapest", "J&T", amount)


@pytest.mark.parametrize(
    ("service", "parcel", "why", "sentence"),
    [
        (
            replace(JT, max_weight_g=1000),
            PARCEL,
            No.TOO_HEAVY,
            "J&T Standard does not take 1.20 kg (1.00 kg at most)",
        ),
        (
            replace(JT, max_sum_mm=550),
            PARCEL,
            No.TOO_BIG,
            "J&T Standard takes three sides of 55 cm together, not 60 cm",
        ),
        (
            JT,
            replace(PARCEL, size_mm=()),
            No.SIZE_UNKNOWN,
            "J&T Standard needs the size of the parcel, which is not known",
        ),
        (
            replace(JT, is_cod_taken=False),
            replace(PARCEL, is_cod=True),
            No.COD,
            "J&T Standard does not collect cash on delivery",
        ),
        (JT, replace(PARCEL, weight_g=2001), No.NO_PRICE, "J&T Standard has no price for 2.00 kg"),
        (
            replace(JT, areas=[Area("A", "TH")]),
            PARCEL,
            No.NOT_SERVED,
            "J&T Standard does not go to Hồ Chí Minh",
        ),
        (
            replace(JT, areas=[Area("B", "VN")]),
            PARCEL,
            No.NO_PRICE,
            "J&T Standard has no price for 1.20 kg in zone B",
        ),
    ],
)
def test_a_service_that_does_not_take_it_says_why(service, parcel, why, sentence):
    verdict = rating.choose(parcel=parcel, services=[service])
    assert (verdict.outcome, verdict.chosen, [one.why for one in verdict.refused]) == (
        Outcome.NONE,
        None,
        [why],
    )
    assert words(parcel, service) == f"No carrier was chosen. {sentence}."


def test_what_to_do_when_nothing_was_chosen():
    kept = rating.kept(
        verdict=rating.choose(parcel=PARCEL, services=[replace(JT, max_weight_g=9)]), parcel=PARCEL
    )
    assert rating_words.advice(kept) == (
        "Try a smaller carton or two parcels, or choose a carrier by hand and say why."
    )
    kept = rating.kept(verdict=rating.choose(parcel=PARCEL, services=[replace(JT, rates={})]), parcel=PARCEL)
    assert rating_words.advice(kept) == (
        "Choose a carrier by hand and say why, or add the missing area or price under Carriers."
    )
    kept = rating.kept(verdict=rating.choose(parcel=PARCEL, services=[JT]), parcel=PARCEL)
    assert rating_words.advice(kept) == ""


@pytest.mark.parametrize(
    ("province", "postcode", "zone"),
    [
        ("Hồ Chí Minh", "", "NEAR"),
        ("Ho Chi Minh City", "", "NEAR"),
        ("Đà Nẵng", "", "FAR"),
        ("Đà Nẵng", "550000", "MIDDLE"),
        ("Đà Nẵng", "55-9999", "MIDDLE"),
        ("Đà Nẵng", "560000", "FAR"),
        ("Hồ Chí Minh", "550000", "MIDDLE"),  # the narrowest area counts
        ("Cà Mau", "", None),
    ],
)
def test_the_narrowest_area_gives_the_zone(province, postcode, zone):
    areas = [
        Area("FAR", "VN"),
        Area("NEAR", "VN", "Hồ Chí Minh"),
        Area("MIDDLE", "VN", "", "50", "55"),
        Area("", "VN", "Cà Mau"),
    ]
    rates = {"FAR": [(5000, Decimal(3))], "MIDDLE": [(5000, Decimal(2))], "NEAR": [(5000, Decimal(1))]}
    service = replace(JT, areas=areas, rates=rates)
    found = rating.quote(parcel=replace(PARCEL, province=province, postcode=postcode), service=service)
    assert (found.zone if isinstance(found, rating.Quote) else None) == zone


def test_the_postcode_is_not_kept_with_the_reason():
    parcel = replace(PARCEL, province="", postcode="700000")
    service = replace(JT, areas=[Area("A", "VN", "", "10", "20")])
    kept = rating.kept(verdict=rating.choose(parcel=parcel, services=[service]), parcel=parcel)
    assert "700000" not in str(kept)
    assert kept["refused"] == [["J&T Standard", "not_served", {"where": "VN"}]]


def test_a_dearer_one_that_meets_the_deadline_is_taken():
    parcel = replace(PARCEL, collect_by=NOW + timedelta(hours=5))
    slow = replace(FLASH, collected_at=NOW + timedelta(hours=6))
    quick = replace(JT, collected_at=NOW + timedelta(hours=5))
    assert chosen(parcel, slow, quick) == ("cheapest", "J&T", "18.50")
    assert words(parcel, slow, quick) == "J&T Standard at 1.20 kg: CNY 18.50. Too late with Flash."


def test_days_to_the_buyer_count_against_the_delivery_deadline():
    parcel = replace(PARCEL, deliver_by=NOW + timedelta(days=3))
    slow = replace(FLASH, collected_at=NOW, transit_days=4)
    assert chosen(parcel, slow, replace(JT, collected_at=NOW, transit_days=3)) == ("cheapest", "J&T", "18.50")
    assert chosen(parcel, replace(slow, transit_days=0), JT) == ("cheapest", "Flash", "16.00")


def test_when_nothing_is_in_time_the_first_one_there_goes():
    parcel = replace(PARCEL, collect_by=NOW)
    first, second = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    services = replace(FLASH, collected_at=second), replace(JT, collected_at=first)
    assert chosen(parcel, *services) == ("late", "J&T", "18.50")
    assert words(parcel, *services) == (
        "J&T Standard at 1.20 kg: CNY 18.50. Nothing meets the deadline; this one is there first."
    )


def test_prices_of_two_currencies_are_not_compared():
    dollars = replace(FLASH, currency="USD", rates={"": [(5000, Decimal(1))]})
    assert chosen(PARCEL, JT, dollars) == ("cheapest", "J&T", "18.50")
    assert chosen(PARCEL, dollars) == ("cheapest", "Flash", "1")
    assert words(replace(PARCEL, currency="VND"), JT, dollars) == (
        "No carrier was chosen. J&T Standard is priced in CNY, not in VND. Flash is priced in USD, not in VND."
    )


# --- when it is collected ---

ZONE = "Asia/Ho_Chi_Minh"
ALL = 0b1111111


@pytest.mark.parametrize(
    ("cut_off", "days", "pickups", "local"),
    [
        (None, ALL, [], None),
        (time(16), ALL, [], "2026-11-23 16:00"),  # no pickup is known: the cut-off stands for it
        (time(14), ALL, [], "2026-11-24 14:00"),  # it is 15:00
        (None, ALL, [Comes(time(18), ALL)], "2026-11-23 18:00"),
        (None, ALL, [Comes(time(18), ALL), Comes(time(16), ALL)], "2026-11-23 16:00"),
        (time(14), ALL, [Comes(time(18), ALL)], "2026-11-24 18:00"),
        (time(15), ALL, [Comes(time(18), ALL)], "2026-11-23 18:00"),
        (None, ALL, [Comes(time(18), ALL, date(2026, 11, 23))], "2026-11-24 18:00"),  # missed today
        (None, 0b0000100, [Comes(time(18), ALL)], "2026-11-25 18:00"),  # the service goes on Wednesdays
        (None, ALL, [Comes(time(18), 0b0100000)], "2026-11-28 18:00"),
        (None, 0b0000001, [Comes(time(18), 0b0100000)], None),
        (None, 0b0000001, [Comes(time(9), ALL)], "2026-11-30 09:00"),
    ],
)
def test_the_pickup_that_the_cut_off_still_reaches(cut_off, days, pickups, local):
    found = collection_times.collected_at(cut_off_at=cut_off, days=days, pickups=pickups, zone=ZONE, now=NOW)
    assert (found and f"{found + timedelta(hours=7):%Y-%m-%d %H:%M}") == local
