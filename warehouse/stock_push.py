"""Sellable quantities on their way to the listings: one row per listing, a newer figure replaces the waiting one.

A SKU that was never received or counted is never pushed: connecting a shop first must not empty its listings.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from catalog.models import BundleItem, Listing, ListingState
from core.http import RemoteError
from integrations import connections
from integrations.models import ShopLink
from integrations.ports import ItemResult, StockValue
from relay import effects
from relay.effects import EffectState, Outcome, Runner
from warehouse import sellable
from warehouse.models import StockPush

QUIET = timedelta(seconds=2)  # a listing in a live show is pushed at most this often
NO_SITE_RETRY_S = 300.0
UNMAPPED = "unmapped"


@dataclass(frozen=True)
class Plan:
    """What one call will say, as plain values: no database while it is said."""

    seller_id: int
    shop_id: int
    platform_product_id: str
    platform_sku_id: str
    quantities: dict[str, int]
    revision: int
    is_mapped: bool = True

    @property
    def total(self) -> int:
        return sum(self.quantities.values())


def ask_for_skus(*, sku_ids: Iterable[int], now: datetime) -> int:
    """The stock of these SKUs changed: ask for a push of every listing that sells them, alone or in a bundle."""
    ids = set(sku_ids)
    ids.update(BundleItem.objects.filter(component_id__in=ids).values_list("bundle_id", flat=True))
    listings = Listing.objects.filter(sku_id__in=ids)
    return ask_for_listings(listing_ids=listings.values_list("pk", flat=True), now=now)


@transaction.atomic
def ask_for_listings(*, listing_ids: Iterable[int], now: datetime) -> int:
    """Ask for a push of these listings where the figure is not the one sent last. Returns how many were asked."""
    listings = list(
        Listing.objects.filter(
            pk__in=list(listing_ids),
            is_stock_pushed=True,
            state=ListingState.ACTIVE,
            shop_id__in=list(ShopLink.objects.values_list("shop_id", flat=True)),
        )
    )
    wanted = {pk: sum(units.values()) for pk, units in sellable.quantities_of(listings=listings).items()}
    rows = {row.listing_id: row for row in StockPush.objects.lock().filter(listing_id__in=wanted)}
    fresh = [
        _new_row(listing, wanted[listing.pk], now=now)
        for listing in listings
        if listing.pk in wanted and listing.pk not in rows
    ]
    asked = [row for row in rows.values() if _ask_again(row, wanted[row.listing_id], now=now)]
    StockPush.objects.bulk_create(fresh, ignore_conflicts=True)
    StockPush.objects.update_many(
        asked, ["wanted", "asked_at", "revision", "effect_state", "attempts", "not_before"]
    )
    if fresh or asked:
        effects.wake_for(StockPush)
    return len(fresh) + len(asked)


@transaction.atomic
def end_unmapped(*, listing_ids: Iterable[int], now: datetime) -> int:
    """A listing that means no SKU has nothing to be told: its push ends, and says why. Mapped again, it is asked anew."""
    unmapped = Listing.objects.filter(pk__in=list(listing_ids), sku__isnull=True).order_by()
    rows = StockPush.objects.filter(listing_id__in=unmapped.values("pk")).exclude(
        effect_state=EffectState.DROPPED
    )
    return rows.update(
        effect_state=EffectState.DROPPED,
        sent=None,
        last_error_code=UNMAPPED,
        last_error="the listing means no SKU any more",
        done_at=now,
    )


def _new_row(listing: Listing, units: int, *, now: datetime) -> StockPush:
    return StockPush(
        shop_id=listing.shop_id,
        listing=listing,
        key=f"listing:{listing.pk}",
        wanted=units,
        asked_at=now,
        not_before=now,
        created_at=now,
    )


def _ask_again(row: StockPush, units: int, *, now: datetime) -> bool:
    """Change a row in memory for the newer figure; False when that is what was sent, or already waits."""
    is_waiting = row.effect_state in (EffectState.WAITING, EffectState.CLAIMED)
    if units == row.wanted and (is_waiting or row.sent == units):
        return False
    row.wanted, row.asked_at, row.revision = units, now, row.revision + 1
    if not is_waiting:
        row.effect_state, row.attempts = EffectState.WAITING, 0
        row.not_before = max(now, row.done_at + QUIET) if row.done_at else now
    return True


def _prepare(pushes: Sequence[StockPush]) -> None:
    """Work the figures out as late as possible, in the claiming transaction."""
    listings = {row.pk: row for row in Listing.objects.filter(pk__in=[push.listing_id for push in pushes])}
    quantities = sellable.quantities_of(listings=list(listings.values()))
    for push in pushes:
        listing = listings[push.listing_id]
        push.prepared = Plan(
            seller_id=push.seller_id,
            shop_id=push.shop_id,
            platform_product_id=listing.platform_product_id,
            platform_sku_id=listing.platform_sku_id,
            quantities=quantities.get(listing.pk, {}),
            revision=push.revision,
            is_mapped=listing.sku_id is not None,
        )


def _call(pushes: Sequence[StockPush]) -> list[Outcome]:
    """One call per shop and product. Setting an absolute figure twice is harmless."""
    outcomes = [_nothing_to_say(push) for push in pushes if not push.prepared.quantities]
    groups: dict[tuple[int, str], list[StockPush]] = defaultdict(list)
    for push in pushes:
        if push.prepared.quantities:
            groups[push.prepared.shop_id, push.prepared.platform_product_id].append(push)
    for group in groups.values():
        outcomes += _set_one_product(group)
    return outcomes


def _nothing_to_say(push: StockPush) -> Outcome:
    if not push.prepared.is_mapped:
        return Outcome(push.pk, data={"is_unmapped": True})
    return Outcome(
        push.pk, is_done=False, retry_after_s=NO_SITE_RETRY_S, code="no_site", message="no warehouse known"
    )


def _set_one_product(group: Sequence[StockPush]) -> list[Outcome]:
    plan = group[0].prepared
    values = [
        StockValue(
            platform_product_id=push.prepared.platform_product_id,
            platform_sku_id=push.prepared.platform_sku_id,
            quantities=push.prepared.quantities,
        )
        for push in group
    ]
    try:
        client = connections.shop_client(seller_id=plan.seller_id, shop_id=plan.shop_id)
        results = client.set_stock(platform_product_id=plan.platform_product_id, values=values)
    except RemoteError as error:
        return [Outcome.of_error(push.pk, error) for push in group]
    by_sku = {result.item_id: result for result in results}
    return [_outcome(push, by_sku[push.prepared.platform_sku_id]) for push in group]


def _outcome(push: StockPush, result: ItemResult) -> Outcome:
    if not (result.is_ok or result.is_derived):
        return Outcome.refused(push.pk, code=result.code, message=result.message)
    return Outcome(
        push.pk,
        data={
            "revision": push.prepared.revision,
            "sent": push.prepared.total,
            "is_derived": result.is_derived,
        },
    )


def _record(push: StockPush, outcome: Outcome, now: datetime) -> None:
    """Keep what was sent; a figure that changed while the call was out goes again."""
    if not outcome.is_done:
        return
    if outcome.data.get("is_unmapped"):
        if not end_unmapped(listing_ids=[push.listing_id], now=now):
            # Mapped again while nothing was being said: now there is something to say.
            push.effect_state, push.attempts, push.not_before = EffectState.WAITING, 0, now
            push.save(update_fields=["effect_state", "attempts", "not_before"])
        return
    if outcome.data["is_derived"]:
        # A virtual bundle at the platform: it follows its parts there, so there is nothing to push, now or later.
        Listing.objects.filter(pk=push.listing_id).update(is_stock_pushed=False)
        return
    push.sent = outcome.data["sent"]
    if push.revision != outcome.data["revision"]:
        push.effect_state, push.attempts, push.not_before = EffectState.WAITING, 0, now + QUIET
    else:
        push.wanted = push.sent
    push.save(update_fields=["sent", "wanted", "effect_state", "attempts", "not_before"])


effects.register(
    Runner(
        model=StockPush,
        call=_call,
        record=_record,
        prepare=_prepare,
        batch=50,
        queue="platform",
        order_by=("wanted", "not_before", "pk"),  # what is nearly sold out cannot wait
    )
)
