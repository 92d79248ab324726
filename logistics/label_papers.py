"""Papers that we draw: the seller's own label (100 × 150 mm) and the driver's list.

The buyer's name and address are read when a label is printed, and are kept nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from core import barcodes, pdf
from logistics.models import Manifest, ManifestLine, Shipment
from orders.models import BuyerContact, PackageLine
from tenancy.models import Shop

BARCODE_MM = 92.0


@dataclass(frozen=True)
class LabelPage:
    """One label as the template draws it."""

    number: str
    barcode: str
    carrier: str
    shop: str
    name: str
    phone: str
    address: tuple[str, ...]
    region: str
    order: str
    package: str
    weight_g: int | None
    contents: str
    is_address_missing: bool


def own_labels(shipments: Sequence[Shipment]) -> bytes:
    """The labels of these parcels in the given order, one page each."""
    order_ids = [shipment.package.order_id for shipment in shipments]
    contacts = {contact.order_id: contact for contact in BuyerContact.objects.filter(order_id__in=order_ids)}
    shops = Shop.objects.in_bulk({shipment.shop_id for shipment in shipments})
    contents = _contents([shipment.package_id for shipment in shipments])
    pages = [
        _page(
            shipment,
            contact=contacts.get(shipment.package.order_id),
            shop=shops[shipment.shop_id].name,
            contents=contents.get(shipment.package_id, ""),
        )
        for shipment in shipments
    ]
    return pdf.render(render_to_string("logistics/label.html", {"pages": pages, "fonts": pdf.FONTS}))


def _page(shipment: Shipment, *, contact: BuyerContact | None, shop: str, contents: str) -> LabelPage:
    sealed = contact.sealed if contact and contact.sealed else {}
    lines = tuple(sealed.get("lines") or ()) or tuple(filter(None, [sealed.get("full_address", "")]))
    place = " ".join(
        filter(None, [sealed.get("postal_code", ""), contact.city, contact.province] if contact else [])
    )
    return LabelPage(
        number=shipment.tracking_number,
        barcode=barcodes.code128(shipment.tracking_number, width_mm=BARCODE_MM, height_mm=22),
        carrier=shipment.carrier_name,
        shop=shop,
        name=sealed.get("name", ""),
        phone=sealed.get("phone", ""),
        address=tuple(filter(None, (*lines, place))),
        region=contact.region_code if contact else "",
        order=shipment.package.order.platform_order_id,
        package=shipment.package.public_id,
        weight_g=shipment.weight_g,
        contents=contents,
        is_address_missing=not (sealed.get("name") and lines) or bool(contact and contact.is_masked),
    )


def _contents(package_ids: Sequence[int]) -> dict[int, str]:
    """What lies in each package, by seller SKU: for whoever opens a returned one."""
    found: dict[int, list[str]] = {}
    lines = PackageLine.objects.filter(package_id__in=package_ids).select_related("sku").order_by("pk")
    for line in lines:
        found.setdefault(line.package_id, []).append(f"{line.quantity} × {line.sku.seller_sku}")
    return {package_id: ", ".join(parts) for package_id, parts in found.items()}


def manifest_list(*, manifest: Manifest, zone: str, now: datetime) -> bytes:
    """The list that the driver signs."""
    lines = list(
        ManifestLine.objects.filter(manifest=manifest)
        .select_related("shipment__package__order", "shop")
        .order_by("scanned_at", "pk")
    )
    return pdf.render(
        render_to_string(
            "logistics/manifest_paper.html",
            {
                "manifest": manifest,
                "lines": lines,
                "total_g": sum(line.shipment.weight_g or 0 for line in lines),
                "barcode": barcodes.code128(manifest.number, width_mm=80, height_mm=14),
                "fonts": pdf.FONTS,
                "zone": zone,
                "now": now,
            },
        )
    )
