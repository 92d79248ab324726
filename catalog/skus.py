"""Our goods: made, changed, taken out of use, and what a scanner reads on them. Every change is in the audit list.

A code, printed or typed, means one SKU: a barcode is never another SKU's code, nor the other way round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog import bundles, listings, selectors
from catalog.events import SkuReady
from catalog.models import Barcode, BundleItem, Listing, ListingState, Sku
from core.errors import RuleViolation
from relay import outbox
from tenancy import audit
from tenancy.actors import Actor

BARCODES_AT_MOST = 20
CODE_LENGTH = 80


class BadSku(RuleViolation):
    """The SKU cannot be kept like this. `field` names what is wrong."""

    code = "bad_sku"


class CodeTaken(BadSku):
    """The code means another SKU already."""

    code = "code_taken"


class SkuInUse(BadSku):
    """Something still sells or contains this SKU."""

    code = "sku_in_use"


@dataclass(frozen=True)
class SkuFacts:
    """What a person says about a SKU; weight and size are those of one unit ready to pack."""

    seller_sku: str
    name: str
    variation: str = ""
    image_url: str = ""
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    material: str = ""
    is_by_lot: bool = False
    sell_by_days: int = 0
    is_active: bool = True


@transaction.atomic
def save(
    *,
    sku_id: int | None,
    facts: SkuFacts,
    barcodes: Sequence[str],
    components: Mapping[str, int],
    units_on_hand: int = 0,
    listing_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Sku:
    """Make or change a SKU with its barcodes and, for a bundle, its components (SKU code → units).

    The listing that it was made for, and unmapped listings with its code, mean it from now on.
    """
    wanted = bundles.resolve(components=components)
    locked = {one.pk: one for one in Sku.objects.lock().filter(pk__in=[pk for pk in (sku_id, *wanted) if pk])}
    sku = locked[sku_id] if sku_id else Sku()
    _refuse_forgetting_lots(sku, facts, units_on_hand=units_on_hand)
    changes = _set_facts(sku, facts)
    added, removed = _set_barcodes(sku, barcodes)
    contents = bundles.set_components(bundle=sku, units=wanted, units_on_hand=units_on_hand)
    if changes or added or removed or contents is not None:
        audit.record(
            actor=actor,
            now=now,
            action="sku.saved" if sku_id else "sku.made",
            subject_type="sku",
            subject_id=sku.pk,
            seller_sku=sku.seller_sku,
            **({"changes": changes} if sku_id and changes else {}),
            **({"barcodes_added": added} if added else {}),
            **({"barcodes_removed": removed} if removed else {}),
            **({"components": contents} if contents is not None else {}),
        )
    if listing_id:
        listings.map_listing(listing_id=listing_id, sku_id=sku.pk, actor=actor, now=now)
    if sku.is_active and {"seller_sku", "is_active"} & set(changes):
        listings.auto_map(sku_ids=[sku.pk])
    if sku.is_active and (contents is not None or {"seller_sku", "is_active"} & set(changes)):
        outbox.publish(SkuReady(sku_id=sku.pk))
    return sku


@transaction.atomic
def bring_back(*, sku_id: int, actor: Actor, now: datetime) -> Sku:
    """Take a SKU into use again. Safe to repeat."""
    sku = Sku.objects.lock().get(pk=sku_id)
    if sku.is_active:
        return sku
    sku.is_active = True
    sku.save(update_fields=["is_active"])
    audit.record(
        actor=actor,
        now=now,
        action="sku.saved",
        subject_type="sku",
        subject_id=sku.pk,
        seller_sku=sku.seller_sku,
        changes={"is_active": [False, True]},
    )
    listings.auto_map(sku_ids=[sku.pk])
    outbox.publish(SkuReady(sku_id=sku.pk))
    return sku


def _set_facts(sku: Sku, facts: SkuFacts) -> dict[str, list[object]]:
    """Write what differs. Returns column → [before, after]."""
    is_new = sku.pk is None
    wanted = {**asdict(facts), "seller_sku": _checked(facts.seller_sku, field="seller_sku")}
    changes = {
        name: [None if is_new else getattr(sku, name), value]
        for name, value in wanted.items()
        if is_new or getattr(sku, name) != value
    }
    if "seller_sku" in changes:
        _refuse_taken(wanted["seller_sku"], sku, field="seller_sku")
    if not is_new and not facts.is_active and "is_active" in changes:
        _refuse_in_use(sku)
    if not is_new and facts.material and "material" in changes:
        _refuse_sold(sku)
    for name, value in wanted.items():
        setattr(sku, name, value)
    if changes:
        _write(sku, columns=None if is_new else list(changes))
    return changes


def _write(sku: Sku, *, columns: list[str] | None) -> None:
    """Somebody else may have taken the code in this moment: the constraint decides."""
    try:
        with transaction.atomic():
            sku.save(update_fields=columns)
    except IntegrityError as error:
        owner = Sku.objects.filter(seller_sku=sku.seller_sku).exclude(pk=sku.pk).first()
        if owner is None:
            raise
        raise _taken(sku.seller_sku, owner, field="seller_sku") from error


def _set_barcodes(sku: Sku, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    codes = list(dict.fromkeys(_checked(code, field="barcodes") for code in wanted))
    if len(codes) > BARCODES_AT_MOST:
        raise BadSku(_("At most %(most)d barcodes.") % {"most": BARCODES_AT_MOST}, field="barcodes")
    known = list(Barcode.objects.filter(sku=sku).order_by("pk").values_list("code", flat=True))
    added = [code for code in codes if code not in known]
    removed = [code for code in known if code not in codes]
    for code in added:
        _refuse_taken(code, sku, field="barcodes")
    Barcode.objects.filter(sku=sku, code__in=removed).delete()
    for code in added:
        barcode, is_new = Barcode.objects.get_or_create(code=code, defaults={"sku": sku})
        if not is_new:
            raise _taken(code, barcode.sku, field="barcodes")
    return added, removed


def _checked(code: str, *, field: str) -> str:
    code = code.strip()
    if not code or len(code) > CODE_LENGTH or not code.isprintable():
        raise BadSku(
            _("A code has 1 to %(most)d letters, digits or signs, on one line.") % {"most": CODE_LENGTH},
            field=field,
        )
    return code


def _refuse_taken(code: str, sku: Sku, *, field: str) -> None:
    owner = selectors.skus_of_code(code=code).exclude(pk=sku.pk).first()
    if owner:
        raise _taken(code, owner, field=field)


def _taken(code: str, owner: Sku, *, field: str) -> CodeTaken:
    return CodeTaken(
        _("“%(code)s” means the SKU %(sku)s (%(name)s) already: a scan must mean one thing.")
        % {"code": code, "sku": owner.seller_sku, "name": owner.name},
        field=field,
    )


def _refuse_forgetting_lots(sku: Sku, facts: SkuFacts, *, units_on_hand: int) -> None:
    """What lies there by lot would lie there by none."""
    if sku.pk and sku.is_by_lot and not facts.is_by_lot and units_on_hand:
        raise BadSku(
            _("%(units)d units lie in the warehouse by lot. Count or send them out before lots are given up.")
            % {"units": units_on_hand},
            field="is_by_lot",
        )


def _refuse_in_use(sku: Sku) -> None:
    held = BundleItem.objects.filter(component=sku, bundle__is_active=True).select_related("bundle").first()
    if held:
        raise SkuInUse(
            _("The bundle %(bundle)s contains it. Take it out of the bundle first.")
            % {"bundle": held.bundle.seller_sku},
            field="is_active",
        )
    listing = Listing.objects.filter(sku=sku, state=ListingState.ACTIVE).select_related("shop").first()
    if listing:
        raise SkuInUse(
            _("“%(listing)s” in %(shop)s still sells it. End the listing or unmap it first.")
            % {"listing": listing, "shop": listing.shop.name},
            field="is_active",
        )


def _refuse_sold(sku: Sku) -> None:
    """What packing uses up is not sold: its stock would promise units that lie under the tape."""
    if sku.is_bundle or BundleItem.objects.filter(component=sku).exists():
        raise SkuInUse(_("A bundle, or a part of one, cannot be a packing material."), field="material")
    if Listing.objects.filter(sku=sku, state=ListingState.ACTIVE).exists():
        raise SkuInUse(_("A listing sells it: it cannot be a packing material."), field="material")
