"""Carries out advice on slotting: booked through the ledger when the goods were carried, with a dry run, and moved back.

A move that no longer fits what lies in its bins is refused with the reason and holds no other one back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import ledger, walks
from warehouse.models import (
    BinLevel,
    MovementReason,
    PickTask,
    PickTaskState,
    SlottingMove,
    SlottingState,
    WaveState,
)


class MoveIsOff(RuleViolation):
    """The advice does not fit what lies there now."""

    code = "slotting_move_off"
    status = 409


@dataclass(frozen=True)
class Outcome:
    """Sentences about what was done (or would be), and about what was not."""

    done: list[str]
    refused: list[str]


def look(*, move_ids: Iterable[int]) -> Outcome:
    """The dry run: which goods would go where, and what stands against it."""
    found = SlottingMove.objects.filter(pk__in=list(move_ids), state=SlottingState.ADVISED)
    return _each(_with_names(found.order_by("rank", "pk")), lambda move: _words(move, *_amounts(move)))


@transaction.atomic
def apply(*, move_ids: Iterable[int], actor: Actor, now: datetime) -> Outcome:
    """Book moves that were carried. One that does not fit any more stays advice, with its reason."""
    found = SlottingMove.objects.lock().filter(pk__in=list(move_ids), state=SlottingState.ADVISED)

    def book(move: SlottingMove) -> str:
        move.quantity, move.other_quantity = _amounts(move)
        ways = [
            (move.sku_id, move.quantity, move.source_id, move.target_id),
            (move.other_sku_id, move.other_quantity, move.target_id, move.source_id),
        ]
        _carry(move, ways, key="", actor=actor, now=now)
        move.state, move.moved_at, move.moved_by = SlottingState.MOVED, now, actor.label
        move.save(update_fields=["quantity", "other_quantity", "state", "moved_at", "moved_by"])
        return _words(move, move.quantity, move.other_quantity)

    return _each(_with_names(found), book)


@transaction.atomic
def undo(*, move_id: int, actor: Actor, now: datetime) -> Outcome:
    """Move back what is left of the goods."""
    found = SlottingMove.objects.lock().filter(pk=move_id, state=SlottingState.MOVED)

    def back(move: SlottingMove) -> str:
        _refuse_retired(move)
        _refuse_walks(move)
        held = _held(move)
        units = min(move.quantity, held.get((move.target_id, move.sku_id), 0))
        other_units = min(move.other_quantity, held.get((move.source_id, move.other_sku_id), 0))
        ways = [
            (move.sku_id, units, move.target_id, move.source_id),
            (move.other_sku_id, other_units, move.source_id, move.target_id),
        ]
        _carry(move, ways, key="back:", actor=actor, now=now)
        move.state, move.undone_at = SlottingState.UNDONE, now
        move.save(update_fields=["state", "undone_at"])
        return _words(move, units, other_units, is_back=True)

    return _each(_with_names(found), back)


def _with_names(found: Iterable[SlottingMove]) -> list[SlottingMove]:
    """Locked rows carry no joined ones: their names come in one more query each."""
    rows = list(found)
    prefetch_related_objects(rows, "sku", "other_sku", "source", "target")
    return rows


def _each(found: Iterable[SlottingMove], act: Callable[[SlottingMove], str]) -> Outcome:
    """One after the other: what is refused holds nothing else back."""
    done, refused = [], []
    for move in found:
        try:
            with transaction.atomic():
                done.append(act(move))
        except RuleViolation as error:
            refused.append(f"{move.sku.seller_sku}: {error}")
    return Outcome(done, refused)


def _held(move: SlottingMove) -> dict[tuple[int, int], int]:
    rows = BinLevel.objects.filter(bin_id__in=[move.source_id, move.target_id], on_hand__gt=0)
    return {
        (bin_id, sku_id): units for bin_id, sku_id, units in rows.values_list("bin_id", "sku_id", "on_hand")
    }


def _amounts(move: SlottingMove) -> tuple[int, int]:
    """Units that would be carried there and back; raises MoveIsOff when the bins are not as they were."""
    _refuse_retired(move)
    held = _held(move)
    if (move.source_id, move.sku_id) not in held:
        raise MoveIsOff(_("Nothing of it lies in %(bin)s any more.") % {"bin": move.source.code})
    if {sku_id for bin_id, sku_id in held if bin_id == move.target_id} - {move.other_sku_id}:
        raise MoveIsOff(_("%(bin)s holds other goods now.") % {"bin": move.target.code})
    _refuse_walks(move)
    return held[move.source_id, move.sku_id], held.get((move.target_id, move.other_sku_id), 0)


def _refuse_retired(move: SlottingMove) -> None:
    for place in (move.source, move.target):
        if not place.is_active:
            raise MoveIsOff(_("%(bin)s is out of use now.") % {"bin": place.code})


def _refuse_walks(move: SlottingMove) -> None:
    going = PickTask.objects.filter(
        bin_id__in=[move.source_id, move.target_id],
        state=PickTaskState.OPEN,
        pick_list__state__in=walks.LIVE_LISTS,
        pick_list__wave__state=WaveState.RELEASED,
    )
    found = going.select_related("bin").first()
    if found is not None:
        raise MoveIsOff(
            _("A picker is on the way to %(bin)s: wait until the walk has ended.") % {"bin": found.bin.code}
        )


def _words(move: SlottingMove, units: int, other_units: int, *, is_back: bool = False) -> str:
    source, target = move.source.code, move.target.code
    if is_back:
        source, target = target, source
    text = _("%(units)d × %(sku)s from %(source)s to %(target)s")
    parts = [text % {"units": units, "sku": move.sku.seller_sku, "source": source, "target": target}]
    if move.other_sku and other_units:
        name = move.other_sku.seller_sku
        parts.append(text % {"units": other_units, "sku": name, "source": target, "target": source})
    return "; ".join(parts)


def _carry(
    move: SlottingMove,
    ways: Iterable[tuple[int | None, int, int, int]],
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Both goods change places in one step of the ledger; `ways` are (SKU, units, from, to)."""
    movements = [
        half
        for sku_id, units, source_id, target_id in ways
        if sku_id and units
        for half in ledger.between(
            source_id=source_id,
            target_id=target_id,
            sku_id=sku_id,
            quantity=units,
            reason=MovementReason.MOVED,
            key=f"slotting:{move.pk}:{key}{sku_id}",
            reference="slotting",
        )
    ]
    ledger.post(movements=movements, actor=actor, now=now)
