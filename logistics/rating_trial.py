"""Which carrier the parcels of the last days would have gotten with the services as they are now, and what that costs.

A dry run: nothing is written. Each parcel is chosen for at the moment when it was packed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from logistics import carrier_choice, rating_words
from logistics.carrier_choice import Choice, Weighed
from logistics.models import Shipment, ShipmentState
from logistics.rating import Outcome
from orders.models import Package, ShippingType
from warehouse.models import PackRecord

DAYS = 7
PARCELS_AT_MOST = 5_000
SHOWN = 100


@dataclass
class Share:
    """What one service would have carried, in one currency."""

    service: str
    currency: str
    parcels: int = 0
    amount: Decimal = Decimal(0)
    late: int = 0


@dataclass(frozen=True)
class Parcel:
    """One parcel of the trial: who carries it, and who would have."""

    package: Package
    choice: Choice
    carrier: str  # that it has

    @property
    def why(self) -> str:
        return rating_words.sentence(self.choice.kept)

    @property
    def is_other(self) -> bool:
        best = self.choice.verdict.chosen
        return (best.service.carrier if best else "") != self.carrier


@dataclass(frozen=True)
class Trial:
    """The outcome, the largest share first."""

    since: datetime
    parcels: int
    shares: Sequence[Share]
    none: Sequence[Parcel]
    others: Sequence[Parcel]
    others_count: int
    is_cut: bool  # more parcels were packed than looked at
    known_amounts: Mapping[str, Decimal] = field(default_factory=dict)  # kept when they were labelled


def run(*, now: datetime, days: int = DAYS) -> Trial:
    """Parcels of own carriers that were packed in these days, the newest first."""
    since = now - timedelta(days=days)
    records = list(
        PackRecord.objects.filter(
            packed_at__gte=since, packed_at__lte=now, package__order__shipping_type=ShippingType.SELLER
        )
        .select_related("package__order", "carton")
        .order_by("-packed_at", "-pk")[: PARCELS_AT_MOST + 1]
    )
    is_cut, records = len(records) > PARCELS_AT_MOST, records[:PARCELS_AT_MOST]
    weighed = {record.package_id: _weighed(record) for record in records}
    moments = {record.package_id: record.packed_at for record in records}
    chosen = carrier_choice.choices(weighed=weighed, moments=moments)
    live = {row.package_id: row for row in _shipments(list(weighed))}
    parcels = [
        Parcel(record.package, chosen[record.package_id], _carrier(live.get(record.package_id)))
        for record in records
        if record.package_id in chosen
    ]
    none = [one for one in parcels if one.choice.verdict.outcome == Outcome.NONE]
    others = [one for one in parcels if one.is_other and one.choice.verdict.chosen]
    return Trial(
        since=since,
        parcels=len(parcels),
        shares=_shares(parcels),
        none=none[:SHOWN],
        others=others[:SHOWN],
        others_count=len(others),
        is_cut=is_cut,
        known_amounts=_known(live.values()),
    )


def _weighed(record: PackRecord) -> Weighed:
    carton = record.carton
    size = (carton.length_mm, carton.width_mm, carton.height_mm) if carton else ()
    return Weighed(record.weight_g, size)


def _shipments(package_ids: list[int]):
    rows = Shipment.objects.filter(package_id__in=package_ids).exclude(state=ShipmentState.CANCELLED)
    return rows.select_related("carrier")


def _carrier(shipment: Shipment | None) -> str:
    return shipment.carrier.name if shipment and shipment.carrier else ""


def _shares(parcels: Sequence[Parcel]) -> list[Share]:
    found: dict[tuple[str, str], Share] = {}
    for one in parcels:
        if best := one.choice.verdict.chosen:
            key = (best.service.label, best.service.currency)
            share = found.setdefault(key, Share(*key))
            share.parcels += 1
            share.amount += best.amount
            share.late += best.is_late
    return sorted(found.values(), key=lambda share: (-share.parcels, share.service))


def _known(rows) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.freight_amount is not None:
            found[row.freight_currency] = found.get(row.freight_currency, Decimal(0)) + row.freight_amount
    return found
