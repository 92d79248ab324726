"""Reads of shipments for pages and API."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.models import ConnectionState, ShopLink
from integrations.tracking import numbers
from logistics.models import (
    BuyerMessage,
    Carrier,
    CarrierService,
    CaseState,
    ExceptionCase,
    LabelRequest,
    Manifest,
    ManifestLine,
    ManifestState,
    Shipment,
    ShipmentState,
    TrackingEvent,
)
from orders.models import PackageState
from relay import effects


def shipments_of_orders(*, order_ids: Iterable[int]) -> dict[int, list[Shipment]]:
    """Order id -> its live shipments with carrier and package, in one query."""
    found: dict[int, list[Shipment]] = defaultdict(list)
    rows = Shipment.objects.filter(package__order_id__in=list(order_ids)).exclude(
        state=ShipmentState.CANCELLED
    )
    for shipment in rows.select_related("carrier", "package").order_by("pk"):
        found[shipment.package.order_id].append(shipment)
    return found


def live_shipment(*, package_id: int) -> Shipment | None:
    """The shipment of a package that was not voided."""
    rows = Shipment.objects.filter(package_id=package_id).exclude(state=ShipmentState.CANCELLED)
    return rows.select_related("carrier").first()


def orders_by_number(*, numbers: Iterable[str]) -> dict[str, set[int]]:
    """Tracking number -> ids of the orders that it carries."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = Shipment.objects.filter(tracking_number__in=list(numbers))
    for number, order_id in rows.values_list("tracking_number", "package__order_id"):
        found[number].add(order_id)
    return found


def package_with_number(*, number: str) -> int | None:
    """The package behind a tracking number of ours, whatever has become of it."""
    wanted = numbers.normalize(number)[:60]
    rows = Shipment.objects.filter(tracking_number=wanted).order_by("is_follower", "pk") if wanted else ()
    return next((row.package_id for row in rows), None)


def orders_of_carrier(*, code: str) -> QuerySet:
    """Ids of orders with a live shipment of this carrier, for a filter."""
    live = Shipment.objects.filter(carrier__code=code).exclude(state=ShipmentState.CANCELLED)
    return live.order_by().values("package__order_id")


def carriers() -> QuerySet[Carrier]:
    """Carriers in use, by name."""
    return Carrier.objects.filter(is_active=True).order_by("name")


def services_of(*, carrier: Carrier) -> QuerySet[CarrierService]:
    """A carrier's services with how many prices and areas each has."""
    rows = CarrierService.objects.filter(carrier=carrier).annotate(
        rate_count=Count("rates", distinct=True), area_count=Count("areas", distinct=True)
    )
    return rows.order_by("-is_active", "name", "pk")


def open_cases_of(*, order_id: int) -> QuerySet[ExceptionCase]:
    """What is wrong in transit now."""
    return ExceptionCase.objects.filter(order_id=order_id, state=CaseState.OPEN).order_by("pk")


def messages_of_orders(*, order_ids: Iterable[int]) -> dict[int, list[BuyerMessage]]:
    """Order id -> what its buyer was told or asked through the platform, the newest first, in one query."""
    found: dict[int, list[BuyerMessage]] = defaultdict(list)
    for message in BuyerMessage.objects.filter(order_id__in=list(order_ids)).order_by("-pk"):
        found[message.order_id].append(message)
    return found


# --- shipments: list, search, one ---

TABS: dict[str, tuple[str, ...]] = {
    "open": (
        ShipmentState.PENDING,
        ShipmentState.LABELLED,
        ShipmentState.HANDED_OVER,
        ShipmentState.IN_TRANSIT,
        ShipmentState.ARRIVED,
    ),
    "pending": (ShipmentState.PENDING,),
    "labelled": (ShipmentState.LABELLED,),
    "handed_over": (ShipmentState.HANDED_OVER,),
    "in_transit": (ShipmentState.IN_TRANSIT, ShipmentState.ARRIVED),
    "delivered": (ShipmentState.DELIVERED,),
    "problem": (ShipmentState.RETURNED, ShipmentState.LOST),
    "cancelled": (ShipmentState.CANCELLED,),
    "all": tuple(ShipmentState.values),
}


@dataclass(frozen=True)
class Found:
    """What a search over pasted ids came to."""

    ids: frozenset[int]
    missing: tuple[str, ...]


def shipments() -> QuerySet[Shipment]:
    """Shipments with what a row shows."""
    rows = Shipment.objects.select_related("shop", "carrier", "package__order")
    return rows.prefetch_related("package__order__clock")


def events_in_order() -> Prefetch:
    return Prefetch("events", TrackingEvent.objects.order_by("happened_at", "pk"))


def find(words: Sequence[str]) -> Found:
    """Shipments by tracking number, order, package or their own id, many at once, and the words that mean nothing."""
    plain = {word: numbers.normalize(word) for word in words}
    rows = Shipment.objects.filter(
        Q(tracking_number__in=plain.values())
        | Q(public_id__in=words)
        | Q(package__public_id__in=words)
        | Q(package__platform_package_id__in=words)
        | Q(package__order__platform_order_id__in=words)
        | Q(package__order__public_id__in=words)
    ).values_list(
        "pk",
        "tracking_number",
        "public_id",
        "package__public_id",
        "package__platform_package_id",
        "package__order__platform_order_id",
        "package__order__public_id",
    )
    ids, known = set(), set()
    for pk, *names in rows:
        ids.add(pk)
        known.update(names)
    missing = tuple(word for word in words if word not in known and plain[word] not in known)
    return Found(frozenset(ids), missing)


def tab_counts(rows: QuerySet[Shipment]) -> dict[str, int]:
    """How many of these rows each tab holds, in one query."""
    by_state = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def carrier_called(text: str) -> Carrier | None:
    """A carrier in use by our code or by any name that it is known under."""
    code = numbers.carrier_for_name(text)
    active = Carrier.objects.filter(is_active=True)
    found = (
        active.filter(code=text.strip().lower()).first() or active.filter(name__iexact=text.strip()).first()
    )
    return found or (active.filter(code=code).first() if code else None)


# --- the label table ---


def _marked(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Which labels got stuck, and which parcels need a number from us: own carriers, and shops that live on files."""
    stuck = LabelRequest.objects.filter(shipment=OuterRef("pk"), effect_state__in=effects.STUCK_STATES)
    link = ShopLink.objects.filter(shop=OuterRef("shop")).exclude(
        connection__state=ConnectionState.DISCONNECTED
    )
    return rows.annotate(is_stuck=Exists(stuck), is_connected=Exists(link))


_PACKED = Q(state=ShipmentState.PENDING, package__state=PackageState.PACKED)
_BY_PLATFORM = Q(is_platform_label=True, is_connected=True)
_LABELLED = Q(state=ShipmentState.LABELLED)
LABEL_TABS = {
    "number": _PACKED & ~_BY_PLATFORM,
    "platform": _PACKED & _BY_PLATFORM & Q(is_stuck=False),
    "refused": _PACKED & _BY_PLATFORM & Q(is_stuck=True),
    "print": _LABELLED & Q(label_print_count=0),
    "printed": _LABELLED & Q(label_print_count__gt=0),
}


def label_counts(*, shop_id: int | None) -> dict[str, int]:
    """Numbers on the tabs of the label page."""
    rows = Shipment.objects.filter(shop_id=shop_id) if shop_id else Shipment.objects.all()
    return _marked(rows).aggregate(**{tab: Count("pk", filter=rule) for tab, rule in LABEL_TABS.items()})


def label_rows(*, tab: str, shop_id: int | None) -> QuerySet[Shipment]:
    """The rows of one tab of the label page, the most pressing first; a tab's count is their number."""
    rows = _marked(shipments()).filter(LABEL_TABS[tab])
    rows = rows.filter(shop_id=shop_id) if shop_id else rows
    by_deadline = F("package__order__clock__due_at").asc(nulls_last=True)
    return rows.order_by(by_deadline, "pk").prefetch_related("label_requests")


class NoSuchParcel(RuleViolation):
    """Nothing that waits for a number has this code."""

    code = "no_such_parcel"


def one_waiting(code: str) -> Shipment:
    """The parcel that a scan means at the label table; raises NoSuchParcel with what to do."""
    found = list(shipments().filter(pk__in=find([code]).ids).exclude(state=ShipmentState.CANCELLED)[:2])
    if not found:
        raise NoSuchParcel(
            _("No packed parcel has the code %(code)s. Scan the package or order number.")
            % {"code": code[:60] or "“”"}
        )
    if len(found) > 1:
        raise NoSuchParcel(_("%(code)s has several parcels: scan the package number.") % {"code": code[:60]})
    return found[0]


# --- the dock ---


def open_manifests() -> list[Manifest]:
    """Lists that parcels are being scanned onto, with how many are on each."""
    rows = Manifest.objects.filter(state=ManifestState.OPEN).annotate(count=Count("lines"))
    return list(rows.order_by("opened_at"))


def manifests() -> QuerySet[Manifest]:
    """All lists with how many parcels are on each, newest first."""
    return Manifest.objects.annotate(count=Count("lines")).order_by("-opened_at", "-pk")


def waiting_at_dock() -> list[dict[str, object]]:
    """Labelled parcels per carrier: what a driver could take now."""
    rows = Shipment.objects.filter(
        state=ShipmentState.LABELLED, package__state=PackageState.READY_TO_SHIP, package__is_stopped=False
    )
    return list(
        rows.order_by("carrier__name", "carrier_id")
        .values("carrier_id", "carrier__name")
        .annotate(count=Count("pk"))
    )


def manifest_lines(manifest: Manifest) -> QuerySet[ManifestLine]:
    """Its parcels, the last scan first."""
    rows = ManifestLine.objects.filter(manifest=manifest).select_related("shop", "shipment__package__order")
    return rows.order_by("-scanned_at", "-pk")


# --- cases ---


def cases(*, state: str, kind: str, shop_id: int | None) -> QuerySet[ExceptionCase]:
    """Cases, the oldest open one first; resolved ones newest first."""
    rows = ExceptionCase.objects.filter(state=state).select_related("shop", "order", "shipment__carrier")
    if kind:
        rows = rows.filter(kind=kind)
    if shop_id:
        rows = rows.filter(shop_id=shop_id)
    return (
        rows.order_by("opened_at", "pk") if state == CaseState.OPEN else rows.order_by("-resolved_at", "-pk")
    )


def case_counts(*, shop_id: int | None) -> tuple[dict[str, int], int]:
    """Open cases by kind, and how many are resolved."""
    rows = ExceptionCase.objects.filter(shop_id=shop_id) if shop_id else ExceptionCase.objects.all()
    found = rows.order_by().values_list("state", "kind").annotate(count=Count("pk"))
    by_kind = {kind: count for state, kind, count in found if state == CaseState.OPEN}
    return by_kind, sum(count for state, _kind, count in found if state == CaseState.RESOLVED)
