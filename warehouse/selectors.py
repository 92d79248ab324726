"""Reads of stock, movements, waves and bins, for pages and REST of any app."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum

from catalog.models import Barcode, Sku
from orders.models import Package, PackageState
from warehouse import allocation
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    Carton,
    CountState,
    CountTask,
    LearnedWeight,
    MovementReason,
    PackPhoto,
    PackRecord,
    PickList,
    PickMode,
    PickTask,
    PickTaskState,
    PutBackTask,
    Reservation,
    ReservationState,
    SortSlot,
    StockLevel,
    StockMovement,
    Warehouse,
    Wave,
    WaveState,
)


def warehouses() -> QuerySet[Warehouse]:
    return Warehouse.objects.filter(is_active=True).order_by("-is_default", "name")


def stock_levels() -> QuerySet[StockLevel]:
    """Warehouse × SKU, by SKU."""
    return StockLevel.objects.select_related("sku", "warehouse").order_by("sku__seller_sku", "pk")


LOW = Q(safety_stock__gt=0) & Q(on_hand__lt=F("reserved") + F("withheld") + F("safety_stock"))
NONE_LEFT = Q(on_hand__lte=F("reserved") + F("withheld"))
COUNTABLE = (CountState.OPEN, CountState.SECOND)
UNCOUNTED = Q(first_counted_at__isnull=True)


def stock_page(*, words: str = "", warehouse_id: int | None = None, tab: str = "") -> QuerySet[StockLevel]:
    """The stock table: filtered by a part of code, name or barcode, by warehouse, and by what needs care."""
    found = stock_levels()
    if warehouse_id:
        found = found.filter(warehouse_id=warehouse_id)
    if words:
        found = found.filter(sku_matches(words, "sku__"))
    return {"low": found.filter(LOW), "out": found.filter(NONE_LEFT)}.get(tab, found)


def sku_matches(words: str, at: str = "") -> Q:
    """A SKU by a part of its code or name, or by its barcode; `at`: the way to it, such as `sku__`."""
    barcodes = Barcode.objects.filter(code=words).values("sku_id")
    return (
        Q(**{f"{at}seller_sku__icontains": words})
        | Q(**{f"{at}name__icontains": words})
        | Q(**{f"{at}pk__in": barcodes})
    )


def stock_counts(*, warehouse_id: int | None = None) -> dict[str, int]:
    """How many levels there are, how many are low, and how many have nothing left."""
    found = StockLevel.objects.filter(**({"warehouse_id": warehouse_id} if warehouse_id else {}))
    return found.aggregate(all=Count("pk"), low=Count("pk", filter=LOW), out=Count("pk", filter=NONE_LEFT))


def low_stock_count() -> int:
    """SKUs under their safety line: the home page."""
    return StockLevel.objects.filter(LOW).count()


def available_by_sku(*, sku_ids: Iterable[int]) -> dict[int, int]:
    """Available units of SKUs over all warehouses."""
    rows = StockLevel.objects.filter(sku_id__in=list(sku_ids)).values("sku_id").order_by()
    found = rows.annotate(units=Sum(F("on_hand") - F("reserved") - F("withheld")))
    return {row["sku_id"]: row["units"] for row in found}


def movements(
    *, sku_id: int | None = None, reason: str = "", warehouse_id: int | None = None
) -> QuerySet[StockMovement]:
    """The ledger, newest first."""
    found = StockMovement.objects.select_related("sku", "bin", "warehouse", "lot").order_by("-at", "-pk")
    wanted = {"sku_id": sku_id, "reason": reason, "warehouse_id": warehouse_id}
    return found.filter(**{name: value for name, value in wanted.items() if value})


def bins_of_sku(*, sku_id: int) -> QuerySet[BinLevel]:
    """Where a SKU lies."""
    found = BinLevel.objects.filter(sku_id=sku_id, on_hand__gt=0).select_related("bin", "bin__warehouse")
    return found.order_by("bin__walk_order", "bin__code")


def bins_by_sku(*, sku_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """SKU id → [(bin code, units)] in walk order, for the lines of an order, in one query."""
    found: dict[int, list[tuple[str, int]]] = {}
    rows = BinLevel.objects.filter(sku_id__in=list(sku_ids), on_hand__gt=0)
    rows = rows.order_by("bin__walk_order", "bin__code")
    for sku_id, code, units in rows.values_list("sku_id", "bin__code", "on_hand"):
        found.setdefault(sku_id, []).append((code, units))
    return found


def bins(*, among: QuerySet[Bin], words: str = "", kind: str = "") -> QuerySet[Bin]:
    """Bins (`layout.bins_in`) in walk order with what they hold."""
    found = among.select_related("zone", "warehouse").annotate(
        units=Sum("levels__on_hand"), skus=Count("levels", filter=Q(levels__on_hand__gt=0))
    )
    if words:
        found = found.filter(code__icontains=words)
    if kind in BinKind.values:
        found = found.filter(kind=kind)
    return found


def count_tasks(*, done: bool = False) -> QuerySet[CountTask]:
    """Counts that somebody should do, in walk order; or the settled ones, newest first."""
    found = CountTask.objects.select_related("bin", "bin__warehouse", "sku")
    if done:
        return found.filter(done_at__isnull=False).order_by("-done_at")
    return found.filter(state__in=COUNTABLE).order_by("bin__walk_order", "made_at")


def open_count_tasks() -> int:
    return CountTask.objects.filter(state__in=COUNTABLE).count()


def allocations(*, package_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Package id → the warehouse that serves it, and why."""
    rows = Reservation.objects.filter(package_id__in=list(package_ids)).exclude(
        state=ReservationState.RELEASED
    )
    return {
        package_id: {"warehouse": name, "why": allocation.reason_text(why)}
        for package_id, name, why in rows.values_list("package_id", "warehouse__name", "why")
    }


@dataclass(frozen=True)
class PickBin:
    """A bin that a wave chose for a package: how much of it was to be taken there, and how far that is."""

    code: str
    warehouse_id: int
    sku: str
    quantity: int
    picked: int
    is_short: bool  # the rest was not there


def pick_bins_of_packages(*, package_ids: Iterable[int]) -> dict[int, list[PickBin]]:
    """Package → its own bins in walking order; nothing before a wave has chosen them."""
    found: dict[int, list[PickBin]] = {}
    tasks = PickTask.objects.filter(package_id__in=list(package_ids)).exclude(state=PickTaskState.DROPPED)
    rows = tasks.order_by("sequence", "pk").values_list(
        "package_id",
        "bin__code",
        "bin__warehouse_id",
        "sku__seller_sku",
        "quantity",
        "picked_quantity",
        "state",
    )
    for package_id, *values, state in rows:
        found.setdefault(package_id, []).append(PickBin(*values, state == PickTaskState.SHORT))
    return found


def put_back_tasks() -> QuerySet[PutBackTask]:
    """Goods that belong on a shelf, by where they stand now."""
    found = PutBackTask.objects.filter(done_at__isnull=True).select_related(
        "sku", "source", "home", "package"
    )
    return found.order_by("source__code", "slot", "pk")


def waves(*, tab: str = "open") -> QuerySet[Wave]:
    """Waves: those that need someone, or those that are over."""
    over = (WaveState.DONE, WaveState.CANCELLED)
    found = Wave.objects.select_related("warehouse")
    if tab == "open":
        return found.exclude(state__in=over).order_by("first_due_at", "pk")
    return found.filter(state__in=over).order_by("-planned_at")


@dataclass(frozen=True)
class ListProgress:
    """How far one walk is, for the wave page."""

    pick_list: PickList
    lines: int
    lines_done: int
    units: int
    units_done: int

    @property
    def percent(self) -> int:
        return round(100 * self.units_done / self.units) if self.units else 100


def list_progress(*, wave_ids: Iterable[int]) -> dict[int, list[ListProgress]]:
    """Wave id → its walks with their progress, in one query."""
    tasks = ~Q(tasks__state=PickTaskState.DROPPED)
    lists = (
        PickList.objects.filter(wave_id__in=list(wave_ids))
        .annotate(
            line_count=Count("tasks", filter=tasks),
            open_count=Count("tasks", filter=Q(tasks__state=PickTaskState.OPEN)),
            unit_count=Sum("tasks__quantity", filter=tasks, default=0),
            unit_done=Sum("tasks__picked_quantity", filter=tasks, default=0),
        )
        .order_by("number")
    )
    found: dict[int, list[ListProgress]] = {}
    for row in lists:
        found.setdefault(row.wave_id, []).append(
            ListProgress(row, row.line_count, row.line_count - row.open_count, row.unit_count, row.unit_done)
        )
    return found


def wave_packages(*, wave: Wave) -> QuerySet[Package]:
    """Packages of a wave, most urgent first."""
    tasks = PickTask.objects.filter(pick_list__wave=wave).exclude(state=PickTaskState.DROPPED)
    found = Package.objects.filter(pk__in=tasks.values("package_id"))
    return (
        found.select_related("order", "shop")
        .prefetch_related("order__clock")
        .order_by("order__clock__due_at", "pk")
    )


def waiting_for_packing() -> QuerySet[Package]:
    """Packages at the pack station, most urgent first."""
    found = Package.objects.filter(state=PackageState.PICKED, is_stopped=False)
    return (
        found.select_related("order", "shop")
        .prefetch_related("order__clock")
        .order_by(F("order__clock__due_at").asc(nulls_last=True), "pk")
    )


@dataclass(frozen=True)
class FloorCounts:
    """What waits on the floor: the home page and the stations."""

    to_plan: int
    to_pick: int
    to_pack: int
    first_due_at: datetime | None


def floor_counts() -> FloorCounts:
    live = Package.objects.filter(is_stopped=False)
    counts = live.aggregate(
        to_plan=Count("pk", filter=Q(state=PackageState.ALLOCATED)),
        to_pick=Count("pk", filter=Q(state=PackageState.PICKING)),
        to_pack=Count("pk", filter=Q(state=PackageState.PICKED)),
    )
    first = live.filter(state=PackageState.ALLOCATED).order_by(F("order__clock__due_at").asc(nulls_last=True))
    return FloorCounts(**counts, first_due_at=first.values_list("order__clock__due_at", flat=True).first())


def places_of_packages(*, package_ids: Iterable[int]) -> dict[int, str]:
    """Package id → tote and slot, or the slot of the put wall, for lists of packages."""
    ids = list(package_ids)
    tasks = PickTask.objects.filter(package_id__in=ids).exclude(state=PickTaskState.DROPPED)
    rows = tasks.order_by("pk").values_list("package_id", "pick_list__tote_code", "slot", "pick_list__mode")
    found = {
        package_id: tote if mode == PickMode.BATCH else f"{tote}-{slot}"
        for package_id, tote, slot, mode in rows
        if tote
    }
    on_wall = SortSlot.objects.filter(package_id__in=ids, closed_at__isnull=True)
    return found | dict(on_wall.values_list("package_id", "bin__code"))


def find_sku(*, code: str) -> Sku | None:
    """A SKU by its code or barcode."""
    return (
        Sku.objects.filter(Q(seller_sku__iexact=code) | Q(barcodes__code=code)).order_by("pk").first()
        if code
        else None
    )


MATERIAL_DAYS = 14


def materials() -> QuerySet[Sku]:
    """Cartons, mailers, filler, tape: what packing uses up."""
    return Sku.objects.filter(is_active=True).exclude(material="").order_by("material", "seller_sku")


@dataclass(frozen=True)
class MaterialRow:
    """One material in one warehouse: what is left, and how long that will do at the pace of the last two weeks."""

    level: StockLevel
    used: int

    @property
    def is_low(self) -> bool:
        return self.level.safety_stock > 0 and self.level.on_hand < self.level.safety_stock

    @property
    def days_left(self) -> int | None:
        return self.level.on_hand * MATERIAL_DAYS // self.used if self.used else None


def material_rows(*, now: datetime) -> list[MaterialRow]:
    """Kept materials, by kind and code."""
    levels = stock_levels().filter(sku__in=materials(), first_counted_at__isnull=False)
    since = now - timedelta(days=MATERIAL_DAYS)
    moves = StockMovement.objects.filter(sku__in=materials(), reason=MovementReason.USED, at__gt=since)
    used = {
        (row["warehouse_id"], row["sku_id"]): -row["units"]
        for row in moves.order_by().values("warehouse_id", "sku_id").annotate(units=Sum("quantity"))
    }
    return [
        MaterialRow(level, used.get((level.warehouse_id, level.sku_id), 0))
        for level in levels.order_by("sku__material", "sku__seller_sku", "pk")
    ]


def low_materials() -> list[StockLevel]:
    """Materials under their line: the pack station and the home page."""
    return list(stock_levels().filter(LOW, sku__in=materials()))


def photos_of_packages(*, package_ids: Iterable[int]) -> dict[int, list[PackPhoto]]:
    """Package → its photos, oldest first."""
    found: dict[int, list[PackPhoto]] = {}
    for photo in PackPhoto.objects.filter(package_id__in=list(package_ids)).order_by("taken_at", "pk"):
        found.setdefault(photo.package_id, []).append(photo)
    return found


def sizes_of_packages(*, package_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Packed package → length, width, height of its carton in millimeters."""
    rows = PackRecord.objects.filter(package_id__in=list(package_ids), carton__isnull=False)
    sizes = rows.values_list("package_id", "carton__length_mm", "carton__width_mm", "carton__height_mm")
    return {package_id: tuple(size) for package_id, *size in sizes}


def carton_size(*, code: str) -> tuple[int, ...]:
    """Length, width, height of the carton with this key; empty when there is none."""
    rows = Carton.objects.filter(code=code, is_active=True)
    return rows.values_list("length_mm", "width_mm", "height_mm").first() or ()


def sites_of_packages(*, package_ids: Iterable[int]) -> dict[int, Warehouse]:
    """Package → the warehouse that serves it, in two queries."""
    rows = Reservation.objects.filter(package_id__in=list(package_ids)).exclude(
        state=ReservationState.RELEASED
    )
    named = dict(rows.order_by("pk").values_list("package_id", "warehouse_id"))
    sites = Warehouse.objects.in_bulk(set(named.values()))
    return {package_id: sites[site_id] for package_id, site_id in named.items()}


def learned_weight(*, sku_id: int) -> LearnedWeight | None:
    """What packed parcels taught about one unit; None before the first."""
    return LearnedWeight.objects.filter(sku_id=sku_id, parcels__gt=0).first()
