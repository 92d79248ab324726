"""The person who clears the dock: scan the item, carry it to the advised shelf, scan the bin; the ledger follows.

Goods that a put-back task or a walk on the floor is going to fetch are left to them. Every move can be undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from catalog.models import Sku
from core import ids
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import ledger, lots, picking, put_away_advice, walks
from warehouse.lots import Held
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    Lot,
    MovementReason,
    PickTask,
    PickTaskState,
    PutBackTask,
    StockMovement,
    WaveState,
)

REFERENCE = "put-away"
UNDO_WITHIN = timedelta(hours=4)
KEY_LENGTH = 40
SHOWN = 200


class NothingToPutAway(RuleViolation):
    """What was scanned does not wait at the dock."""

    code = "nothing_to_put_away"
    status = 404


class WrongBin(RuleViolation):
    """These goods do not go into this bin."""

    code = "wrong_bin"


class TooMany(RuleViolation):
    """Fewer units wait at the dock."""

    code = "too_many"


class CannotUndo(RuleViolation):
    """The goods have gone on, or somebody else carried them."""

    code = "cannot_undo"
    status = 409


@dataclass(frozen=True)
class Waiting:
    """Goods of one SKU at one dock that belong on a shelf. `held`: by lot, the first to leave first."""

    dock: Bin
    sku: Sku
    units: int
    held: tuple[Held, ...] = ()
    on_shelves: int = 0

    def of_lot(self, lot_id: int | None) -> int:
        """Units of a lot; without lots all of them."""
        if not self.sku.is_by_lot:
            return self.units
        return min(self.units, sum(one.units for one in self.held if one.lot_id == lot_id))


@dataclass(frozen=True)
class Placed:
    """What lies in its bin now; `key` undoes it."""

    key: str
    units: int
    text: str


def waiting(*, warehouse_id: int, sku_id: int | None = None) -> list[Waiting]:
    """What stands at the docks and nobody else comes for: goods that no shelf holds first. Packing materials may stay there."""
    levels = BinLevel.objects.filter(
        bin__warehouse_id=warehouse_id, bin__kind=BinKind.RECEIVING, on_hand__gt=0
    ).select_related("bin", "sku")
    wanted = levels.filter(sku_id=sku_id) if sku_id else levels.filter(sku__material="")
    rows = list(wanted.order_by("sku__seller_sku", "bin_id")[:SHOWN])
    spoken_for = _spoken_for(rows)
    pairs = {(row.bin_id, row.sku_id): row.on_hand for row in rows if row.sku.is_by_lot}
    held = lots.held_in(pairs=pairs, on_hand=pairs) if pairs else {}
    shelved = put_away_advice.on_shelves(warehouse_id=warehouse_id, sku_ids={row.sku_id for row in rows})
    found = [
        Waiting(
            row.bin,
            row.sku,
            row.on_hand - spoken_for.get((row.bin_id, row.sku_id), 0),
            tuple(sorted(held.get((row.bin_id, row.sku_id), ()), key=lambda one: one.rank)),
            shelved.get(row.sku_id, 0),
        )
        for row in rows
    ]
    return sorted((one for one in found if one.units > 0), key=lambda one: one.on_shelves > 0)


def _spoken_for(levels: Sequence[BinLevel]) -> dict[tuple[int, int], int]:
    """(bin, SKU) → units that a put-back task or a walk on the floor takes from there."""
    bins, skus = {row.bin_id for row in levels}, {row.sku_id for row in levels}
    found: dict[tuple[int, int], int] = _walked(bin_ids=bins, sku_ids=skus)
    tasks = PutBackTask.objects.filter(done_at__isnull=True, source_id__in=bins, sku_id__in=skus)
    for bin_id, sku_id, units in (
        tasks.values("source_id", "sku_id")
        .order_by()
        .annotate(units=Sum(F("quantity") - F("done_quantity")))
        .values_list("source_id", "sku_id", "units")
    ):
        found[bin_id, sku_id] = found.get((bin_id, sku_id), 0) + units
    return found


def _walked(*, bin_ids: Iterable[int], sku_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """(bin, SKU) → units that walks on the floor still take there."""
    tasks = PickTask.objects.filter(
        state=PickTaskState.OPEN,
        bin_id__in=list(bin_ids),
        sku_id__in=list(sku_ids),
        pick_list__state__in=walks.LIVE_LISTS,
        pick_list__wave__state=WaveState.RELEASED,
    )
    rows = (
        tasks.values("bin_id", "sku_id").order_by().annotate(units=Sum(F("quantity") - F("picked_quantity")))
    )
    return {(row["bin_id"], row["sku_id"]): row["units"] for row in rows}


def recognize(*, code: str, warehouse_id: int) -> Waiting:
    """An item or the barcode of its carton was scanned: what of it waits at the dock."""
    code = code.strip()[:80]
    sku = picking.sku_by_code(code=code)
    if sku is None:
        if Bin.objects.filter(code__iexact=code, warehouse_id=warehouse_id).exists():
            raise NothingToPutAway(_("%(code)s is a bin: scan the item first.") % {"code": code.upper()})
        text = _("“%(code)s” is no item. Scan the barcode of the goods or of their carton.")
        raise NothingToPutAway(text % {"code": code[:40] or "—"}, code="unknown_code")
    found = waiting(warehouse_id=warehouse_id, sku_id=sku.pk)
    if found:
        return found[0]
    if BinLevel.objects.filter(
        sku=sku, bin__warehouse_id=warehouse_id, bin__kind=BinKind.RECEIVING, on_hand__gt=0
    ).exists():
        raise NothingToPutAway(
            _(
                "What stands at the dock of %(sku)s is on the put-back list, or a picker comes for it. Leave it."
            )
            % {"sku": sku.seller_sku}
        )
    raise NothingToPutAway(
        _("No %(sku)s stands at the dock. Receive it first, or put it aside and count its bin.")
        % {"sku": sku.seller_sku}
    )


def take_words(found: Waiting) -> str:
    """What to take into the hand."""
    text = _("%(units)d × %(sku)s wait at %(dock)s. Take them and scan the bin.")
    return text % {"units": found.units, "sku": found.sku.seller_sku, "dock": found.dock.code}


@transaction.atomic
def place(
    *,
    dock_id: int,
    sku_id: int,
    bin_code: str,
    quantity: int | None,
    key: str,
    actor: Actor,
    now: datetime,
    lot_id: int | None = None,
    is_sure: bool = False,
    expected: str = "",
) -> Placed:
    """The goods lie in this bin now. `is_sure`: beside other goods too. A repeated key answers what it did before."""
    dock, sku = Bin.objects.filter(pk=dock_id).first(), Sku.objects.filter(pk=sku_id).first()
    if dock is None or sku is None or dock.kind != BinKind.RECEIVING:
        raise NothingToPutAway(_("These goods stand at no dock. Scan the item again."))
    key = key.strip()[:KEY_LENGTH] or ids.public_id("put")
    if earlier := StockMovement.objects.filter(key=f"put_away:{key}:in").select_related("bin").first():
        return _placed(key, sku, earlier.bin, earlier.quantity)
    # Whoever moves this SKU in this building waits here: the figures hold until the posting.
    ledger.lock_levels(keys=[(dock.warehouse_id, sku_id)], now=now)
    lot = Lot.objects.get(pk=lot_id) if lot_id else None
    target = _target(bin_code, dock, sku, lot, is_sure=is_sure, expected=expected)
    left = next(
        (one for one in waiting(warehouse_id=dock.warehouse_id, sku_id=sku_id) if one.dock == dock), None
    )
    most = left.of_lot(lot_id) if left else 0
    units = most if quantity is None else quantity
    if most == 0:
        raise NothingToPutAway(_("Somebody has put this away already."))
    if not 1 <= units <= most:
        raise TooMany(
            _("Enter at least 1 and at most %(most)d: no more of %(sku)s waits at %(dock)s.")
            % {"most": most, "sku": sku.seller_sku, "dock": dock.code}
        )
    _carry(dock, target, sku, lot_id, units, key=f"put_away:{key}", actor=actor, now=now)
    return _placed(key, sku, target, units)


def _placed(key: str, sku: Sku, target: Bin, units: int) -> Placed:
    text = _("%(units)d × %(sku)s lie in %(bin)s.")
    return Placed(key, units, text % {"units": units, "sku": sku.seller_sku, "bin": target.code})


def _carry(
    source: Bin,
    target: Bin,
    sku: Sku,
    lot_id: int | None,
    units: int,
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> None:
    movements = ledger.between(
        source_id=source.pk,
        target_id=target.pk,
        sku_id=sku.pk,
        quantity=units,
        reason=MovementReason.MOVED,
        key=key,
        lot_id=lot_id,
        is_lot_said=sku.is_by_lot,
        reference=REFERENCE,
    )
    ledger.post(movements=movements, actor=actor, now=now)


def _target(code: str, dock: Bin, sku: Sku, lot: Lot | None, *, is_sure: bool, expected: str) -> Bin:
    """The shelf that was scanned, when these goods may lie there."""
    code, values = code.strip()[:80], {"expected": expected or "—", "sku": sku.seller_sku}
    found = Bin.objects.filter(code__iexact=code, warehouse_id=dock.warehouse_id).first()
    if found is None:
        raise _no_bin(code, sku, values)
    values["bin"] = found.code
    if found.kind != BinKind.SHELF:
        text = _("Wrong bin: %(bin)s is no shelf, expected %(expected)s. Goods for sale go to a shelf.")
        raise WrongBin(text % values)
    if not found.is_active:
        raise WrongBin(_("Wrong bin: %(bin)s is out of use, expected %(expected)s.") % values)
    if strange := put_away_advice.other_lots(sku=sku, lot=lot, bin_ids=[found.pk]).get(found.pk):
        text = _(
            "Wrong bin: lot %(lots)s of %(sku)s lies in %(bin)s, and each lot lies alone. Expected %(expected)s."
        )
        raise WrongBin(text % {**values, "lots": ", ".join(strange)})
    if not is_sure and (others := _strangers(found, sku)):
        text = _(
            "%(others)s lies in %(bin)s, expected %(expected)s. Scan %(bin)s once more to lay %(sku)s beside it."
        )
        raise WrongBin(text % {**values, "others": others}, code="bin_has_others")
    return found


def _no_bin(code: str, sku: Sku, values: dict[str, str]) -> RuleViolation:
    other = picking.sku_by_code(code=code)
    if other is not None:
        text = _("%(scanned)s is an item: now scan the bin for %(sku)s, expected %(expected)s.")
        return WrongBin(text % {**values, "scanned": other.seller_sku}, code="wrong_item")
    text = _("There is no bin “%(scanned)s” in this warehouse. Scan a shelf, expected %(expected)s.")
    return WrongBin(text % {**values, "scanned": code[:30] or "—"}, code="unknown_code")


def _strangers(found: Bin, sku: Sku) -> str:
    """What lies there, when none of it is this SKU."""
    levels = BinLevel.objects.filter(bin=found, on_hand__gt=0).order_by("sku__seller_sku")
    codes = dict(levels.values_list("sku_id", "sku__seller_sku"))
    return "" if sku.pk in codes else ", ".join(list(codes.values())[:3])


@transaction.atomic
def undo(*, key: str, actor: Actor, now: datetime) -> str:
    """Back to the dock with what this person laid into a bin. A repeat changes nothing."""
    rows = StockMovement.objects.filter(key__in=[f"put_away:{key}:out", f"put_away:{key}:in"])
    halves = {row.key.rpartition(":")[2]: row for row in rows.select_related("bin", "sku")}
    if len(halves) != 2:
        raise CannotUndo(_("There is nothing to undo."))
    out, came = halves["out"], halves["in"]
    if (out.actor_id, out.actor_label) != (actor.id, actor.label):
        raise CannotUndo(_("%(person)s put this away. Only they can undo it.") % {"person": out.actor_label})
    values = {"units": came.quantity, "sku": came.sku.seller_sku, "bin": came.bin.code, "dock": out.bin.code}
    ledger.lock_levels(keys=[(came.warehouse_id, came.sku_id)], now=now)
    if not is_undone(key=key):
        level = BinLevel.objects.filter(bin=came.bin, sku=came.sku).first()
        taken = _walked(bin_ids=[came.bin_id], sku_ids=[came.sku_id]).get((came.bin_id, came.sku_id), 0)
        if (level.on_hand if level else 0) - taken < came.quantity:
            text = _("%(bin)s: a picker takes of these goods. What is left there is moved at the desk.")
            raise CannotUndo(text % values)
        back = f"put_away_undo:{key}"
        _carry(came.bin, out.bin, came.sku, came.lot_id, came.quantity, key=back, actor=actor, now=now)
    return _("Undone: %(units)d × %(sku)s stand at %(dock)s again.") % values


def is_undone(*, key: str) -> bool:
    return StockMovement.objects.filter(key=f"put_away_undo:{key}:out").exists()


def last(*, actor: Actor, warehouse_id: int, now: datetime) -> Placed | None:
    """What this person put away last and may still undo."""
    rows = StockMovement.objects.filter(
        at__gt=now - UNDO_WITHIN,
        warehouse_id=warehouse_id,
        reference=REFERENCE,
        actor_id=actor.id,
        actor_label=actor.label,
        quantity__gt=0,
        key__startswith="put_away:",
    )
    row = rows.order_by("-at", "-pk").select_related("bin", "sku").first()
    if row is None:
        return None
    key = row.key.removeprefix("put_away:").removesuffix(":in")
    return None if is_undone(key=key) else _placed(key, row.sku, row.bin, row.quantity)
