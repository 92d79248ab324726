"""Packing slips: what is in the parcel, in the buyer's language, under the shop's name and logo.

A slip bears the order's number and nothing of the buyer: whoever opens the parcel knows who they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import barcodes, ids, kept_files
from core.errors import RuleViolation
from orders.models import Package, PackageLine
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Shop
from warehouse import photos, slip_words
from warehouse.models import SlipLanguage, SlipTerms
from warehouse.slip_words import SlipWords

log = structlog.get_logger(__name__)

BARCODE_MM = 90.0
LOGO_PIXELS = 600
NOTE_LENGTH = 300


class BadSlipTerms(RuleViolation):
    """Not a language that slips are printed in, or a note too long for them."""

    code = "bad_slip_terms"


@dataclass(frozen=True)
class Item:
    """One line of a slip."""

    name: str
    variation: str
    sku: str
    quantity: int


@dataclass(frozen=True)
class Slip:
    """One parcel's slip as the template draws it."""

    words: SlipWords
    shop: str
    logo: str
    note: str
    order: str
    package: str
    barcode: str
    items: list[Item]

    @property
    def total(self) -> int:
        return sum(item.quantity for item in self.items)


def slips(packages: Sequence[Package]) -> list[Slip]:
    """The slips of these packages in their order, in four queries."""
    shops = Shop.objects.in_bulk({package.shop_id for package in packages})
    terms = {row.shop_id: row for row in SlipTerms.objects.filter(shop_id__in=shops)}
    items, pictures = _items([package.pk for package in packages]), logos(packages)
    found = []
    for package in packages:
        shop, wanted = shops[package.shop_id], terms.get(package.shop_id)
        language = slip_words.language_of(region=shop.region, chosen=wanted.language if wanted else "")
        found.append(
            Slip(
                words=slip_words.words_of(language),
                shop=shop.name,
                logo=str(shop.pk) if str(shop.pk) in pictures else "",
                note=wanted.note if wanted else "",
                order=package.order.platform_order_id,
                package=package.public_id,
                barcode=barcodes.code128(package.public_id, width_mm=BARCODE_MM, height_mm=12),
                items=items.get(package.pk, []),
            )
        )
    return found


def logos(packages: Sequence[Package]) -> dict[str, bytes]:
    """Shop id → its logo. A file that is gone leaves a slip with the name alone."""
    found = {}
    shops = {package.shop_id for package in packages}
    for row in SlipTerms.objects.filter(shop_id__in=shops).exclude(logo=""):
        try:
            found[str(row.shop_id)] = read_logo(row)
        except photos.NoSuchPhoto:
            log.warning("slips.logo_gone", shop_id=row.shop_id)
    return found


def read_logo(terms: SlipTerms) -> bytes:
    """The picture; raises NoSuchPhoto."""
    try:
        return kept_files.read(path=terms.logo)
    except OSError as error:
        raise photos.NoSuchPhoto(
            _("The file of the logo is gone. Choose it again on the page of slips.")
        ) from error


def _items(package_ids: Sequence[int]) -> dict[int, list[Item]]:
    """Package → its lines as the buyer knows them; the parts of a bundle bear their own names."""
    rows = list(
        PackageLine.objects.filter(package_id__in=package_ids)
        .select_related("order_line", "sku")
        .order_by("pk")
    )
    parts: dict[tuple[int, int], int] = {}
    for row in rows:
        key = (row.package_id, row.order_line_id)
        parts[key] = parts.get(key, 0) + 1
    found: dict[int, list[Item]] = {}
    for row in rows:
        is_part = parts[row.package_id, row.order_line_id] > 1
        name = row.sku.name if is_part else row.order_line.product_name or row.sku.name
        variation = row.sku.variation if is_part else row.order_line.variation
        found.setdefault(row.package_id, []).append(Item(name, variation, row.sku.seller_sku, row.quantity))
    return found


@transaction.atomic
def set_terms(
    *,
    shop_id: int,
    language: str,
    note: str,
    actor: Actor,
    now: datetime,
    logo: bytes | None = None,
    has_no_logo: bool = False,
) -> SlipTerms:
    """How this shop's slips look; `logo` is a new picture, without one the old one stays."""
    if language not in ("", *SlipLanguage.values):
        raise BadSlipTerms(_("Slips are not printed in this language. Choose another one."))
    if len(note.strip()) > NOTE_LENGTH:
        raise BadSlipTerms(_("The note has at most %(most)d characters.") % {"most": NOTE_LENGTH})
    terms, _is_new = SlipTerms.objects.get_or_create(shop_id=shop_id)
    terms.language, terms.note = language, note.strip()
    if logo is not None:
        terms.logo = kept_files.keep(
            folder="logos",
            seller_id=scoping.current().only_seller,
            name=f"{ids.public_id('lgo')}.jpg",
            content=photos.as_jpeg(logo, longest=LOGO_PIXELS),
        )
    elif has_no_logo:
        terms.logo = ""
    terms.save(update_fields=["language", "note", "logo"])
    audit.record(
        actor=actor,
        now=now,
        action="slips.changed",
        subject_type="shop",
        subject_id=shop_id,
        language=language,
    )
    return terms
