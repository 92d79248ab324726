"""The platform's own label: arrange the shipping, fetch the paper, take over the number it chose.

Every try reads the order first, so a try whose answer was lost is found done instead of being done twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import http
from integrations import connections
from integrations.ports import PlatformOrder, ShipOutcome, ShipRequest
from integrations.tracking import numbers
from logistics import label_files, number_check, setup, shipments
from logistics.models import LabelRequest, Shipment, ShipmentState
from logistics.platform_state import ALREADY_ARRANGED, Refusal, refusal_of
from orders import history, packages, sla
from orders.models import HistoryKind, OrderLine, Package, PackageState
from orders.states import PackageAction
from relay import effects
from relay.effects import EffectState, Outcome, Runner
from tenancy.actors import AUTO, PLATFORM
from warehouse import selectors as warehouse

STILL_MAKING_S = 3.0
WHILE_STOPPED_S = 3600.0
# The hold's end asks for the label again at once; till then it is only looked at now and then.
STOPPED = Refusal("stopped", gettext_lazy("The package was stopped: its label waits."), may_pass=True)


@dataclass(frozen=True)
class Job:
    """What the call needs to know, read while the scope was open."""

    seller_id: int
    shop_id: int
    shipment_public_id: str
    platform_order_id: str
    platform_package_id: str
    platform_line_ids: tuple[str, ...]
    is_stopped: bool = False
    weight_g: int = 0
    size_mm: tuple[int, ...] = ()


@transaction.atomic
def ask(*, shipments_to_label: Iterable[Shipment], now: datetime) -> int:
    """Ask for the labels of these parcels; those that got stuck earlier are tried again. Returns how many wait now."""
    wanted = [row for row in shipments_to_label if row.is_platform_label and not row.tracking_number]
    connected = setup.connected_shops({row.shop_id for row in wanted})
    wanted = [row for row in wanted if row.shop_id in connected]
    if not wanted:
        return 0
    LabelRequest.objects.bulk_create(
        [
            LabelRequest(
                shop_id=row.shop_id, shipment=row, key=f"label:{row.pk}", not_before=now, created_at=now
            )
            for row in wanted
        ],
        ignore_conflicts=True,
    )
    LabelRequest.objects.filter(
        shipment__in=wanted,
        effect_state__in=[EffectState.FAILED, EffectState.NEEDS_HUMAN, EffectState.DROPPED],
    ).update(effect_state=EffectState.WAITING, attempts=0, not_before=now)
    effects.wake_for(LabelRequest)
    return len(wanted)


def prepare(requests: Sequence[LabelRequest]) -> None:
    """Attach a Job to each request."""
    rows = {
        row.pk: row
        for row in Shipment.objects.filter(pk__in=[one.shipment_id for one in requests]).select_related(
            "package__order"
        )
    }
    lines = line_ids({row.package_id for row in rows.values()})
    sizes = warehouse.sizes_of_packages(package_ids=[row.package_id for row in rows.values()])
    for request in requests:
        row = rows[request.shipment_id]
        request.prepared = Job(
            seller_id=row.seller_id,
            shop_id=row.shop_id,
            shipment_public_id=row.public_id,
            platform_order_id=row.package.order.platform_order_id,
            platform_package_id=row.package.platform_package_id,
            platform_line_ids=lines.get(row.package_id, ()),
            is_stopped=row.package.is_stopped,
            weight_g=row.weight_g or 0,
            size_mm=sizes.get(row.package_id, ()),
        )


def line_ids(package_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The platform's line ids of each package. A package that holds its whole order names none."""
    found: dict[int, list[str]] = {}
    whole: set[int] = set()
    wanted = Package.objects.filter(pk__in=list(package_ids))
    siblings = Package.objects.filter(order_id__in=wanted.values("order_id")).exclude(
        state=PackageState.CANCELLED
    )
    by_order: dict[int, list[int]] = {}
    for pk, order_id in siblings.values_list("pk", "order_id"):
        by_order.setdefault(order_id, []).append(pk)
    whole.update(pks[0] for pks in by_order.values() if len(pks) == 1)
    lines = OrderLine.objects.filter(package_lines__package__in=wanted).distinct()
    for package_id, ids in lines.values_list("package_lines__package_id", "platform_line_ids"):
        if package_id not in whole:
            found.setdefault(package_id, []).extend(ids)
    return {package_id: tuple(dict.fromkeys(ids)) for package_id, ids in found.items()}


def call(requests: Sequence[LabelRequest]) -> list[Outcome]:
    """Arrange and fetch, shop by shop, with no transaction open."""
    by_shop: dict[tuple[int, int], list[LabelRequest]] = {}
    for request in requests:
        by_shop.setdefault((request.prepared.seller_id, request.prepared.shop_id), []).append(request)
    outcomes: list[Outcome] = []
    for (seller_id, shop_id), group in by_shop.items():
        try:
            client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
            known = {
                order.platform_order_id: order
                for order in client.get_orders(
                    platform_order_ids=[one.prepared.platform_order_id for one in group]
                )
            }
        except http.RemoteError as error:
            outcomes += [_outcome_of(request, error) for request in group]
            continue
        for request in group:
            outcomes.append(_fetch_one(client, request, known.get(request.prepared.platform_order_id)))
    return outcomes


def _fetch_one(client, request: LabelRequest, order: PlatformOrder | None) -> Outcome:
    job: Job = request.prepared
    refusal = STOPPED if job.is_stopped else refusal_of(order)
    if refusal:
        return _refused(request, refusal)
    try:
        arranged = _arrange(client, job, order)
        if not arranged.is_ok:
            return Outcome.refused(request.pk, code=arranged.code, message=arranged.message)
        package_id = arranged.platform_package_id
        paper = client.shipping_label(platform_package_id=package_id)
        package = client.get_package(platform_package_id=package_id)
    except http.RemoteError as error:
        return _outcome_of(request, error)
    number = paper.tracking_number or package.tracking_number or arranged.tracking_number
    if not number:
        return Outcome(
            request.pk,
            is_done=False,
            retry_after_s=STILL_MAKING_S,
            code="no_number",
            message=_("The platform has not chosen the tracking number yet."),
        )
    path = label_files.store(
        seller_id=job.seller_id, name=job.shipment_public_id, content=paper.content, kind=paper.content_type
    )
    return Outcome(
        request.pk,
        data={
            "path": path,
            "number": number,
            "platform_package_id": package_id,
            "carrier_name": package.shipping_provider_name,
        },
    )


def _arrange(client, job: Job, order: PlatformOrder) -> ShipOutcome:
    """Arrange the shipping unless it stands already."""
    package_id = job.platform_package_id or _only(order.platform_package_ids)
    if order.status in ALREADY_ARRANGED and package_id:
        return ShipOutcome(platform_package_id=package_id, is_ok=True)
    (outcome,) = client.ship_packages(
        requests=[
            ShipRequest(
                platform_package_id=package_id,
                platform_order_id=job.platform_order_id,
                platform_line_ids=job.platform_line_ids,
                weight_g=job.weight_g,
                size_mm=job.size_mm,
            )
        ]
    )
    return outcome


def _only(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else ""


def _refused(request: LabelRequest, refusal: Refusal) -> Outcome:
    return Outcome(
        request.pk,
        is_done=False,
        is_refused=not refusal.may_pass,
        retry_after_s=WHILE_STOPPED_S if refusal is STOPPED else refusal.retry_after_s,
        code=refusal.code,
        message=str(refusal.message),
    )


def _outcome_of(request: LabelRequest, error: http.RemoteError) -> Outcome:
    wait = STILL_MAKING_S if isinstance(error, http.NotYet) else 0.0
    return Outcome.of_error(request.pk, error, wait_s=wait)


def record(request: LabelRequest, outcome: Outcome, now: datetime) -> None:
    """The parcel has its number and paper; or the platform's words are kept where staff see them."""
    package, shipment = shipments.lock_with_package(request.shipment_id)
    if request.effect_state in effects.STUCK_STATES:
        sla.note_label(order_id=package.order_id, is_failed=True)
        history.record(
            order=package,
            at=now,
            actor=PLATFORM,
            kind=HistoryKind.LABEL,
            action="label.refused",
            reason=outcome.message,
            code=outcome.code,
        )
    if not outcome.is_done or shipment.state == ShipmentState.CANCELLED:
        return
    if package.platform_package_id != outcome.data["platform_package_id"]:
        package.platform_package_id = outcome.data["platform_package_id"]
        package.save(update_fields=["platform_package_id"])
    try:
        _take_over(shipment, outcome, now=now)
    except number_check.NumberUsed as refusal:
        LabelRequest.objects.filter(pk=request.pk).update(
            effect_state=EffectState.FAILED, last_error=str(refusal)[:400]
        )
        sla.note_label(order_id=package.order_id, is_failed=True)
        return
    sla.note_label(order_id=package.order_id, is_failed=False)
    history.record(
        order=package,
        at=now,
        actor=PLATFORM,
        kind=HistoryKind.LABEL,
        action="label.fetched",
        number=shipment.tracking_number,
        carrier=shipment.carrier_name,
    )
    if package.state == PackageState.PACKED and not package.is_stopped:
        packages.advance(package=package, action=PackageAction.LABEL, actor=AUTO, now=now)
    LabelRequest.objects.filter(pk=request.pk).update(is_arranged=True)


def _take_over(shipment: Shipment, outcome: Outcome, *, now: datetime) -> None:
    carrier = setup.carrier_named(outcome.data["carrier_name"])
    shipment.carrier, shipment.carrier_name = carrier, outcome.data["carrier_name"][:80]
    shipment.raw_number = outcome.data["number"][:80]
    shipment.tracking_number = numbers.normalize(outcome.data["number"])[:60]
    shipment.number_source, shipment.is_number_proven = "platform", True
    shipment.label_file = outcome.data["path"]
    shipment.labelled_at, shipment.uploaded_at = (
        now,
        now,
    )  # the platform chose it: there is nothing to tell it
    if shipment.state == ShipmentState.PENDING:
        shipment.state = ShipmentState.LABELLED
    shipment.is_follower = number_check.follows_another(number=shipment.tracking_number, shipment=shipment)
    shipments.save_numbered(shipment)


RUNNER = effects.register(
    Runner(model=LabelRequest, prepare=prepare, call=call, record=record, batch=20, queue="platform")
)
