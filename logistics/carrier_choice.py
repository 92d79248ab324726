"""The carrier of parcels as they leave the scale: loads what `rating` chooses from, and keeps the choice with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from logistics import collection_times, rating
from logistics.collection_times import Comes
from logistics.models import Carrier, CarrierService, ServiceArea, ServiceRate, Shipment
from logistics.rating import Area, Parcel, Service, Verdict
from orders import contacts
from orders.models import BuyerContact, Package, ShippingType
from warehouse import selectors as warehouse
from warehouse.models import CarrierPickup, Warehouse


@dataclass(frozen=True)
class Offers:
    """The seller's services as stored, and when carriers come to which building."""

    rows: Sequence[CarrierService]
    rates: Mapping[int, dict]
    areas: Mapping[int, Sequence[Area]]
    pickups: Sequence[CarrierPickup] = ()
    _known: dict = field(default_factory=dict)

    @property
    def needs_postcode(self) -> bool:
        return any(area.postcode_from for areas in self.areas.values() for area in areas)

    def at(self, *, site: Warehouse | None, now: datetime) -> list[Service]:
        """The services for a parcel that is closed now in this building."""
        return [self._service(row, site=site, now=now) for row in self.rows]

    def _service(self, row: CarrierService, *, site: Warehouse | None, now: datetime) -> Service:
        return Service(
            key=row.pk,
            carrier_id=row.carrier_id,
            carrier=row.carrier.name,
            name=row.name,
            currency=row.currency,
            rates=self.rates.get(row.pk, {}),
            areas=self.areas.get(row.pk, ()),
            divisor=row.divisor,
            max_weight_g=row.max_weight_g,
            max_side_mm=row.max_side_mm,
            max_sum_mm=row.max_sum_mm,
            is_cod_taken=row.is_cod_taken,
            transit_days=row.transit_days,
            collected_at=self._collected_at(row, site=site, now=now),
        )

    def _collected_at(self, row: CarrierService, *, site: Warehouse | None, now: datetime) -> datetime | None:
        if site is None:
            return None
        key = (row.pk, site.pk, now)
        if key not in self._known:
            mine = [
                Comes(one.at, one.days, one.missed_on)
                for one in self.pickups
                if one.warehouse_id == site.pk and one.carrier in ("", row.carrier.name)
            ]
            self._known[key] = collection_times.collected_at(
                cut_off_at=row.cut_off_at, days=row.days, pickups=mine, zone=site.time_zone, now=now
            )
        return self._known[key]


def _in_use() -> QuerySet[CarrierService]:
    return CarrierService.objects.filter(is_active=True, carrier__is_active=True)


def is_made() -> bool:
    """Whether anything is chosen by weight, size and destination."""
    return _in_use().exists()


def offers() -> Offers:
    """Everything that is in use, in four queries; without a service in use, in one."""
    rows = list(_in_use().select_related("carrier").order_by("carrier__name", "name", "pk"))
    if not rows:
        return Offers([], {}, {})
    rates: dict[int, dict] = {}
    areas: dict[int, list[Area]] = {}
    for row in rows:
        rates[row.pk], areas[row.pk] = {}, []
    prices = ServiceRate.objects.filter(service_id__in=list(rates)).order_by("up_to_g")
    for service_id, zone, up_to_g, amount in prices.values_list("service_id", "zone", "up_to_g", "amount"):
        rates[service_id].setdefault(zone, []).append((up_to_g, amount))
    for one in ServiceArea.objects.filter(service_id__in=list(rates)).order_by("pk"):
        area = Area(one.zone, one.region, one.province, one.postcode_from, one.postcode_to)
        areas[one.service_id].append(area)
    return Offers(rows, rates, areas, list(CarrierPickup.objects.all()))


@dataclass(frozen=True)
class Weighed:
    """What the scale and the carton say of a package."""

    weight_g: int
    size_mm: tuple[int, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A verdict and the parcel that it is about."""

    parcel: Parcel
    verdict: Verdict

    @property
    def quotes(self) -> list[rating.Quote]:
        """Everybody who takes it, the chosen one first."""
        best = self.verdict.chosen
        return [best, *self.verdict.others] if best else []

    @property
    def kept(self) -> dict[str, object]:
        return rating.kept(verdict=self.verdict, parcel=self.parcel)


def choices(*, weighed: Mapping[int, Weighed], moments: Mapping[int, datetime]) -> dict[int, Choice]:
    """Package → its choice at its moment, for packages of own carriers; empty while no service is in use."""
    found = offers()
    if not found.rows:
        return {}
    own = Package.objects.filter(pk__in=weighed, order__shipping_type=ShippingType.SELLER)
    packages = list(own.select_related("order", "shop").prefetch_related("order__clock"))
    sites = warehouse.sites_of_packages(package_ids=[one.pk for one in packages])
    contacts_of = {
        contact.order_id: contact
        for contact in BuyerContact.objects.filter(order_id__in={one.order_id for one in packages})
    }
    result = {}
    for package in packages:
        parcel = _parcel(
            package,
            weighed=weighed[package.pk],
            contact=contacts_of.get(package.order_id),
            with_postcode=found.needs_postcode,
        )
        services = found.at(site=sites.get(package.pk), now=moments[package.pk])
        result[package.pk] = Choice(parcel, rating.choose(parcel=parcel, services=services))
    return result


def _parcel(
    package: Package, *, weighed: Weighed, contact: BuyerContact | None, with_postcode: bool
) -> Parcel:
    order = package.order
    clock = getattr(order, "clock", None)
    return Parcel(
        weight_g=weighed.weight_g,
        size_mm=weighed.size_mm,
        region=(contact.region_code if contact else "") or package.shop.region,
        province=contact.province if contact else "",
        # Unsealing costs; where no area asks for postcodes nothing is opened.
        postcode=contacts.opened(contact).postal_code if with_postcode else "",
        is_cod=order.is_cod,
        currency=package.shop.currency,
        collect_by=clock.due_at if clock else None,
        deliver_by=clock.deliver_due_at if clock else None,
    )


def as_packed(*, packages: Iterable[Package], now: datetime) -> dict[int, Choice]:
    """The choices of packed packages, by the weight and carton that the pack station left."""
    rows = list(packages)
    sizes = warehouse.sizes_of_packages(package_ids=[one.pk for one in rows])
    weighed = {one.pk: Weighed(one.weight_g or 0, sizes.get(one.pk, ())) for one in rows}
    return choices(weighed=weighed, moments=dict.fromkeys(weighed, now))


def preview(*, package: Package, weight_g: int, size_mm: tuple[int, ...], now: datetime) -> Choice | None:
    """What would be chosen for an open package; None when nothing is chosen by weight and size."""
    weighed = {package.pk: Weighed(weight_g, size_mm)}
    return choices(weighed=weighed, moments={package.pk: now}).get(package.pk)


def quote_of(*, carrier: Carrier, package: Package, now: datetime) -> rating.Quote | None:
    """What this carrier would take for a packed package with its cheapest service; None when it has no price for it."""
    found = as_packed(packages=[package], now=now).get(package.pk)
    mine = [one for one in found.quotes if one.service.carrier_id == carrier.pk] if found else []
    return min(mine, key=lambda one: one.amount, default=None)


def put(*, shipment: Shipment, choice: Choice) -> None:
    """Write a choice into an unsaved or locked shipment; the caller saves it."""
    best = choice.verdict.chosen
    shipment.carrier_id = best.service.carrier_id if best else None
    shipment.freight_amount = best.amount if best else None
    shipment.freight_currency = best.service.currency if best else ""
    shipment.choice = choice.kept


def forget(*, shipment: Shipment) -> None:
    """Its number is of another carrier than the chosen one: what was reckoned does not hold any more."""
    shipment.freight_amount, shipment.freight_currency = None, ""
    shipment.choice = {"by": "number"}
