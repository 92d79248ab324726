"""The talk with the platform about numbers. Every try reads the orders first: "done already" counts only with our number on it.

An answer that was lost is found by the next try's reading, never by sending again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core import http
from integrations import connections
from integrations.ports import PlatformOrder, ShipOutcome, ShipRequest, ShopPlatform
from integrations.tracking import numbers
from logistics import platform_labels, setup, upload_receipts
from logistics.models import Carrier, Shipment, TrackingUpload
from logistics.platform_state import ALREADY_ARRANGED, refusal_of
from relay import effects
from relay.effects import Outcome, Runner

BATCH = 50


@dataclass(frozen=True)
class Job:
    """What one upload needs to know, read while the scope was open."""

    seller_id: int
    shop_id: int
    number: str
    platform_order_id: str
    platform_package_id: str
    platform_line_ids: tuple[str, ...]
    delivery_option_id: str
    carrier_code: str
    carrier_name: str
    provider_id: str
    is_correction: bool


@dataclass
class Talk:
    """One shop's share of a batch, while it is being carried out; the client comes with the first call."""

    client: ShopPlatform | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    providers: dict[str, list] = field(default_factory=dict)

    def later(self, upload: TrackingUpload, error: http.RemoteError) -> None:
        """Again, even after a final refusal: it was of a reading, or of several parcels at once."""
        self.outcomes.append(
            Outcome(
                upload.pk,
                is_done=False,
                retry_after_s=error.retry_after,
                code=error.code,
                message=error.message or type(error).__name__,
            )
        )

    def refuse(self, upload: TrackingUpload, *, code: str, message: str) -> None:
        self.outcomes.append(Outcome.refused(upload.pk, code=code, message=message))

    def done(self, upload: TrackingUpload, outcome: ShipOutcome, *, provider_id: str = "") -> None:
        self.outcomes.append(
            Outcome(
                upload.pk,
                data={
                    "platform_package_id": outcome.platform_package_id,
                    "warning": outcome.warning,
                    "provider_id": provider_id,
                },
            )
        )


def prepare(uploads: Sequence[TrackingUpload]) -> None:
    """Attach a Job to each upload."""
    rows = Shipment.objects.filter(pk__in=[one.shipment_id for one in uploads]).select_related(
        "package__order", "carrier", "shop"
    )
    by_id = {row.pk: row for row in rows}
    carriers = Carrier.objects.in_bulk([one.carrier_id for one in uploads if one.carrier_id])
    lines = platform_labels.line_ids({row.package_id for row in by_id.values()})
    for upload in uploads:
        row = by_id[upload.shipment_id]
        carrier = carriers.get(upload.carrier_id) or row.carrier
        upload.prepared = Job(
            seller_id=row.seller_id,
            shop_id=row.shop_id,
            number=upload.tracking_number,
            platform_order_id=row.package.order.platform_order_id,
            platform_package_id=row.package.platform_package_id,
            platform_line_ids=lines.get(row.package_id, ()),
            delivery_option_id=row.package.order.delivery_option_id,
            carrier_code=carrier.code if carrier else "",
            carrier_name=carrier.name if carrier else "",
            provider_id=setup.provider_id(carrier=carrier, region=row.shop.region) if carrier else "",
            is_correction=upload.is_correction,
        )


def call(uploads: Sequence[TrackingUpload]) -> list[Outcome]:
    """Upload, shop by shop, with no transaction open."""
    by_shop: dict[tuple[int, int], list[TrackingUpload]] = {}
    for upload in uploads:
        by_shop.setdefault((upload.prepared.seller_id, upload.prepared.shop_id), []).append(upload)
    outcomes: list[Outcome] = []
    for (seller_id, shop_id), group in by_shop.items():
        talk = Talk()
        try:
            talk.client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
            orders = talk.client.get_orders(
                platform_order_ids=[one.prepared.platform_order_id for one in group]
            )
        except http.RemoteError as error:
            for upload in group:
                talk.later(upload, error)
        else:
            _upload_group(talk, group, {order.platform_order_id: order for order in orders})
        outcomes += talk.outcomes
    return outcomes


def _upload_group(talk: Talk, group: Sequence[TrackingUpload], orders: Mapping[str, PlatformOrder]) -> None:
    to_ship: list[tuple[TrackingUpload, ShipRequest]] = []
    for upload in group:
        try:
            request = _request_for(talk, upload, orders.get(upload.prepared.platform_order_id))
        except http.RemoteError as error:
            talk.later(upload, error)
            continue
        if request is not None:
            to_ship.append((upload, request))
    if not to_ship:
        return
    try:
        results = talk.client.ship_packages(requests=[request for _upload, request in to_ship])
    except http.RemoteError as error:
        for upload, _request in to_ship:
            # Of several, some may have gone through before the call broke: only the next reading tells.
            if isinstance(error, http.Terminal) and len(to_ship) == 1:
                talk.refuse(upload, code=error.code, message=error.message)
            else:
                talk.later(upload, error)
        return
    for (upload, request), result in zip(to_ship, results, strict=True):
        if result.is_ok:
            talk.done(upload, result, provider_id=request.shipping_provider_id)
        else:
            talk.refuse(upload, code=result.code, message=result.message)


def _request_for(talk: Talk, upload: TrackingUpload, order: PlatformOrder | None) -> ShipRequest | None:
    """What to send for one upload; None when it is settled without sending."""
    job: Job = upload.prepared
    refusal = refusal_of(order)
    if refusal and refusal.may_pass:
        talk.outcomes.append(
            Outcome(
                upload.pk,
                is_done=False,
                retry_after_s=refusal.retry_after_s,
                code=refusal.code,
                message=str(refusal.message),
            )
        )
        return None
    if refusal:
        talk.refuse(upload, code=refusal.code, message=refusal.message)
        return None
    provider_id = job.provider_id or _learn_provider(talk, job)
    if not provider_id:
        names = ", ".join(one.name for one in talk.providers.get(job.delivery_option_id, ()))
        message = _("The platform knows no carrier “%(carrier)s” for this order. It knows: %(names)s.")
        talk.refuse(
            upload,
            code="carrier_unknown",
            message=message % {"carrier": job.carrier_name or "—", "names": names or "—"},
        )
        return None
    request = ShipRequest(
        platform_package_id=job.platform_package_id or _only(order.platform_package_ids),
        platform_order_id=job.platform_order_id,
        platform_line_ids=job.platform_line_ids,
        tracking_number=job.number,
        shipping_provider_id=provider_id,
    )
    if order.status not in ALREADY_ARRANGED and not job.is_correction:
        return request
    _settle_shipped(talk, upload, order, request)
    return None


def _settle_shipped(talk: Talk, upload: TrackingUpload, order: PlatformOrder, request: ShipRequest) -> None:
    """The platform has a number for this parcel. Ours: done. Another one: corrected when a person asked, else refused."""
    job: Job = upload.prepared
    package_id, standing = _standing_number(talk, order, job)
    if numbers.normalize(standing) == job.number:
        talk.done(upload, ShipOutcome(platform_package_id=package_id, is_ok=True))
        return
    if not job.is_correction:
        message = _("The platform has another number for this parcel: %(number)s.")
        talk.refuse(upload, code="other_number", message=message % {"number": standing or "—"})
        return
    result = talk.client.correct_tracking(request=request)
    if result.is_ok:
        talk.done(upload, result, provider_id=request.shipping_provider_id)
    else:
        talk.refuse(upload, code=result.code, message=result.message)


def _standing_number(talk: Talk, order: PlatformOrder, job: Job) -> tuple[str, str]:
    package_ids = [job.platform_package_id] if job.platform_package_id else order.platform_package_ids
    for package_id in package_ids:
        package = talk.client.get_package(platform_package_id=package_id)
        covers = not job.platform_line_ids or set(job.platform_line_ids) <= set(package.platform_line_ids)
        if package.tracking_number and (covers or len(package_ids) == 1):
            return package_id, package.tracking_number
    return "", order.tracking_number


def _learn_provider(talk: Talk, job: Job) -> str:
    """The platform's id of our carrier, by its list for this order's delivery option."""
    option = job.delivery_option_id
    if not option:
        return ""
    if option not in talk.providers:
        talk.providers[option] = talk.client.shipping_providers(delivery_option_id=option)
    return next(
        (
            one.provider_id
            for one in talk.providers[option]
            if job.carrier_code in (numbers.carrier_for_name(one.name), setup.code_for(one.name))
            or one.name.casefold() == job.carrier_name.casefold()
        ),
        "",
    )


def _only(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else ""


RUNNER = effects.register(
    Runner(
        model=TrackingUpload,
        prepare=prepare,
        call=call,
        record=upload_receipts.record,
        batch=BATCH,
        queue="platform",
    )
)
