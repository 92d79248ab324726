"""Decisions of a person about listings: many of them mapped at once, SKUs made of them, what they are told about stock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import listings
from catalog.events import ListingMapped, ListingTermsChanged
from catalog.models import Listing, Sku
from core.errors import RuleViolation
from relay import outbox
from tenancy import audit
from tenancy.actors import Actor

BUFFER_AT_MOST = 1_000_000


class BadBuffer(RuleViolation):
    """Not a number of units."""

    code = "bad_buffer"


@dataclass(frozen=True)
class RowResult:
    """What became of one listing; `reason` says why it was left out."""

    listing: Listing
    reason: str = ""

    @property
    def is_done(self) -> bool:
        return not self.reason


@transaction.atomic
def map_many(*, wanted: Mapping[int, int], actor: Actor, now: datetime) -> list[RowResult]:
    """Map each listing to its SKU. What somebody else mapped since the page was made stays theirs."""
    usable = set(Sku.objects.filter(pk__in=set(wanted.values()), is_active=True).values_list("pk", flat=True))
    results, mapped = [], []
    for listing in Listing.objects.lock().filter(pk__in=list(wanted)):
        reason = ""
        if listing.sku_id is not None:
            reason = _("Somebody mapped it in the meantime.")
        elif wanted[listing.pk] not in usable:
            reason = _("The SKU is not in use any more.")
        else:
            listing.sku_id, listing.is_mapped_by_hand = wanted[listing.pk], True
            mapped.append(listing)
        results.append(RowResult(listing, reason))
    Listing.objects.bulk_update(mapped, ["sku", "is_mapped_by_hand"])
    audit.record_many(
        audit.entry(
            actor=actor,
            now=now,
            action="listing.mapped",
            subject_type="listing",
            subject_id=listing.pk,
            before=None,
            after=listing.sku_id,
        )
        for listing in mapped
    )
    outbox.publish_many(ListingMapped(listing_id=one.pk, sku_id=one.sku_id) for one in mapped)
    return results


@transaction.atomic
def make_skus(*, listing_ids: Collection[int], actor: Actor, now: datetime) -> list[RowResult]:
    """Make a SKU of each listing's seller SKU, or map it to the one that has this code already."""
    rows = list(Listing.objects.lock().filter(pk__in=list(listing_ids), sku__isnull=True))
    codes = {row.seller_sku for row in rows if row.seller_sku}
    known = dict(Sku.objects.filter(seller_sku__in=codes).values_list("seller_sku", "is_active"))
    listings.create_skus(listings=rows)
    made = Sku.objects.filter(seller_sku__in=codes - set(known)).order_by("pk")
    audit.record_many(
        audit.entry(
            actor=actor,
            now=now,
            action="sku.made",
            subject_type="sku",
            subject_id=sku.pk,
            seller_sku=sku.seller_sku,
        )
        for sku in made
    )
    return [RowResult(row, _why_left_out(row, known)) for row in rows]


def _why_left_out(listing: Listing, known: Mapping[str, bool]) -> str:
    if not listing.seller_sku:
        return _("It has no seller SKU in the shop: make its SKU by hand.")
    if known.get(listing.seller_sku) is False:
        return _("Our SKU with this code is not in use. Bring it back, or map another one.")
    return ""


@transaction.atomic
def set_terms(*, listing_id: int, buffer: int, is_stock_pushed: bool, actor: Actor, now: datetime) -> Listing:
    """How many units a listing never sells, and whether the shop is told its quantity at all."""
    if not 0 <= buffer <= BUFFER_AT_MOST:
        raise BadBuffer(
            _("A buffer is a number of units from 0 to %(most)d.") % {"most": BUFFER_AT_MOST}, field="buffer"
        )
    listing = Listing.objects.lock().get(pk=listing_id)
    before = (listing.buffer, listing.is_stock_pushed)
    if before == (buffer, is_stock_pushed):
        return listing
    listing.buffer, listing.is_stock_pushed = buffer, is_stock_pushed
    listing.save(update_fields=["buffer", "is_stock_pushed"])
    audit.record(
        actor=actor,
        now=now,
        action="listing.terms_changed",
        subject_type="listing",
        subject_id=listing.pk,
        before=before,
        after=(buffer, is_stock_pushed),
    )
    outbox.publish(ListingTermsChanged(listing_id=listing.pk))
    return listing
