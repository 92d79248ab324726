"""The picker's walk: bin, then item, then slot; every scan is answered with what happened and what comes next.

A wrong scan names the expected and the scanned thing and changes nothing. Each unit moves from bin to tote in the ledger
as it is scanned, so a dead battery loses nothing and the walk resumes at the same line.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Barcode, Sku
from core import clock
from core.errors import RuleViolation
from orders import packages
from orders.models import PackageState
from tenancy.actors import Actor
from warehouse import ledger, put_back, totes, walks
from warehouse.models import (
    Bin,
    BinKind,
    Lane,
    MovementReason,
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
    TakeOverWhy,
    WaveState,
)
from warehouse.states import PICK_LIST_MACHINE, PickListAction
from warehouse.walk_steps import Answer, current_line, next_step, progress, tasks_of

Line = list[PickTask]


class NotYourWalk(RuleViolation):
    """Somebody else walks this list."""

    code = "not_your_walk"
    status = 409


class WalkIsOver(RuleViolation):
    """Nothing is left to pick here."""

    code = "walk_is_over"
    status = 409


class NeedsReason(RuleViolation):
    """Who takes a walk over says why."""

    code = "needs_reason"


def open_lists() -> list[PickList]:
    """Walks that wait for a picker or are under way, most urgent wave first."""
    lists = PickList.objects.filter(
        state__in=walks.LIVE_LISTS, wave__state__in=[WaveState.RELEASED, WaveState.PICKED]
    ).exclude(lane=Lane.SHOW)
    return list(
        lists.select_related("wave", "wave__warehouse").order_by("wave__first_due_at", "wave_id", "pk")
    )


@transaction.atomic
def claim(*, pick_list_id: int, actor: Actor, now: datetime, tote_code: str = "", why: str = "") -> PickList:
    """Start a walk, or resume one's own; `why` takes it over from somebody else. Gives it a free tote unless one was scanned."""
    pick_list = PickList.objects.lock().get(pk=pick_list_id)
    if pick_list.lane == Lane.SHOW:
        raise WalkIsOver(
            _("These parcels are pre-packed: nobody walks for them. Scan them at the pack station.")
        )
    if pick_list.state == PickListState.PICKING:
        if is_walker(pick_list=pick_list, actor=actor):
            return pick_list
        _take_over(pick_list, why=why, now=now)
    else:
        if pick_list.wave.state != WaveState.RELEASED:
            raise WalkIsOver(_("The wave of this list is not on the floor."))
        pick_list.state = PICK_LIST_MACHINE.next(pick_list.state, PickListAction.CLAIM)
        pick_list.started_at = now
        pick_list.tote_code = _free_tote(pick_list, tote_code)
    pick_list.picker_label = actor.label
    pick_list.picker_id = actor.id if actor.kind == "user" else None
    changed = ["state", "started_at", "tote_code", "picker", "picker_label"]
    pick_list.save(update_fields=[*changed, "taken_from", "taken_why", "taken_at"])
    return pick_list


def _free_tote(pick_list: PickList, code: str) -> str:
    slots = 0 if pick_list.mode == PickMode.BATCH else pick_list.slot_count
    return totes.choose(warehouse_id=pick_list.wave.warehouse_id, code=code, slots=slots).code


def _take_over(pick_list: PickList, *, why: str, now: datetime) -> None:
    if not why:
        raise NotYourWalk(
            _("%(person)s is picking list %(number)s.")
            % {"person": pick_list.picker_label, "number": pick_list.number}
        )
    if why not in TakeOverWhy.values:
        reasons = ", ".join(map(str, TakeOverWhy.labels))
        raise NeedsReason(_("Say why you take the list over: %(reasons)s.") % {"reasons": reasons})
    pick_list.taken_from, pick_list.taken_why, pick_list.taken_at = pick_list.picker_label, why, now


def is_walker(*, pick_list: PickList, actor: Actor) -> bool:
    """Whether this person walks the list: two people may bear one name."""
    if actor.kind == "user" and actor.id and pick_list.picker_id:
        return pick_list.picker_id == actor.id
    return pick_list.picker_label == actor.label


@transaction.atomic
def scan(*, pick_list_id: int, code: str, actor: Actor, now: datetime, quantity: int = 1) -> Answer:
    """One scan: first the bin, then its items, each scan one unit (or `quantity` typed)."""
    pick_list = lock_walk(pick_list_id=pick_list_id, actor=actor)
    tasks = tasks_of(pick_list=pick_list)
    line, code = current_line(pick_list, tasks), code.strip()
    if not line:
        return _end(pick_list, tasks, actor=actor, now=now)
    task = line[0]
    if pick_list.at_bin_id != task.bin_id:
        return _scan_bin(pick_list, tasks, line, code)
    if code.upper() == task.bin.code.upper():
        return _answer(pick_list, tasks, "bin_ok", True, _("You are at the right bin. Now scan the item."))
    found = sku_by_code(code=code)
    if found is None or found.pk != task.sku_id:
        return _not_the_item(pick_list, tasks, task, found, code)
    left = sum(one.quantity - one.picked_quantity for one in line)
    if not 1 <= quantity <= left:
        text = _("Too many: %(scanned)s units, expected %(expected)s at most.")
        return _wrong(pick_list, tasks, "too_many", text, expected=str(left), scanned=str(quantity))
    return _take(pick_list, tasks, line, quantity, actor=actor, now=now)


def _not_the_item(
    pick_list: PickList, tasks: Sequence[PickTask], task: PickTask, found: Sku | None, code: str
) -> Answer:
    """What was scanned instead of the item: a tote, a bin, something else, or nothing that is known."""
    if answer := _scan_tote(pick_list, tasks, task, code):
        return answer
    if gone := _stopped_since(pick_list, code):
        return _tell_stopped(pick_list, tasks, gone)
    expected = task.sku.seller_sku
    if found is not None:
        text = _("Wrong item: %(scanned)s, expected %(expected)s. Put it back and scan the right one.")
        return _wrong(pick_list, tasks, "wrong_item", text, expected=expected, scanned=found.seller_sku)
    if Bin.objects.filter(code__iexact=code, warehouse_id=pick_list.wave.warehouse_id).exists():
        text = _("%(scanned)s is a bin: first scan the item, expected %(expected)s.")
        return _wrong(pick_list, tasks, "wrong_bin", text, expected=expected, scanned=code)
    text = _("Unknown barcode: %(scanned)s, expected %(expected)s. Scan the code of the item itself.")
    return _wrong(pick_list, tasks, "unknown_code", text, expected=expected, scanned=code or "—")


def _stopped_since(pick_list: PickList, code: str) -> PickTask | None:
    """The line that this scan meant, when its package was stopped or cancelled while the picker walked."""
    sku = sku_by_code(code=code)
    tasks = PickTask.objects.filter(pick_list=pick_list).filter(Q(bin__code__iexact=code) | Q(sku=sku))
    over = Q(package__is_stopped=True) | Q(package__state=PackageState.CANCELLED)
    return tasks.filter(over).select_related("package").order_by("sequence", "pk").first()


def _tell_stopped(pick_list: PickList, tasks: Sequence[PickTask], gone: PickTask) -> Answer:
    values = {
        "package": gone.package.public_id,
        "reason": packages.stop_words(gone.package.stop_reason or "cancelled"),
        "slot": gone.slot,
    }
    text = _(
        "Package %(package)s was stopped (%(reason)s). Leave what is in slot %(slot)d: it goes back by the put-back list."
    )
    if pick_list.mode == PickMode.BATCH:
        text = _(
            "Package %(package)s was stopped (%(reason)s). Put this unit back; what lies in the tote is told at the sort station."
        )
    return _answer(pick_list, tasks, "package_stopped", False, text % values)


@transaction.atomic
def take_more(*, pick_list_id: int, quantity: int, actor: Actor, now: datetime) -> Answer:
    """Further units of the line at hand, typed; one of them must have been scanned, so that it is the right thing."""
    pick_list = lock_walk(pick_list_id=pick_list_id, actor=actor)
    tasks = tasks_of(pick_list=pick_list)
    step = next_step(pick_list, tasks)
    if step is None or step.kind == "bin" or not step.picked:
        text = _("Scan one item first, then type how many more.")
        return _answer(pick_list, tasks, "wrong_item", False, text)
    return scan(pick_list_id=pick_list_id, code=step.seller_sku, quantity=quantity, actor=actor, now=now)


def lock_walk(*, pick_list_id: int, actor: Actor) -> PickList:
    """Lock a walk that this person is on."""
    pick_list = PickList.objects.lock().select_related("wave", "wave__warehouse").get(pk=pick_list_id)
    refuse_others(pick_list=pick_list, actor=actor)
    return pick_list


def refuse_others(*, pick_list: PickList, actor: Actor) -> None:
    """A walk that is over, or somebody else's; who had it before is told who took it, when and why."""
    values = {"number": pick_list.number, "person": pick_list.picker_label}
    if pick_list.state != PickListState.PICKING:
        raise WalkIsOver(_("List %(number)s is not being picked.") % values)
    if is_walker(pick_list=pick_list, actor=actor):
        return
    if pick_list.taken_at is None or pick_list.taken_from != actor.label:
        raise NotYourWalk(_("%(person)s is picking list %(number)s.") % values)
    at = clock.local(pick_list.taken_at, zone=pick_list.wave.warehouse.time_zone)
    raise NotYourWalk(
        _(
            "%(person)s took list %(number)s over at %(time)s: %(why)s. This scan was not counted; hand tote %(tote)s over."
        )
        % {
            **values,
            "time": f"{at:%H:%M}",
            "why": pick_list.get_taken_why_display(),
            "tote": pick_list.tote_code,
        }
    )


def sku_by_code(*, code: str) -> Sku | None:
    """What a scanned code means: a barcode, or the SKU's own code typed by hand."""
    found = Barcode.objects.filter(code=code).select_related("sku").first()
    return found.sku if found else Sku.objects.filter(seller_sku__iexact=code).first()


def _scan_tote(pick_list: PickList, tasks: Sequence[PickTask], task: PickTask, code: str) -> Answer | None:
    """The picker confirms the tote or its slot, or takes another empty one before anything lies in it."""
    tote, _dash, slot = code.upper().rpartition("-")
    known = Bin.objects.filter(kind=BinKind.TOTE, warehouse_id=pick_list.wave.warehouse_id)
    found = {one.code for one in known.filter(code__in=[code.upper(), tote])}
    if not found:
        return None
    slotted = pick_list.mode != PickMode.BATCH
    own = pick_list.tote_code
    expected = f"{own}-{task.slot}" if slotted and code.upper() not in found else own
    if code.upper() in (own, expected):
        return _answer(pick_list, tasks, "tote_ok", True, _("Right: %(tote)s.") % {"tote": code.upper()})
    if code.upper() in found and not any(one.picked_quantity for one in tasks):
        pick_list.tote_code = _free_tote(pick_list, code)
        pick_list.save(update_fields=["tote_code"])
        text = _("This list goes into tote %(tote)s now.") % {"tote": pick_list.tote_code}
        return _answer(pick_list, tasks, "tote_ok", True, text)
    text = _("Wrong tote: %(scanned)s, expected %(expected)s. Nothing was moved.")
    return _wrong(pick_list, tasks, "wrong_tote", text, expected=expected, scanned=code.upper())


def _scan_bin(pick_list: PickList, tasks: Sequence[PickTask], line: Line, code: str) -> Answer:
    task = line[0]
    if code.upper() == task.bin.code.upper():
        pick_list.at_bin_id = task.bin_id
        pick_list.save(update_fields=["at_bin"])
        text = _("Bin %(bin)s. Take %(left)d × %(sku)s.") % {
            "bin": task.bin.code,
            "left": sum(one.quantity - one.picked_quantity for one in line),
            "sku": task.sku.seller_sku,
        }
        return _answer(pick_list, tasks, "bin_ok", True, text)
    if answer := _scan_tote(pick_list, tasks, task, code):
        return answer
    if gone := _stopped_since(pick_list, code):
        return _tell_stopped(pick_list, tasks, gone)
    is_item = not Bin.objects.filter(code__iexact=code).exists() and sku_by_code(code=code) is not None
    text = _("Wrong bin: %(scanned)s, expected %(expected)s. Go there and scan the bin.")
    if is_item:
        text = _("Scan the bin first: expected bin %(expected)s, scanned item %(scanned)s.")
    return _wrong(pick_list, tasks, "wrong_bin", text, expected=task.bin.code, scanned=code)


def _take(
    pick_list: PickList, tasks: Sequence[PickTask], line: Line, quantity: int, *, actor: Actor, now: datetime
) -> Answer:
    """Units go from the bin into the tote: for one package, or for as many as they serve."""
    taken: list[tuple[PickTask, int]] = []
    for task in line:
        units = min(quantity - sum(part for _task, part in taken), task.quantity - task.picked_quantity)
        if not units:
            break
        task.picked_quantity += units
        if task.picked_quantity == task.quantity:
            task.state, task.done_at, task.done_by = PickTaskState.PICKED, now, actor.label[:120]
        taken.append((task, units))
    PickTask.objects.update_many(
        [task for task, _units in taken], ["picked_quantity", "state", "done_at", "done_by"]
    )
    _move_to_tote(pick_list, taken, actor=actor, now=now)
    step = next_step(pick_list, tasks)
    if step is None:
        return _end(pick_list, tasks, actor=actor, now=now)
    return _tell_taken(pick_list, tasks, line, quantity)


def _tell_taken(pick_list: PickList, tasks: Sequence[PickTask], line: Line, quantity: int) -> Answer:
    task = line[0]
    left = sum(one.quantity - one.picked_quantity for one in line)
    values = {
        "sku": task.sku.seller_sku,
        "slot": task.slot,
        "tote": pick_list.tote_code,
        "picked": sum(one.picked_quantity for one in line),
        "quantity": sum(one.quantity for one in line),
        "left": left,
    }
    if pick_list.mode == PickMode.BATCH:
        text = _("%(sku)s into tote %(tote)s: %(left)d more here.")
        text = text if left else _("%(sku)s complete: into tote %(tote)s.")
    else:
        text = _("%(sku)s into slot %(slot)d: %(picked)d of %(quantity)d.")
        text = text if left else _("%(sku)s complete: %(quantity)d into slot %(slot)d.")
    return _answer(pick_list, tasks, "unit" if left else "line_done", True, text % values)


def _move_to_tote(
    pick_list: PickList, taken: Sequence[tuple[PickTask, int]], *, actor: Actor, now: datetime
) -> None:
    """The ledger's side of a pick."""
    tote_id = put_back.tote_ids([pick_list])[pick_list.tote_code, pick_list.wave.warehouse_id]
    movements = []
    for task, units in taken:
        movements += ledger.between(
            source_id=task.bin_id,
            target_id=tote_id,
            sku_id=task.sku_id,
            quantity=units,
            reason=MovementReason.PICKED,
            key=f"pick:{task.pk}:{task.picked_quantity}",
            reference=pick_list.number,
        )
    ledger.post(movements=movements, actor=actor, now=now)


def _end(pick_list: PickList, tasks: Sequence[PickTask], *, actor: Actor, now: datetime) -> Answer:
    walks.finish_if_done(pick_list=pick_list, actor=actor, now=now)
    return _answer(pick_list, tasks, "list_done", True, bring_words(pick_list))


def bring_words(pick_list: PickList) -> str:
    """Where the full tote goes."""
    text = _("List %(number)s is picked. Bring tote %(tote)s to the pack station.")
    if pick_list.needs_sorting:
        text = _("List %(number)s is picked. Bring tote %(tote)s to the put wall.")
    return text % {"number": pick_list.number, "tote": pick_list.tote_code}


def _answer(pick_list: PickList, tasks: Sequence[PickTask], kind: str, ok: bool, text: str) -> Answer:
    return Answer(
        kind=kind,
        ok=ok,
        text=text,
        step=next_step(pick_list, tasks),
        progress=progress(pick_list, tasks),
    )


def _wrong(
    pick_list: PickList, tasks: Sequence[PickTask], kind: str, text: str, *, expected: str, scanned: str
) -> Answer:
    text = text % {"expected": expected, "scanned": scanned}
    return replace(_answer(pick_list, tasks, kind, False, text), expected=expected, scanned=scanned)
