"""The only writer of stock: movements are appended, and both levels change in the same transaction.

A repeated key is a quiet no-op. Nothing goes into a bin that is out of use, nothing goes below zero in a bin or in a
warehouse, and nothing promised can be lost unnoticed: whoever takes out more than is free must shed reservations first
(`shortages.make_room`). Goods kept by lot move by lot; a movement that names none takes what expires first (`lot_book`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from relay import outbox
from tenancy.actors import Actor
from warehouse.events import StockChanged
from warehouse.lot_book import LotBook
from warehouse.models import Bin, BinLevel, BinLot, Lot, MovementReason, StockLevel, StockMovement

LevelKey = tuple[int, int]  # (warehouse id, SKU id)
_COUNTS_AS_COUNTED = frozenset({MovementReason.RECEIVED, MovementReason.COUNTED, MovementReason.TRANSFERRED})


class NotEnoughStock(RuleViolation):
    """More would leave than is there."""

    code = "not_enough_stock"
    status = 409


class StockIsPromised(RuleViolation):
    """More would leave than is free: the rest is promised to packages."""

    code = "stock_is_promised"
    status = 409


class BinIsRetired(RuleViolation):
    """Goods would come into a bin that is out of use; those that still lie there may leave."""

    code = "bin_is_retired"
    status = 409


@dataclass(frozen=True)
class Movement:
    """One signed change of one SKU in one bin, not yet written."""

    bin_id: int
    sku_id: int
    quantity: int
    reason: str
    key: str
    reference: str = ""
    note: str = ""
    lot_id: int | None = None
    is_lot_said: bool = False  # then no lot means the goods of no known lot
    carried: str = ""  # the same for both halves of a carriage: what arrives is of the lots that left


def between(
    *,
    source_id: int,
    target_id: int,
    sku_id: int,
    quantity: int,
    reason: str,
    key: str,
    lot_id: int | None = None,
    is_lot_said: bool = False,
    **texts: str,
) -> list[Movement]:
    """The two halves of carrying goods from one bin to another."""
    same = {"reason": reason, "lot_id": lot_id, "is_lot_said": is_lot_said, "carried": key, **texts}
    return [
        Movement(bin_id=source_id, sku_id=sku_id, quantity=-quantity, key=f"{key}:out", **same),
        Movement(bin_id=target_id, sku_id=sku_id, quantity=quantity, key=f"{key}:in", **same),
    ]


@transaction.atomic
def post(
    *,
    movements: Sequence[Movement],
    actor: Actor,
    now: datetime,
    promised: Mapping[LevelKey, int] | None = None,
) -> list[StockMovement]:
    """Write movements in order and, in the same step, change what is promised (`promised`: signed, per level).

    Returns one row per movement; the earlier row when its key was written before. A movement out of several lots is
    several rows (their keys end in ~2, ~3 …), of which the first is returned.
    """
    movements, promised = [one for one in movements if one.quantity], dict(promised or {})
    if not movements and not promised:
        return []
    # Held: no bin is taken out of use while goods come into it.
    bins = {row.pk: row for row in Bin.objects.filter(pk__in={one.bin_id for one in movements}).hold()}
    keys = {(bins[one.bin_id].warehouse_id, one.sku_id) for one in movements} | set(promised)
    levels = lock_levels(keys=keys, now=now)
    bin_levels = _lock_bin_levels({(one.bin_id, one.sku_id) for one in movements})
    # Asked after the locks: whoever repeats a key at the same moment waits there, and then finds the row.
    known = {row.key: row for row in StockMovement.objects.filter(key__in=[one.key for one in movements])}
    _refuse_retired(bins, [one for one in movements if one.key not in known])
    before = {key: level.available for key, level in levels.items()}
    by_lot = {sku_id for (_warehouse, sku_id), level in levels.items() if level.is_by_lot}
    book = LotBook(bin_levels=bin_levels, sku_ids=by_lot) if movements and by_lot else None
    rows = []
    for one in movements:
        if one.key in known:
            continue
        for part in _by_lot(one, book) if one.sku_id in by_lot else [one]:
            rows.append(_row(part, levels, bins, bin_levels, actor=actor, now=now))
            _withhold(part, levels[bins[one.bin_id].warehouse_id, one.sku_id], book)
    for key, change in promised.items():
        levels[key].reserved += change
    _refuse_impossible(levels, before, bin_levels.values(), book)
    _store(levels, bin_levels, rows, book, now=now)
    announce(levels=[level for key, level in levels.items() if level.available != before[key]])
    written = known | {row.key: row for row in rows}
    return [written[one.key] for one in movements]


def _refuse_retired(bins: Mapping[int, Bin], movements: Iterable[Movement]) -> None:
    for one in movements:
        place = bins[one.bin_id]
        if one.quantity > 0 and not place.is_active:
            raise BinIsRetired(
                _("%(bin)s is out of use: nothing goes into it. Take another bin, or bring this one back.")
                % {"bin": place.code}
            )


def lock_levels(*, keys: Iterable[LevelKey], now: datetime) -> dict[LevelKey, StockLevel]:
    """Lock the levels of these warehouse × SKU pairs in primary key order; missing ones start at zero."""
    keys = set(keys)
    warehouses, skus = {key[0] for key in keys}, {key[1] for key in keys}
    rows = StockLevel.objects.lock().filter(warehouse_id__in=warehouses, sku_id__in=skus)
    rows = rows.annotate(is_by_lot=F("sku__is_by_lot"))
    found = {(row.warehouse_id, row.sku_id): row for row in rows}
    missing = keys - found.keys()
    if missing:
        fresh = [StockLevel(warehouse_id=one, sku_id=two, changed_at=now) for one, two in sorted(missing)]
        StockLevel.objects.bulk_create(fresh, ignore_conflicts=True)
        found = {(row.warehouse_id, row.sku_id): row for row in rows.all()}
    return {key: found[key] for key in keys}


def _lock_bin_levels(keys: set[tuple[int, int]]) -> dict[tuple[int, int], BinLevel]:
    rows = BinLevel.objects.lock().filter(
        bin_id__in={key[0] for key in keys}, sku_id__in={key[1] for key in keys}
    )
    found = {(row.bin_id, row.sku_id): row for row in rows}
    missing = keys - found.keys()
    if missing:
        fresh = [BinLevel(bin_id=bin_id, sku_id=sku_id) for bin_id, sku_id in sorted(missing)]
        BinLevel.objects.bulk_create(fresh, ignore_conflicts=True)
        found = {(row.bin_id, row.sku_id): row for row in rows.all()}
    return {key: found[key] for key in keys}


def promise(*, levels: Mapping[LevelKey, StockLevel], changes: Mapping[LevelKey, int], now: datetime) -> None:
    """Change what is promised on levels that the caller has locked: all in one statement, and announced."""
    touched = {key: levels[key] for key, change in changes.items() if change}
    before = {key: level.available for key, level in touched.items()}
    for key in touched:
        levels[key].reserved += changes[key]
    if not touched:
        return
    _refuse_impossible(touched, before, [], None)
    moved = list(touched.values())
    for level in moved:
        level.changed_at = now
    StockLevel.objects.update_many(moved, ["reserved", "changed_at"])
    announce(levels=moved)


def _row(
    one: Movement,
    levels: dict[LevelKey, StockLevel],
    bins: dict[int, Bin],
    bin_levels: dict[tuple[int, int], BinLevel],
    *,
    actor: Actor,
    now: datetime,
) -> StockMovement:
    """Apply one movement to the locked levels in memory and make its row."""
    warehouse_id = bins[one.bin_id].warehouse_id
    level = levels[warehouse_id, one.sku_id]
    level.on_hand += one.quantity
    bin_levels[one.bin_id, one.sku_id].on_hand += one.quantity
    if one.reason in _COUNTS_AS_COUNTED and level.first_counted_at is None:
        level.first_counted_at = now
    return StockMovement(
        warehouse_id=warehouse_id,
        bin_id=one.bin_id,
        sku_id=one.sku_id,
        lot_id=one.lot_id,
        quantity=one.quantity,
        reason=one.reason,
        reference=one.reference[:80],
        key=one.key,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        note=one.note[:200],
        balance=level.on_hand,
    )


def _by_lot(one: Movement, book: LotBook) -> list[Movement]:
    """A movement of goods kept by lot, a part for each lot."""
    parts = book.parts(
        pair=(one.bin_id, one.sku_id),
        quantity=one.quantity,
        reason=one.reason,
        lot_id=one.lot_id,
        is_lot_said=one.is_lot_said,
        carried=one.carried,
        reference=one.reference,
    )
    return [
        replace(one, quantity=units, lot_id=lot_id, key=one.key if number == 1 else f"{one.key}~{number}")
        for number, (lot_id, units) in enumerate(parts, start=1)
    ]


def _withhold(one: Movement, level: StockLevel, book: LotBook | None) -> None:
    """Units of a lot whose time is up are not for sale, wherever they are carried."""
    if book and one.lot_id is not None and book.lot(one.lot_id).withheld_at:
        level.withheld += one.quantity


def _refuse_impossible(
    levels: Mapping[LevelKey, StockLevel],
    before: Mapping[LevelKey, int],
    bin_levels: Iterable[BinLevel],
    book: LotBook | None,
) -> None:
    for row in bin_levels:
        if row.on_hand < 0:
            raise NotEnoughStock(
                _("Bin %(bin)s does not hold that many of %(sku)s: %(missing)d are missing there.")
                % {"bin": _place(row.bin_id), "sku": _code(row.sku_id), "missing": -row.on_hand}
            )
    if book and (lacking := book.missing()):
        bin_id, lot, units = lacking
        raise NotEnoughStock(
            _("Bin %(bin)s does not hold that many of lot %(lot)s: %(missing)d are missing there.")
            % {"bin": _place(bin_id), "lot": lot.code if lot else "—", "missing": units}
        )
    for key, level in levels.items():
        is_promised = level.available < min(before[key], 0)  # what lacked before may go on lacking
        if level.reserved < 0 or level.reserved > level.on_hand or is_promised:
            raise StockIsPromised(
                _("%(reserved)d of %(sku)s are promised to packages; %(on_hand)d would be left.")
                % {
                    "reserved": level.reserved,
                    "sku": _code(level.sku_id),
                    "on_hand": level.on_hand - level.withheld,
                }
            )


def _place(bin_id: int) -> str:
    return Bin.objects.only("code").get(pk=bin_id).code


def _code(sku_id: int) -> str:
    return Sku.objects.only("seller_sku").get(pk=sku_id).seller_sku


def _store(
    levels: dict[LevelKey, StockLevel],
    bin_levels: dict[tuple[int, int], BinLevel],
    rows: list[StockMovement],
    book: LotBook | None,
    *,
    now: datetime,
) -> None:
    for level in levels.values():
        level.changed_at = now
    StockLevel.objects.update_many(
        levels.values(), ["on_hand", "reserved", "withheld", "first_counted_at", "changed_at"]
    )
    if rows:
        BinLevel.objects.update_many(bin_levels.values(), ["on_hand"])
        StockMovement.objects.insert_many(rows)
    if book:
        book.store()


def announce(*, levels: Iterable[StockLevel]) -> None:
    """Tell what is available now, once per SKU and warehouse."""
    outbox.publish_many(
        StockChanged(sku_id=level.sku_id, warehouse_id=level.warehouse_id, available=level.available)
        for level in levels
    )


@transaction.atomic
def mark_counted(*, warehouse_id: int, sku_id: int, now: datetime) -> None:
    """Somebody looked and the figure was right: from now on the ads may rely on it."""
    level = lock_levels(keys=[(warehouse_id, sku_id)], now=now)[warehouse_id, sku_id]
    if level.first_counted_at is None:
        level.first_counted_at = level.changed_at = now
        level.save(update_fields=["first_counted_at", "changed_at"])
        announce(levels=[level])


@transaction.atomic
def withhold(*, lot_ids: Iterable[int], now: datetime, is_for_sale: bool = False) -> list[StockLevel]:
    """Take lots out of what may be promised, or (`is_for_sale`) let them be promised again.

    All levels of their SKUs are locked, so that nothing moves in between.
    """
    ids = list(lot_ids)
    skus = set(Lot.objects.filter(pk__in=ids).values_list("sku_id", flat=True))
    keys = set(StockLevel.objects.filter(sku_id__in=skus).values_list("warehouse_id", "sku_id"))
    levels = lock_levels(keys=keys, now=now)
    fresh = Lot.objects.lock().filter(pk__in=ids, withheld_at__isnull=not is_for_sale)
    gone = set(fresh.values_list("pk", flat=True))
    places = BinLot.objects.filter(lot_id__in=gone, on_hand__gt=0)
    changed: dict[LevelKey, StockLevel] = {}
    for warehouse_id, sku_id, units in places.values_list("bin__warehouse_id", "sku_id", "on_hand"):
        level = changed[warehouse_id, sku_id] = levels[warehouse_id, sku_id]
        level.withheld += -units if is_for_sale else units
        level.changed_at = now
    Lot.objects.filter(pk__in=gone).update(withheld_at=None if is_for_sale else now)
    if changed:
        StockLevel.objects.update_many(changed.values(), ["withheld", "changed_at"])
        announce(levels=changed.values())
    return list(changed.values())


@transaction.atomic
def set_safety_stock(*, warehouse_id: int, sku_id: int, units: int, now: datetime) -> StockLevel:
    """Move the line under which ads react; announced, because the same stock may now be too little."""
    level = lock_levels(keys=[(warehouse_id, sku_id)], now=now)[warehouse_id, sku_id]
    if level.safety_stock != units:
        level.safety_stock, level.changed_at = units, now
        level.save(update_fields=["safety_stock", "changed_at"])
        announce(levels=[level])
    return level
