"""Blind counts: the counter enters what lies in a bin and is never shown what should lie there.

Small differences are booked at once. Above the warehouse's limit somebody else counts again, or a manager approves;
two counts that agree are booked too. Every round stays as rows of its own (`CountEntry`).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import counting, deliveries, ledger, lots, shortages
from warehouse.counting import BadCount
from warehouse.models import (
    Bin,
    BinLevel,
    CountEntry,
    CountState,
    CountTask,
    MovementReason,
)

Thing = tuple[int, int | None]  # (SKU id, lot id)
COUNTABLE = (CountState.OPEN, CountState.SECOND)


class CountIsOver(RuleViolation):
    """The count is finished, or waits for somebody else."""

    code = "count_is_over"
    status = 409


class SomebodyElseCounts(RuleViolation):
    """Another person counts this bin, or this person has counted it before."""

    code = "somebody_else_counts"
    status = 409


class NotInThisCount(RuleViolation):
    """The scan means nothing that this sheet asks for."""

    code = "not_in_this_count"


@dataclass(frozen=True)
class Result:
    """How a finished round ended. It tells no figures: the next counter may stand beside."""

    state: str
    text: str


@transaction.atomic
def enter(
    *,
    task_id: int,
    code: str,
    actor: Actor,
    now: datetime,
    units: int | None = None,
    lot: str = "",
    expires_on: date | None = None,
    key: str = "",
) -> CountEntry:
    """So many units of a thing lie there; without a number, one more than entered so far. A repeated key counts once."""
    task = _lock(task_id)
    _refuse_person(task, actor)
    if units is not None:
        counting.refuse_units(units)
    sku = deliveries.sku_by_scan(code=code)
    if task.sku_id not in (None, sku.pk):
        raise NotInThisCount(
            _(
                "This count is about %(wanted)s. %(sku)s is not asked for: put it back, or count the whole bin."
            )
            % {"wanted": task.sku.seller_sku, "sku": sku.seller_sku}
        )
    found = lots.of(sku=sku, code=lot, expires_on=expires_on, now=now)
    entry = _entry(task, sku, found.pk if found else None, actor=actor, now=now)
    if not key or key != task.last_key:
        entry.units = entry.units + 1 if units is None else units
        entry.at = now
        entry.save(update_fields=["units", "at"])
        task.last_key = key[:60]
        task.save(update_fields=["last_key"])
    entry.sku, entry.lot = sku, found
    return entry


def _lock(task_id: int) -> CountTask:
    task = CountTask.objects.lock().select_related("bin", "sku").get(pk=task_id)
    if task.state not in COUNTABLE:
        raise CountIsOver(
            _("The count of %(bin)s is over: %(state)s.")
            % {"bin": task.bin.code, "state": task.get_state_display()}
        )
    return task


def _refuse_person(task: CountTask, actor: Actor) -> None:
    """One person a round, and nobody counts against himself."""
    people = dict(CountEntry.objects.filter(task=task).order_by("pk").values_list("by_label", "round"))
    if people.get(actor.label, task.round) != task.round:
        raise SomebodyElseCounts(
            _("You counted %(bin)s the last time. Somebody else has to count it again.")
            % {"bin": task.bin.code}
        )
    other = next((name for name, number in people.items() if number == task.round), actor.label)
    if other != actor.label:
        raise SomebodyElseCounts(
            _("%(person)s is counting %(bin)s. Start the sheet over to take it from there.")
            % {"person": other, "bin": task.bin.code}
        )


def _entry(task: CountTask, sku: Sku, lot_id: int | None, *, actor: Actor, now: datetime) -> CountEntry:
    entry, _is_new = CountEntry.objects.get_or_create(
        task=task,
        round=task.round,
        sku=sku,
        lot_id=lot_id,
        defaults={"units": 0, "at": now, "by_label": actor.label[:120]},
    )
    return entry


@transaction.atomic
def start_over(*, task_id: int, actor: Actor, now: datetime) -> CountTask:
    """Forget what was entered in this round: whoever enters next is its counter."""
    task = _lock(task_id)
    gone = CountEntry.objects.filter(task=task, round=task.round)
    _note(task, "count.started_over", actor=actor, now=now, entries=gone.count())
    gone.delete()
    return task


@transaction.atomic
def finish(*, task_id: int, actor: Actor, now: datetime, is_empty: bool = False) -> Result:
    """Everything that lies there was entered; what the books know and nobody found counts as none."""
    task = _lock(task_id)
    _refuse_person(task, actor)
    entered = CountEntry.objects.filter(task=task, round=task.round)
    if not is_empty and not entered.exists():
        raise BadCount(_("Nothing was entered. Scan what lies there, or say that nothing does."))
    if is_empty and entered.filter(units__gt=0).exists():
        raise BadCount(
            _("Units were entered: the bin is not empty. Start the sheet over if they were wrong.")
        )
    differences = _differences(task)
    if _is_small(task, differences) or _agrees(task, differences):
        _make_room(task, differences, actor=actor, now=now)
    ledger.lock_levels(keys={(task.bin.warehouse_id, sku_id) for sku_id, _lot in differences}, now=now)
    # Again, now that nobody else can change it.
    differences = _differences(task)
    _keep_expected(task, differences, actor=actor, now=now)
    if _is_small(task, differences) or _agrees(task, differences):
        return _book(task, differences, actor=actor, now=now)
    task.state = CountState.SECOND if task.round == 1 else CountState.APPROVAL
    text = _("Both counts differ. A manager decides about %(bin)s.")
    if task.state == CountState.SECOND:
        task.round, text = 2, _("Thank you. %(bin)s is counted once more, by somebody else.")
    task.last_key = ""
    task.save(update_fields=["state", "round", "last_key"])
    return Result(task.state, text % {"bin": task.bin.code})


def _books(task: CountTask) -> dict[Thing, int]:
    """What the books say of the bin, by SKU and lot."""
    levels = BinLevel.objects.filter(bin=task.bin, on_hand__gt=0)
    if task.sku_id:
        levels = levels.filter(sku_id=task.sku_id)
    units = dict(levels.values_list("sku_id", "on_hand"))
    kept = lots.by_lot(sku_ids=units)
    found: dict[Thing, int] = {(sku_id, None): count for sku_id, count in units.items() if sku_id not in kept}
    pairs = {(task.bin_id, sku_id): units[sku_id] for sku_id in kept}
    for (_bin, sku_id), held in lots.held_in(pairs=pairs, on_hand=pairs).items():
        found |= {(sku_id, one.lot_id): one.units for one in held if one.units}
    return found


def _differences(task: CountTask) -> dict[Thing, tuple[int, int]]:
    """Thing → (found, expected), of all that was entered or should be there."""
    entered = CountEntry.objects.filter(task=task, round=task.round)
    found = {(sku_id, lot_id): units for sku_id, lot_id, units in entered.values_list("sku", "lot", "units")}
    books = _books(task)
    things = sorted(found.keys() | books.keys(), key=lambda thing: (thing[0], thing[1] or 0))
    return {thing: (found.get(thing, 0), books.get(thing, 0)) for thing in things}


def _is_small(task: CountTask, differences: dict[Thing, tuple[int, int]]) -> bool:
    limit = task.bin.warehouse.count_limit_units
    return all(abs(units - expected) <= limit for units, expected in differences.values())


def _agrees(task: CountTask, differences: dict[Thing, tuple[int, int]]) -> bool:
    """An earlier round found the very same differences."""
    mine = {thing: units - expected for thing, (units, expected) in differences.items() if units != expected}
    rounds: dict[int, dict[Thing, int]] = defaultdict(dict)
    for entry in CountEntry.objects.filter(task=task, round__lt=task.round):
        rounds[entry.round] |= {(entry.sku_id, entry.lot_id): entry.difference} if entry.difference else {}
    return any(rounds[number] == mine for number in range(1, task.round))


def _keep_expected(
    task: CountTask, differences: dict[Thing, tuple[int, int]], *, actor: Actor, now: datetime
) -> None:
    for (sku_id, lot_id), (units, expected) in differences.items():
        CountEntry.objects.update_or_create(
            task=task,
            round=task.round,
            sku_id=sku_id,
            lot_id=lot_id,
            defaults={"units": units, "expected": expected},
            create_defaults={
                "units": units,
                "expected": expected,
                "at": now,
                "by_label": actor.label[:120],
            },
        )


def _make_room(
    task: CountTask, differences: dict[Thing, tuple[int, int]], *, actor: Actor, now: datetime
) -> None:
    """Promises end before the levels are locked: who loses his may be on somebody's walk."""
    losses: dict[ledger.LevelKey, int] = defaultdict(int)
    skus = Sku.objects.in_bulk({sku_id for sku_id, _lot in differences})
    for (sku_id, lot_id), (units, expected) in differences.items():
        change = units - expected
        if change < 0:
            change = -lots.for_sale(sku=skus[sku_id], parts=[(task.bin_id, -change)], lot_id=lot_id)
        losses[task.bin.warehouse_id, sku_id] -= change
    losses = {key: units for key, units in losses.items() if units > 0}
    if losses:
        shortages.make_room(losses=losses, actor=actor, now=now)


def _book(
    task: CountTask, differences: dict[Thing, tuple[int, int]], *, actor: Actor, now: datetime
) -> Result:
    """The difference becomes movements, and the count is over."""
    changed = {
        thing: units - expected for thing, (units, expected) in differences.items() if units != expected
    }
    movements = [
        ledger.Movement(
            bin_id=task.bin_id,
            sku_id=sku_id,
            quantity=change,
            reason=MovementReason.COUNTED,
            key=f"blind_count:{task.pk}:{task.round}:{sku_id}:{lot_id or 0}",
            reference=f"count {task.pk}",
            lot_id=lot_id,
            is_lot_said=True,
        )
        for (sku_id, lot_id), change in changed.items()
    ]
    ledger.post(movements=movements, actor=actor, now=now)
    for sku_id in {sku_id for sku_id, _lot in differences} - {sku_id for sku_id, _lot in changed}:
        ledger.mark_counted(warehouse_id=task.bin.warehouse_id, sku_id=sku_id, now=now)
    _end(task, sum(units for units, _expected in differences.values()), actor=actor, now=now)
    return Result(task.state, _("%(bin)s is counted. Thank you.") % {"bin": task.bin.code})


def _end(task: CountTask, units: int, *, actor: Actor, now: datetime) -> None:
    task.state, task.done_at, task.done_by = CountState.DONE, now, actor.label[:120]
    task.counted_quantity = units
    task.save(update_fields=["state", "done_at", "done_by", "counted_quantity", "approved_by"])
    if task.sku_id is None:
        Bin.objects.filter(pk=task.bin_id).update(counted_at=now)
        CountTask.objects.filter(bin_id=task.bin_id, done_at__isnull=True).update(
            state=CountState.DONE, done_at=now, done_by=actor.label[:120]
        )
    _note(task, "count.booked", actor=actor, now=now, rounds=task.round, approved_by=task.approved_by)


def _note(task: CountTask, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="count_task",
        subject_id=task.pk,
        bin=task.bin.code,
        **detail,
    )


@transaction.atomic
def approve(*, task_id: int, actor: Actor, now: datetime) -> Result:
    """A manager takes the last count as it is, though it is far off. Not his own."""
    task, rows = _lock_for_decision(task_id)
    if any(row.by_label == actor.label for row in rows):
        raise SomebodyElseCounts(
            _("You counted %(bin)s yourself. Somebody else has to approve it.") % {"bin": task.bin.code}
        )
    books = _books(task)
    differences = {}
    for row in rows:  # what was found then is booked onto what the books say now
        expected = books.get((row.sku_id, row.lot_id), 0)
        differences[row.sku_id, row.lot_id] = (max(expected + row.difference, 0), expected)
    task.approved_by = actor.label[:120]
    _make_room(task, differences, actor=actor, now=now)
    return _book(task, differences, actor=actor, now=now)


@transaction.atomic
def count_again(*, task_id: int, actor: Actor, now: datetime) -> CountTask:
    """A manager believes none of the counts."""
    task, _rows = _lock_for_decision(task_id)
    if task.state == CountState.APPROVAL:
        task.round, task.state = task.round + 1, CountState.SECOND
        task.save(update_fields=["round", "state"])
    _note(task, "count.again", actor=actor, now=now, round=task.round)
    return task


def _lock_for_decision(task_id: int) -> tuple[CountTask, list[CountEntry]]:
    """The count and the rows of its last finished round."""
    task = CountTask.objects.lock().select_related("bin", "bin__warehouse", "sku").get(pk=task_id)
    if task.state not in (CountState.SECOND, CountState.APPROVAL):
        raise CountIsOver(
            _("There is nothing to decide about %(bin)s: %(state)s.")
            % {"bin": task.bin.code, "state": task.get_state_display()}
        )
    finished = CountEntry.objects.filter(task=task, expected__isnull=False)
    last = finished.order_by("-round").values_list("round", flat=True).first()
    return task, list(finished.filter(round=last).order_by("pk"))
