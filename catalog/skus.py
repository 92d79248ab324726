"""Our goods: made, changed, given barcodes and components, taken out of use."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import listings
from catalog.models import Barcode, BundleItem, Listing, Sku
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor

BARCODES_AT_MOST = 20


class BadSku(RuleViolation):
    """The SKU cannot be kept like this. `field` names what is wrong."""

    code = "bad_sku"


@dataclass(frozen=True)
class SkuFacts:
    """What a person says about a SKU."""

    seller_sku: str
    name: str
    variation: str = ""
    image_url: str = ""
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    is_active: bool = True


@transaction.atomic
def save(
    *,
    sku_id: int | None,
    facts: SkuFacts,
    barcodes: Sequence[str],
    components: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> Sku:
    """Make or change a SKU with its barcodes and, for a bundle, its components (SKU code → units)."""
    sku = Sku() if sku_id is None else Sku.objects.lock().get(pk=sku_id)
    _refuse_taken_code(sku, facts.seller_sku)
    before = {name: getattr(sku, name) for name in asdict(facts)} if sku.pk else {}
    for name, value in asdict(facts).items():
        setattr(sku, name, value)
    sku.is_bundle = bool(components)
    sku.save()
    _set_barcodes(sku, barcodes)
    _set_components(sku, components)
    audit.record(
        actor=actor,
        now=now,
        action="sku.saved" if before else "sku.made",
        subject_type="sku",
        subject_id=sku.pk,
        changed=sorted(name for name, value in before.items() if getattr(sku, name) != value),
    )
    if not before:
        listings.auto_map(sku_ids=[sku.pk])
    return sku


def _refuse_taken_code(sku: Sku, code: str) -> None:
    if Sku.objects.filter(seller_sku__iexact=code).exclude(pk=sku.pk).exists():
        raise BadSku(_("There is a SKU %(code)s already.") % {"code": code}, field="seller_sku")


def _set_barcodes(sku: Sku, wanted: Sequence[str]) -> None:
    codes = list(dict.fromkeys(code.strip() for code in wanted if code.strip()))
    if len(codes) > BARCODES_AT_MOST:
        raise BadSku(_("At most %(most)d barcodes.") % {"most": BARCODES_AT_MOST}, field="barcodes")
    taken = Barcode.objects.filter(code__in=codes).exclude(sku=sku).select_related("sku").first()
    if taken is not None:
        raise BadSku(
            _("Barcode %(code)s belongs to %(sku)s already: a scan must mean one thing.")
            % {"code": taken.code, "sku": taken.sku.seller_sku},
            field="barcodes",
        )
    Barcode.objects.filter(sku=sku).exclude(code__in=codes).delete()
    known = set(Barcode.objects.filter(sku=sku).values_list("code", flat=True))
    Barcode.objects.bulk_create(Barcode(sku=sku, code=code) for code in codes if code not in known)


def _set_components(sku: Sku, wanted: Mapping[str, int]) -> None:
    found = {one.seller_sku: one for one in Sku.objects.filter(seller_sku__in=list(wanted))}
    unknown = sorted(set(wanted) - found.keys())
    if unknown:
        raise BadSku(_("There is no SKU %(code)s.") % {"code": ", ".join(unknown)}, field="components")
    if sku.seller_sku in wanted or any(one.is_bundle for one in found.values()):
        raise BadSku(_("A bundle is made of plain SKUs other than itself."), field="components")
    if wanted and BundleItem.objects.filter(component=sku).exists():
        raise BadSku(_("This SKU is part of a bundle; it cannot become one."), field="components")
    BundleItem.objects.filter(bundle=sku).exclude(component__in=found.values()).delete()
    BundleItem.objects.bulk_create(
        (BundleItem(bundle=sku, component=found[code], quantity=units) for code, units in wanted.items()),
        update_conflicts=True,
        unique_fields=["seller", "bundle", "component"],
        update_fields=["quantity"],
    )


@transaction.atomic
def set_buffer(*, listing_id: int, buffer: int, is_pushed: bool, actor: Actor, now: datetime) -> Listing:
    """How many units a listing keeps back, and whether we tell it quantities at all."""
    listing = Listing.objects.lock().get(pk=listing_id)
    listing.buffer, listing.is_stock_pushed = buffer, is_pushed
    listing.save(update_fields=["buffer", "is_stock_pushed"])
    audit.record(
        actor=actor,
        now=now,
        action="listing.buffer_set",
        subject_type="listing",
        subject_id=listing.pk,
        buffer=buffer,
        is_pushed=is_pushed,
    )
    return listing


def suggestions(*, unmapped: Sequence[Listing], skus: Sequence[Sku]) -> dict[int, Sku]:
    """Listing id → the SKU it probably means: an equal code first, else one that differs in case and signs only."""
    exact = {sku.seller_sku: sku for sku in skus}
    bare: dict[str, Sku] = {}
    for sku in skus:
        bare.setdefault(_bare(sku.seller_sku), sku)
    found = {}
    for listing in unmapped:
        wanted = _bare(listing.seller_sku)
        sku = exact.get(listing.seller_sku) or (bare.get(wanted) if wanted else None)
        if sku is None and len(wanted) >= 4:
            near = [
                one for code, one in bare.items() if len(code) >= 4 and (code in wanted or wanted in code)
            ]
            sku = near[0] if len(near) == 1 else None
        if sku is not None:
            found[listing.pk] = sku
    return found


def _bare(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isalnum())
