"""Which of the seller's own carriers takes a parcel: the cheapest that meets its deadlines, and why the others do not.

Pure: it takes a parcel and the services as they stand at this moment, and returns a verdict without a query.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from orders import address

EVER = datetime.max.replace(tzinfo=UTC)
OTHERS_KEPT = 5


class No(StrEnum):
    """Why a service does not take a parcel."""

    NOT_SERVED = "not_served"
    TOO_HEAVY = "too_heavy"
    TOO_LONG = "too_long"
    TOO_BIG = "too_big"
    SIZE_UNKNOWN = "size_unknown"
    COD = "cod"
    NO_PRICE = "no_price"
    CURRENCY = "currency"


class Outcome(StrEnum):
    """How a choice came about."""

    CHEAPEST = "cheapest"
    LATE = "late"  # nothing meets the deadline: the one that is there first
    NONE = "none"


@dataclass(frozen=True)
class Parcel:
    """What is sent and where to. No size: () ; no deadline: None."""

    weight_g: int
    size_mm: tuple[int, ...] = ()
    region: str = ""
    province: str = ""
    postcode: str = ""
    is_cod: bool = False
    currency: str = ""  # that its shop counts in
    collect_by: datetime | None = None
    deliver_by: datetime | None = None


@dataclass(frozen=True)
class Area:
    """A destination; empty parts fit everything. No zone: not served."""

    zone: str
    region: str = ""
    province: str = ""
    postcode_from: str = ""
    postcode_to: str = ""

    @property
    def narrowness(self) -> tuple[bool, bool, bool, int]:
        return (
            bool(self.postcode_from),
            bool(self.province),
            bool(self.region),
            len(self.postcode_from),
        )

    def holds(self, parcel: Parcel) -> bool:
        if self.region and self.region != parcel.region:
            return False
        if self.province and not _is_same_province(parcel.region, self.province, parcel.province):
            return False
        return not self.postcode_from or _is_between(
            parcel.postcode, self.postcode_from, self.postcode_to or self.postcode_from
        )


@dataclass(frozen=True)
class Service:
    """A service as it stands now; `collected_at` is when a parcel closed now would be collected (None: not known)."""

    key: int
    carrier_id: int
    carrier: str
    name: str
    currency: str
    rates: Mapping[str, Sequence[tuple[int, Decimal]]]  # zone → (up to grams, amount), the lightest first
    areas: Sequence[Area] = ()
    divisor: int = 0
    max_weight_g: int = 0
    max_side_mm: int = 0
    max_sum_mm: int = 0
    is_cod_taken: bool = True
    transit_days: int = 0
    collected_at: datetime | None = None

    @property
    def label(self) -> str:
        return self.carrier if self.name in ("", self.carrier) else f"{self.carrier} {self.name}"


@dataclass(frozen=True)
class Quote:
    """What a service takes for the parcel."""

    service: Service
    zone: str
    billed_g: int
    amount: Decimal
    is_late: bool

    @property
    def there_at(self) -> datetime:
        at = self.service.collected_at
        return at + timedelta(days=self.service.transit_days) if at else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Refusal:
    """A service that does not take the parcel; `values` are what its sentence needs."""

    service: Service
    why: No
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The choice and all that it was chosen from."""

    outcome: Outcome
    chosen: Quote | None
    others: Sequence[Quote]
    refused: Sequence[Refusal]


def choose(*, parcel: Parcel, services: Iterable[Service]) -> Verdict:
    """The cheapest service that meets the deadlines; when none does, the one that is there first."""
    quotes: list[Quote] = []
    refused: list[Refusal] = []
    for service in services:
        found = quote(parcel=parcel, service=service)
        (quotes if isinstance(found, Quote) else refused).append(found)
    quotes, strangers = _in_one_currency(quotes, parcel.currency)
    refused += strangers
    on_time = [one for one in quotes if not one.is_late]
    order = _by_price if on_time else _by_time
    best = min(on_time or quotes, key=order, default=None)
    outcome = Outcome.NONE if best is None else Outcome.CHEAPEST if on_time else Outcome.LATE
    others = sorted((one for one in quotes if one is not best), key=_by_price)
    return Verdict(outcome, best, others, refused)


def _by_price(one: Quote) -> tuple:
    return (one.amount, one.there_at, one.service.label, one.service.key)


def _by_time(one: Quote) -> tuple:
    return (one.there_at, one.amount, one.service.label, one.service.key)


def quote(*, parcel: Parcel, service: Service) -> Quote | Refusal:
    """What one service says to the parcel: its limits first, then where it goes, then its price."""
    if limit := _limit(parcel, service):
        return limit
    zone = _zone(parcel, service)
    if zone is None:
        # The postcode stays sealed: what is kept of a choice names no more than a province.
        return Refusal(service, No.NOT_SERVED, {"where": parcel.province or parcel.region})
    billed_g = billed(parcel=parcel, divisor=service.divisor)
    steps = service.rates.get(zone, ())
    amount = next((amount for up_to_g, amount in steps if billed_g <= up_to_g), None)
    if amount is None:
        most = steps[-1][0] if steps else 0
        return Refusal(service, No.NO_PRICE, {"zone": zone, "billed_g": billed_g, "most_g": most})
    return Quote(service, zone, billed_g, amount, _is_late(parcel, service))


def billed(*, parcel: Parcel, divisor: int) -> int:
    """The larger of the weight on the scale and that of the volume, in grams: cubic millimeters by the divisor."""
    if not divisor or not parcel.size_mm:
        return parcel.weight_g
    length, width, height = parcel.size_mm
    return max(parcel.weight_g, -(-length * width * height // divisor))


def _limit(parcel: Parcel, service: Service) -> Refusal | None:
    if service.max_weight_g and parcel.weight_g > service.max_weight_g:
        values = {"weight_g": parcel.weight_g, "most_g": service.max_weight_g}
        return Refusal(service, No.TOO_HEAVY, values)
    needs_size = service.divisor or service.max_side_mm or service.max_sum_mm
    if needs_size and not parcel.size_mm:
        return Refusal(service, No.SIZE_UNKNOWN)
    side, total = max(parcel.size_mm, default=0), sum(parcel.size_mm)
    if service.max_side_mm and side > service.max_side_mm:
        return Refusal(service, No.TOO_LONG, {"side_mm": side, "most_mm": service.max_side_mm})
    if service.max_sum_mm and total > service.max_sum_mm:
        return Refusal(service, No.TOO_BIG, {"sum_mm": total, "most_mm": service.max_sum_mm})
    if parcel.is_cod and not service.is_cod_taken:
        return Refusal(service, No.COD)
    return None


def _zone(parcel: Parcel, service: Service) -> str | None:
    """The zone of the narrowest area that the destination lies in; a service without areas has one, without a name."""
    if not service.areas:
        return ""
    fitting = [area for area in service.areas if area.holds(parcel)]
    return max(fitting, key=lambda area: area.narrowness).zone or None if fitting else None


def _is_late(parcel: Parcel, service: Service) -> bool:
    at = service.collected_at
    if at is None:
        return False
    if at > (parcel.collect_by or EVER):
        return True
    return bool(service.transit_days) and at + timedelta(days=service.transit_days) > (
        parcel.deliver_by or EVER
    )


def _in_one_currency(quotes: list[Quote], currency: str) -> tuple[list[Quote], list[Refusal]]:
    """Prices compare in one currency only: the shop's when something is priced in it, else the only one there is."""
    found = {one.service.currency for one in quotes}
    if len(found) <= 1:
        return quotes, []
    kept = [one for one in quotes if one.service.currency == currency]
    strangers = [one for one in quotes if one.service.currency != currency]
    return kept, [
        Refusal(one.service, No.CURRENCY, {"currency": one.service.currency, "shop": currency})
        for one in strangers
    ]


def kept(*, verdict: Verdict, parcel: Parcel) -> dict[str, object]:
    """The verdict as plain values, to be stored and put into words later (`rating_words`)."""
    best = verdict.chosen
    found: dict[str, object] = {
        "by": "auto",
        "outcome": str(verdict.outcome),
        "weight_g": parcel.weight_g,
        "size_mm": list(parcel.size_mm),
        "others": [[one.service.label, str(one.amount), one.is_late] for one in verdict.others[:OTHERS_KEPT]],
        "refused": [[one.service.label, str(one.why), dict(one.values)] for one in verdict.refused],
    }
    if best is not None:
        at = best.service.collected_at
        found |= {
            "service_id": best.service.key,
            "service": best.service.label,
            "zone": best.zone,
            "billed_g": best.billed_g,
            "amount": str(best.amount),
            "currency": best.service.currency,
            "collected_at": at.isoformat() if at else "",
        }
    return found


def _is_same_province(region: str, one: str, other: str) -> bool:
    return address.area_key(region=region, name=one) == address.area_key(region=region, name=other)


def postcode_of(text: str) -> str:
    """A postcode without spaces and signs, in capitals."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())


def _is_between(postcode: str, first: str, last: str) -> bool:
    """Compared as far as each end is written: 50–55 holds 50000 and 55999."""
    code = postcode_of(postcode)
    return bool(code) and first <= code[: len(first)] and code[: len(last)] <= last
