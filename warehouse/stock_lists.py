"""Reads for the stock pages: deliveries with their lines, counts with what was entered, lots with where they lie."""

from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet, Sum

from catalog.models import Sku
from warehouse.models import (
    BinLot,
    CountEntry,
    CountState,
    CountTask,
    Delivery,
    DeliveryLine,
    DeliveryState,
    Lot,
)

OVER = (DeliveryState.CLOSED, DeliveryState.CANCELLED)


def deliveries(*, is_over: bool = False) -> QuerySet[Delivery]:
    """What is coming, soonest first; or what came, newest first. With how much of it is there."""
    found = Delivery.objects.select_related("warehouse", "origin").annotate(
        expected_units=Sum("lines__expected"),
        received_units=Sum("lines__received"),
        line_count=Count("lines"),
        over_count=Count("lines", filter=Q(lines__received__gt=F("lines__expected"))),
        short_count=Count("lines", filter=Q(lines__received__lt=F("lines__expected"))),
    )
    if is_over:
        return found.filter(state__in=OVER).order_by("-closed_at", "-pk")
    return found.exclude(state__in=OVER).order_by(F("expected_on").asc(nulls_last=True), "pk")


def coming_count() -> int:
    return Delivery.objects.exclude(state__in=OVER).count()


def delivery_lines(*, delivery: Delivery) -> list[DeliveryLine]:
    """The lines with their SKUs and lots; what lacks most is on top."""
    rows = DeliveryLine.objects.filter(delivery=delivery).select_related("sku", "lot")
    return sorted(rows, key=lambda row: (row.left == 0, row.sku.seller_sku, row.pk))


def lots(*, words: str = "", tab: str = "") -> QuerySet[Lot]:
    """Lots that are somewhere, the first to expire on top; or those past their sell-by margin."""
    found = Lot.objects.select_related("sku").annotate(units=Sum("places__on_hand")).filter(units__gt=0)
    if words:
        found = found.filter(Q(code__icontains=words) | Q(sku__seller_sku__icontains=words))
    if tab == "withheld":
        found = found.filter(withheld_at__isnull=False)
    return found.order_by(F("expires_on").asc(nulls_last=True), "pk")


def places_of_lots(*, lot_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """Lot id → [(bin code, units)] in walk order."""
    found: dict[int, list[tuple[str, int]]] = {}
    rows = BinLot.objects.filter(lot_id__in=list(lot_ids), on_hand__gt=0)
    for lot_id, code, units in rows.order_by("bin__walk_order", "bin__code").values_list(
        "lot_id", "bin__code", "on_hand"
    ):
        found.setdefault(lot_id, []).append((code, units))
    return found


def lots_by_sku(*, sku_ids: Iterable[int]) -> dict[tuple[int, int], list[dict[str, object]]]:
    """(warehouse id, SKU id) → lots with their units, the first to expire first; in one query."""
    found: dict[tuple[int, int], list[dict[str, object]]] = {}
    rows = (
        BinLot.objects.filter(sku_id__in=list(sku_ids), on_hand__gt=0)
        .values("bin__warehouse_id", "sku_id", "lot__code", "lot__expires_on", "lot__withheld_at")
        .annotate(units=Sum("on_hand"))
        .order_by(F("lot__expires_on").asc(nulls_last=True), "lot__code")
    )
    for row in rows:
        lot = {
            "lot": row["lot__code"],
            "expires_on": row["lot__expires_on"],
            "on_hand": row["units"],
            "is_sellable": row["lot__withheld_at"] is None,
        }
        found.setdefault((row["bin__warehouse_id"], row["sku_id"]), []).append(lot)
    return found


def counts_to_decide() -> QuerySet[CountTask]:
    """Counts whose rounds are too far off: a manager may decide them."""
    found = CountTask.objects.filter(state__in=[CountState.SECOND, CountState.APPROVAL])
    return found.select_related("bin", "bin__warehouse", "sku").order_by("state", "made_at", "pk")


def count_entries(*, task: CountTask) -> QuerySet[CountEntry]:
    """What was entered, round by round."""
    return CountEntry.objects.filter(task=task).select_related("sku", "lot").order_by("round", "-at", "pk")


def things_in(*, task: CountTask) -> list[Sku]:
    """SKUs that a counter should look for in the bin: their names, never their figures."""
    if task.sku_id:
        return [task.sku]
    return list(
        Sku.objects.filter(bin_levels__bin_id=task.bin_id, bin_levels__on_hand__gt=0).order_by("seller_sku")
    )
