"""Where goods that came in should lie: shelves in the order in which they are advised, each with its reason.

`ranked` decides without a query; `advise` loads what it looks at. Goods kept by lot get one lot a shelf.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from catalog.models import Sku
from warehouse import lots, pick_history
from warehouse.models import Bin, BinKind, BinLevel, Lot, MovementReason, StockMovement, Warehouse

ADVISED = 4
PICKS_LOOKED_AT = 300  # the newest ones of a SKU say where it is picked
EMPTY_LOOKED_AT = 300


@dataclass(frozen=True)
class Shelf:
    """A shelf as the advice sees it. `picks`: lines of this SKU that were lately picked there."""

    bin_id: int
    code: str
    walk_order: int = 0
    aisle: int = 0
    cell: int = 0
    block: int = 1
    own: int = 0  # units of this SKU
    others: tuple[str, ...] = ()  # codes of what else lies there
    other_lots: tuple[str, ...] = ()  # of this SKU
    picks: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.own or self.others)


@dataclass(frozen=True)
class Ground:
    """Measures of the building, for the way between two shelves."""

    aisle_mm: int
    cell_mm: int
    cross_mm: int
    entry_aisle: int
    cells: int  # of the longest aisle


@dataclass(frozen=True)
class Advice:
    """A shelf to carry the goods to, and why."""

    bin_id: int
    code: str
    reason: str


def ranked(*, shelves: Sequence[Shelf], ground: Ground, lot: str = "", most: int = ADVISED) -> list[Advice]:
    """The pick face first, then shelves that hold the same goods, then empty ones from the nearest on."""
    picked = max(shelves, key=lambda one: (one.picks, one.own, -one.walk_order), default=None)
    heart = picked if picked and (picked.picks or picked.own) and picked.aisle else None
    fitting = [one for one in shelves if not one.other_lots]

    def far(one: Shelf) -> tuple[bool, int, int]:
        return not one.aisle, _way_mm(one, heart, ground), one.walk_order

    face = [one for one in fitting if one is picked and one.picks and (one.own or one.is_empty)]
    same = sorted(
        (one for one in fitting if one.own and one not in face), key=lambda one: (-one.picks, *far(one))
    )
    empty = sorted((one for one in fitting if one.is_empty and one not in face), key=far)
    found = [Advice(one.bin_id, one.code, _of_face(one)) for one in face]
    found += [Advice(one.bin_id, one.code, _of_same(one, lot)) for one in same]
    found += [
        Advice(one.bin_id, one.code, _of_empty(one, heart, ground, lot))
        for one in empty[: max(most - len(found), 1)]
    ]
    return found[:most]


def _way_mm(one: Shelf, heart: Shelf | None, ground: Ground) -> int:
    """The way from where the goods are picked; without that from where walks begin."""
    to = heart or Shelf(0, "", aisle=ground.entry_aisle)
    across = abs(one.aisle - to.aisle) * ground.aisle_mm
    if one.block != to.block:
        first, second = (one, to) if one.block < to.block else (to, one)
        return across + (ground.cells + 1 - first.cell + second.cell) * ground.cell_mm + ground.cross_mm
    if one.aisle == to.aisle:
        return abs(one.cell - to.cell) * ground.cell_mm
    front = one.cell + to.cell
    return across + min(front, 2 * (ground.cells + 1) - front) * ground.cell_mm


def _of_face(one: Shelf) -> str:
    if one.own:
        text = _("Its pick face: lines lately picked here %(picks)d, units left %(units)d.")
        return text % {"picks": one.picks, "units": one.own}
    return _("Its pick face, empty now: lines lately picked here %(picks)d.") % {"picks": one.picks}


def _of_same(one: Shelf, lot: str) -> str:
    if lot:
        return _("Here already: %(units)d of lot %(lot)s.") % {"units": one.own, "lot": lot}
    return _("Here already: %(units)d of it.") % {"units": one.own}


def _of_empty(one: Shelf, heart: Shelf | None, ground: Ground, lot: str) -> str:
    values = {
        "meters": round(_way_mm(one, heart, ground) / 1000),
        "bin": heart.code if heart else "",
        "lot": lot,
    }
    if not one.aisle:
        return _("Empty.")
    if lot and heart:
        return _("Empty, so that lot %(lot)s lies alone; %(meters)d m from %(bin)s.") % values
    if heart and not values["meters"]:
        return _("Empty, and right beside %(bin)s, where it is picked.") % values
    if heart:
        return _("Empty, and the nearest to where it is picked: %(meters)d m from %(bin)s.") % values
    return _("Empty, and near to where walks begin: %(meters)d m.") % values


def advise(*, warehouse: Warehouse, sku: Sku, lot: Lot | None, now: datetime) -> list[Advice]:
    """For goods of this SKU (and lot) that stand at the dock."""
    picks = _picks(warehouse, sku, now=now)
    bins = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF, is_active=True)
    bins = bins.exclude(zone__is_forward=True)  # these are for live shows
    holding = BinLevel.objects.filter(sku=sku, on_hand__gt=0, bin__in=bins).values("bin_id")
    rows = list((bins.filter(pk__in=holding) | bins.filter(pk__in=list(picks))).order_by("walk_order", "pk"))
    known = _described(rows, sku, lot, picks)
    heart = max(known, key=lambda one: (one.picks, one.own), default=None)
    aisle = heart.aisle if heart and heart.aisle else warehouse.entry_aisle
    seen = {one.bin_id for one in known}
    known += [
        Shelf(row.pk, row.code, row.walk_order, row.aisle, row.cell, row.block)
        for row in _empty(bins, aisle=aisle)
        if row.pk not in seen
    ]
    longest = bins.order_by("-cell").values_list("cell", flat=True).first() or 0
    ground = Ground(
        warehouse.aisle_mm, warehouse.cell_mm, warehouse.cross_mm, warehouse.entry_aisle, cells=longest
    )
    return ranked(shelves=known, ground=ground, lot=lot.code if lot else "")


def _picks(warehouse: Warehouse, sku: Sku, *, now: datetime) -> Counter[int]:
    """Bin id → lines of the newest picks that came from there."""
    rows = StockMovement.objects.filter(
        sku=sku,
        warehouse=warehouse,
        reason=MovementReason.PICKED,
        quantity__lt=0,
        at__gt=now - pick_history.WINDOW,
    ).order_by("-at")
    return Counter(rows.values_list("bin_id", flat=True)[:PICKS_LOOKED_AT])


def _described(rows: Sequence[Bin], sku: Sku, lot: Lot | None, picks: Counter[int]) -> list[Shelf]:
    ids = [row.pk for row in rows]
    own: dict[int, int] = {}
    others: dict[int, list[str]] = defaultdict(list)
    levels = BinLevel.objects.filter(bin_id__in=ids, on_hand__gt=0).order_by("sku__seller_sku")
    for bin_id, sku_id, code, units in levels.values_list("bin_id", "sku_id", "sku__seller_sku", "on_hand"):
        if sku_id == sku.pk:
            own[bin_id] = units
        else:
            others[bin_id].append(code)
    strange = other_lots(sku=sku, lot=lot, bin_ids=own)
    return [
        Shelf(
            row.pk,
            row.code,
            row.walk_order,
            row.aisle,
            row.cell,
            row.block,
            own.get(row.pk, 0),
            tuple(others[row.pk]),
            strange.get(row.pk, ()),
            picks[row.pk],
        )
        for row in rows
    ]


def other_lots(*, sku: Sku, lot: Lot | None, bin_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Bin → codes of other lots of this SKU in it (— for goods of no known lot); goods not kept by lot have none."""
    ids = list(bin_ids)
    if not sku.is_by_lot or not ids:
        return {}
    levels = BinLevel.objects.filter(bin_id__in=ids, sku=sku).values_list("bin_id", "on_hand")
    on_hand = {(bin_id, sku.pk): units for bin_id, units in levels}
    held = lots.held_in(pairs=on_hand, on_hand=on_hand)
    codes = dict(Lot.objects.filter(sku=sku, places__bin_id__in=ids).values_list("pk", "code"))
    wanted = lot.pk if lot else None
    found = {
        bin_id: tuple(
            sorted(codes.get(one.lot_id, "—") for one in rows if one.units > 0 and one.lot_id != wanted)
        )
        for (bin_id, _sku), rows in held.items()
    }
    return {bin_id: strange for bin_id, strange in found.items() if strange}


def _empty(bins: QuerySet[Bin], *, aisle: int) -> QuerySet[Bin]:
    """Empty shelves, those of the nearest aisles first; such without a place come last."""
    full = BinLevel.objects.filter(on_hand__gt=0, bin__in=bins).values("bin_id")
    unplaced = ExpressionWrapper(Q(aisle=0), output_field=BooleanField())
    away = Abs(F("aisle") - aisle)
    return bins.exclude(pk__in=full).order_by(unplaced, away, "walk_order", "pk")[:EMPTY_LOOKED_AT]


def on_shelves(*, warehouse_id: int, sku_ids: Iterable[int]) -> dict[int, int]:
    """SKU id → units on the shelves of this warehouse."""
    rows = BinLevel.objects.filter(
        sku_id__in=list(sku_ids), bin__warehouse_id=warehouse_id, bin__kind=BinKind.SHELF
    )
    return dict(
        rows.values("sku_id").order_by().annotate(units=Sum("on_hand")).values_list("sku_id", "units")
    )
