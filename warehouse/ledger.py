"""The only writer of stock: movements are appended, and both levels change in the same transaction.

A repeated key is a quiet no-op. Nothing goes below zero, in a bin or in a warehouse, and nothing promised can be lost
unnoticed: whoever takes out more than is free must shed reservations first (`reservations.shed`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from relay import outbox
from tenancy.actors import Actor
from warehouse.events import StockChanged
from warehouse.models import Bin, BinLevel, MovementReason, StockLevel, StockMovement

LevelKey = tuple[int, int]  # (warehouse id, SKU id)
_COUNTS_AS_COUNTED = frozenset({MovementReason.RECEIVED, MovementReason.COUNTED})


class NotEnoughStock(RuleViolation):
    """More would leave than is there."""

    code = "not_enough_stock"
    status = 409


class StockIsPromised(RuleViolation):
    """More would leave than is free: the rest is promised to packages."""

    code = "stock_is_promised"
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


def between(
    *, source_id: int, target_id: int, sku_id: int, quantity: int, reason: str, key: str, **texts: str
) -> list[Movement]:
    """The two halves of carrying goods from one bin to another."""
    out = Movement(source_id, sku_id, -quantity, reason, f"{key}:out", **texts)
    return [out, Movement(target_id, sku_id, quantity, reason, f"{key}:in", **texts)]


@transaction.atomic
def post(
    *,
    movements: Sequence[Movement],
    actor: Actor,
    now: datetime,
    promised: Mapping[LevelKey, int] | None = None,
) -> list[StockMovement]:
    """Write movements in order and, in the same step, change what is promised (`promised`: signed, per level).

    Returns one row per movement; the earlier row when its key was written before.
    """
    movements, promised = [one for one in movements if one.quantity], dict(promised or {})
    if not movements and not promised:
        return []
    bins = Bin.objects.in_bulk({one.bin_id for one in movements})
    keys = {(bins[one.bin_id].warehouse_id, one.sku_id) for one in movements} | set(promised)
    levels = lock_levels(keys=keys, now=now)
    bin_levels = _lock_bin_levels({(one.bin_id, one.sku_id) for one in movements})
    # Asked after the locks: whoever repeats a key at the same moment waits there, and then finds the row.
    known = {row.key: row for row in StockMovement.objects.filter(key__in=[one.key for one in movements])}
    before = {key: level.available for key, level in levels.items()}
    rows = [
        _row(one, levels, bins, bin_levels, actor=actor, now=now) for one in movements if one.key not in known
    ]
    for key, change in promised.items():
        levels[key].reserved += change
    _refuse_impossible(levels.values(), bin_levels.values())
    _store(levels, bin_levels, rows, now=now)
    announce(levels=[level for key, level in levels.items() if level.available != before[key]])
    written = known | {row.key: row for row in rows}
    return [written[one.key] for one in movements]


def lock_levels(*, keys: Iterable[LevelKey], now: datetime) -> dict[LevelKey, StockLevel]:
    """Lock the levels of these warehouse × SKU pairs in primary key order; missing ones start at zero."""
    keys = set(keys)
    warehouses, skus = {key[0] for key in keys}, {key[1] for key in keys}
    rows = StockLevel.objects.lock().filter(warehouse_id__in=warehouses, sku_id__in=skus)
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
    moved = [levels[key] for key, change in changes.items() if change]
    for key, change in changes.items():
        levels[key].reserved += change
    if not moved:
        return
    _refuse_impossible(moved, [])
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


def _refuse_impossible(levels: Iterable[StockLevel], bin_levels: Iterable[BinLevel]) -> None:
    for row in bin_levels:
        if row.on_hand < 0:
            place = Bin.objects.only("code").get(pk=row.bin_id).code
            raise NotEnoughStock(
                _("Bin %(bin)s does not hold that many of %(sku)s: %(missing)d are missing there.")
                % {"bin": place, "sku": _code(row.sku_id), "missing": -row.on_hand}
            )
    for level in levels:
        if level.reserved < 0 or level.reserved > level.on_hand:
            raise StockIsPromised(
                _("%(reserved)d of %(sku)s are promised to packages; %(on_hand)d would be left.")
                % {"reserved": level.reserved, "sku": _code(level.sku_id), "on_hand": level.on_hand}
            )


def _code(sku_id: int) -> str:
    return Sku.objects.only("seller_sku").get(pk=sku_id).seller_sku


def _store(
    levels: dict[LevelKey, StockLevel],
    bin_levels: dict[tuple[int, int], BinLevel],
    rows: list[StockMovement],
    *,
    now: datetime,
) -> None:
    for level in levels.values():
        level.changed_at = now
    StockLevel.objects.update_many(levels.values(), ["on_hand", "reserved", "first_counted_at", "changed_at"])
    if rows:
        BinLevel.objects.update_many(bin_levels.values(), ["on_hand"])
        StockMovement.objects.insert_many(rows)


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
def set_safety_stock(*, warehouse_id: int, sku_id: int, units: int, now: datetime) -> StockLevel:
    """Move the line under which ads react; announced, because the same stock may now be too little."""
    level = lock_levels(keys=[(warehouse_id, sku_id)], now=now)[warehouse_id, sku_id]
    if level.safety_stock != units:
        level.safety_stock, level.changed_at = units, now
        level.save(update_fields=["safety_stock", "changed_at"])
        announce(levels=[level])
    return level
