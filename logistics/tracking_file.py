"""Out, for shops without a connection: the file that Seller Center's bulk upload takes, and what was given out when."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.tiktok_shop import seller_center_export
from integrations.tiktok_shop.seller_center_export import FileKind, TrackingRow
from logistics import setup, tracking_upload
from logistics.models import Shipment, TrackingUpload
from orders import history
from orders.models import HistoryKind
from relay.effects import EffectState
from tenancy.actors import Actor
from tenancy.models import Shop

WHY = "file"


class NothingToExport(RuleViolation):
    """No number is due for this shop's file."""

    code = "nothing_to_export"


class ShopIsConnected(RuleViolation):
    """Numbers of a connected shop go to the platform by themselves; a file besides would tell them twice."""

    code = "shop_is_connected"


@dataclass(frozen=True)
class TrackingFile:
    """A file to download."""

    name: str
    content: bytes
    content_type: str
    count: int


@transaction.atomic
def export(*, shop: Shop, kind: FileKind, actor: Actor, now: datetime) -> TrackingFile:
    """The numbers whose time has come, marked as given out in the same transaction: nothing leaves in two files."""
    if shop.pk in setup.connected_shops([shop.pk]):
        raise ShopIsConnected(_("This shop is connected: its numbers are uploaded by themselves."))
    Shop.objects.lock().get(pk=shop.pk)
    due = [shipment for shipment, _why in tracking_upload.due_for_file(shop_id=shop.pk, now=now)]
    if not due:
        raise NothingToExport(_("No new tracking number is due for this shop."))
    TrackingUpload.objects.bulk_create(
        [
            TrackingUpload(
                shop_id=shop.pk,
                shipment=shipment,
                carrier_id=shipment.carrier_id,
                key=tracking_upload.upload_key(shipment.pk),
                tracking_number=shipment.tracking_number,
                why_now=WHY,
                effect_state=EffectState.DONE,
                not_before=now,
                created_at=now,
                done_at=now,
            )
            for shipment in due
        ]
    )
    Shipment.objects.filter(pk__in=[shipment.pk for shipment in due]).update(uploaded_at=now)
    history.record_many(
        history.entry(
            order=shipment.package,
            at=now,
            actor=actor,
            kind=HistoryKind.UPLOAD,
            action="upload.in_file",
            number=shipment.tracking_number,
            carrier=shipment.carrier_name,
        )
        for shipment in due
    )
    return _file(shop=shop, shipments=due, kind=kind, at=now)


def again(*, shop: Shop, kind: FileKind, at: datetime) -> TrackingFile:
    """A file that was given out before, once more."""
    uploads = TrackingUpload.objects.filter(shop=shop, why_now=WHY, done_at=at).order_by("pk")
    rows = [
        upload.shipment for upload in uploads.select_related("shipment__package__order", "shipment__carrier")
    ]
    if not rows:
        raise NothingToExport(_("There is no such file."))
    return _file(shop=shop, shipments=rows, kind=kind, at=at)


def given_out(*, shop: Shop) -> list[dict[str, object]]:
    """The last files of a shop: when, and how many numbers."""
    files = TrackingUpload.objects.filter(shop=shop, why_now=WHY).values("done_at")
    return list(files.annotate(count=Count("pk")).order_by("-done_at")[:30])


def _file(*, shop: Shop, shipments: list[Shipment], kind: FileKind, at: datetime) -> TrackingFile:
    rows = [
        TrackingRow(
            platform_order_id=shipment.package.order.platform_order_id,
            tracking_number=shipment.tracking_number,
            shipping_provider_name=shipment.carrier_name,
        )
        for shipment in shipments
    ]
    return TrackingFile(
        name=f"tracking-{shop.slug}-{at:%Y%m%d-%H%M%S}.{kind.value}",
        content=seller_center_export.tracking_file(rows=rows, kind=kind),
        content_type=kind.content_type,
        count=len(rows),
    )
