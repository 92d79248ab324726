"""The picker's walk: bin, then item, then slot; every scan is answered with what happened and what comes next.

A wrong scan names the expected and the scanned thing and changes nothing. Each unit moves from bin to tote in the ledger
as it is scanned, so a dead battery loses nothing and the walk resumes at the same line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Barcode, Sku
from core.errors import RuleViolation
from orders import packages
from orders.models import PackageState
from tenancy.actors import Actor
from warehouse import ledger, put_back, totes, walks
from warehouse.models import (
    Bin,
    MovementReason,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    WaveState,
)
from warehouse.states import PICK_LIST_MACHINE, PickListAction

SECONDS_PER_STOP, SECONDS_PER_UNIT = 25, 4  # walking to a bin; taking a unit


class NotYourWalk(RuleViolation):
    """Somebody else walks this list."""

    code = "not_your_walk"
    status = 409


class WalkIsOver(RuleViolation):
    """Nothing is left to pick here."""

    code = "walk_is_over"
    status = 409


@dataclass(frozen=True)
class Step:
    """What the picker does next: go to a bin, or take units there."""

    kind: str  # bin | item
    task_id: int
    bin_code: str
    seller_sku: str
    name: str
    variation: str
    image_url: str
    barcode: str
    quantity: int
    picked: int
    slot: int
    tote: str
    package: str

    @property
    def left(self) -> int:
        return self.quantity - self.picked


@dataclass(frozen=True)
class Progress:
    """How far the walk is."""

    lines: int
    lines_done: int
    units: int
    units_done: int
    slots: int
    minutes_left: int


@dataclass(frozen=True)
class Answer:
    """What a scan did. `ok` false means that nothing was changed."""

    kind: str  # bin_ok | unit | line_done | list_done | wrong_bin | wrong_item | too_many | short
    ok: bool
    text: str
    step: Step | None
    progress: Progress
    expected: str = ""
    scanned: str = ""


def open_lists() -> list[PickList]:
    """Walks that wait for a picker or are under way, most urgent wave first."""
    lists = PickList.objects.filter(
        state__in=walks.LIVE_LISTS, wave__state__in=[WaveState.RELEASED, WaveState.PICKED]
    )
    return list(
        lists.select_related("wave", "wave__warehouse").order_by("wave__first_due_at", "wave_id", "number")
    )


@transaction.atomic
def claim(
    *, pick_list_id: int, actor: Actor, now: datetime, tote_code: str = "", take_over: bool = False
) -> PickList:
    """Start a walk, or resume one's own. Gives it a free tote unless one was scanned."""
    pick_list = PickList.objects.lock().get(pk=pick_list_id)
    if pick_list.state == PickListState.PICKING:
        if pick_list.picker_label != actor.label and not take_over:
            raise NotYourWalk(
                _("%(person)s is picking list %(number)s.")
                % {"person": pick_list.picker_label, "number": pick_list.number}
            )
    else:
        if pick_list.wave.state != WaveState.RELEASED:
            raise WalkIsOver(_("The wave of this list is not on the floor."))
        pick_list.state = PICK_LIST_MACHINE.next(pick_list.state, PickListAction.CLAIM)
        pick_list.started_at = now
        pick_list.tote_code = totes.choose(warehouse_id=pick_list.wave.warehouse_id, code=tote_code).code
    pick_list.picker_label = actor.label
    pick_list.picker_id = actor.id if actor.kind == "user" else None
    pick_list.save(update_fields=["state", "started_at", "tote_code", "picker", "picker_label"])
    return pick_list


def tasks_of(*, pick_list: PickList) -> list[PickTask]:
    """The lines of a walk in walk order, without dropped ones."""
    tasks = PickTask.objects.filter(pick_list=pick_list).exclude(state=PickTaskState.DROPPED)
    return list(tasks.select_related("sku", "bin", "package").order_by("sequence", "pk"))


def current_task(tasks: Sequence[PickTask]) -> PickTask | None:
    """The first open line of a package that may go on."""
    return next(
        (task for task in tasks if task.state == PickTaskState.OPEN and not task.package.is_stopped), None
    )


def next_step(pick_list: PickList, tasks: Sequence[PickTask] | None = None) -> Step | None:
    """What to do now; None when the walk is over."""
    task = current_task(tasks_of(pick_list=pick_list) if tasks is None else tasks)
    if task is None or pick_list.state not in walks.LIVE_LISTS:
        return None
    barcode = Barcode.objects.filter(sku_id=task.sku_id).order_by("pk").values_list("code", flat=True).first()
    return Step(
        kind="item" if pick_list.at_bin_id == task.bin_id else "bin",
        task_id=task.pk,
        bin_code=task.bin.code,
        seller_sku=task.sku.seller_sku,
        name=task.sku.name,
        variation=task.sku.variation,
        image_url=task.sku.image_url,
        barcode=barcode or task.sku.seller_sku,
        quantity=task.quantity,
        picked=task.picked_quantity,
        slot=task.slot,
        tote=pick_list.tote_code,
        package=task.package.public_id,
    )


def progress(pick_list: PickList, tasks: Sequence[PickTask] | None = None) -> Progress:
    """Lines and units done, and how long the rest takes at a normal pace."""
    tasks = tasks_of(pick_list=pick_list) if tasks is None else tasks
    open_ones = [task for task in tasks if task.state == PickTaskState.OPEN]
    units_left = sum(task.quantity - task.picked_quantity for task in open_ones)
    stops_left = len({task.bin_id for task in open_ones})
    seconds = stops_left * SECONDS_PER_STOP + units_left * SECONDS_PER_UNIT
    return Progress(
        lines=len(tasks),
        lines_done=len(tasks) - len(open_ones),
        units=sum(task.quantity for task in tasks),
        units_done=sum(task.picked_quantity for task in tasks),
        slots=pick_list.slot_count,
        minutes_left=-(-seconds // 60),
    )


@transaction.atomic
def scan(*, pick_list_id: int, code: str, actor: Actor, now: datetime, quantity: int = 1) -> Answer:
    """One scan: first the bin, then its items, each scan one unit (or `quantity` typed)."""
    pick_list = lock_walk(pick_list_id=pick_list_id, actor=actor)
    tasks = tasks_of(pick_list=pick_list)
    task, code = current_task(tasks), code.strip()
    if task is None:
        return _end(pick_list, tasks, actor=actor, now=now)
    if pick_list.at_bin_id != task.bin_id:
        return _scan_bin(pick_list, tasks, task, code)
    if code.upper() == task.bin.code.upper():
        return _answer(pick_list, tasks, "bin_ok", True, _("You are at the right bin. Now scan the item."))
    found = sku_by_code(code=code)
    if found is None or found.pk != task.sku_id:
        if gone := _stopped_since(pick_list, code):
            return _tell_stopped(pick_list, tasks, gone)
        scanned = found.seller_sku if found else code
        text = _("Wrong item: %(scanned)s, expected %(expected)s. Put it back and scan the right one.")
        return _wrong(pick_list, tasks, "wrong_item", text, expected=task.sku.seller_sku, scanned=scanned)
    if not 1 <= quantity <= task.quantity - task.picked_quantity:
        text = _("Too many: %(scanned)s units, expected %(expected)s at most.")
        left = str(task.quantity - task.picked_quantity)
        return _wrong(pick_list, tasks, "too_many", text, expected=left, scanned=str(quantity))
    return _take(pick_list, tasks, task, quantity, actor=actor, now=now)


def _stopped_since(pick_list: PickList, code: str) -> PickTask | None:
    """The line that this scan meant, when its package was stopped or cancelled while the picker walked."""
    sku = sku_by_code(code=code)
    tasks = PickTask.objects.filter(pick_list=pick_list).filter(Q(bin__code__iexact=code) | Q(sku=sku))
    over = Q(package__is_stopped=True) | Q(package__state=PackageState.CANCELLED)
    return tasks.filter(over).select_related("package").order_by("sequence", "pk").first()


def _tell_stopped(pick_list: PickList, tasks: Sequence[PickTask], gone: PickTask) -> Answer:
    text = _(
        "Package %(package)s was stopped (%(reason)s). Leave what is in slot %(slot)d: it goes back by the put-back list."
    ) % {
        "package": gone.package.public_id,
        "reason": packages.stop_words(gone.package.stop_reason or "cancelled"),
        "slot": gone.slot,
    }
    return _answer(pick_list, tasks, "stopped", False, text)


@transaction.atomic
def take_more(*, pick_list_id: int, quantity: int, actor: Actor, now: datetime) -> Answer:
    """Further units of the line at hand, typed; one of them must have been scanned, so that it is the right thing."""
    pick_list = lock_walk(pick_list_id=pick_list_id, actor=actor)
    tasks = tasks_of(pick_list=pick_list)
    task = current_task(tasks)
    if task is None or pick_list.at_bin_id != task.bin_id or not task.picked_quantity:
        text = _("Scan one item first, then type how many more.")
        return _answer(pick_list, tasks, "wrong_item", False, text)
    return scan(pick_list_id=pick_list_id, code=task.sku.seller_sku, quantity=quantity, actor=actor, now=now)


def lock_walk(*, pick_list_id: int, actor: Actor) -> PickList:
    """Lock a walk that this person is on."""
    pick_list = PickList.objects.lock().select_related("wave").get(pk=pick_list_id)
    refuse_others(pick_list=pick_list, actor=actor)
    return pick_list


def refuse_others(*, pick_list: PickList, actor: Actor) -> None:
    """A walk that is over, or somebody else's."""
    if pick_list.state != PickListState.PICKING:
        raise WalkIsOver(_("List %(number)s is not being picked.") % {"number": pick_list.number})
    if pick_list.picker_label != actor.label:
        raise NotYourWalk(
            _("%(person)s is picking list %(number)s.")
            % {"person": pick_list.picker_label, "number": pick_list.number}
        )


def sku_by_code(*, code: str) -> Sku | None:
    """What a scanned code means: a barcode, or the SKU's own code typed by hand."""
    found = Barcode.objects.filter(code=code).select_related("sku").first()
    return found.sku if found else Sku.objects.filter(seller_sku__iexact=code).first()


def _scan_bin(pick_list: PickList, tasks: Sequence[PickTask], task: PickTask, code: str) -> Answer:
    if code.upper() == task.bin.code.upper():
        pick_list.at_bin_id = task.bin_id
        pick_list.save(update_fields=["at_bin"])
        text = _("Bin %(bin)s. Take %(left)d × %(sku)s.") % {
            "bin": task.bin.code,
            "left": task.quantity - task.picked_quantity,
            "sku": task.sku.seller_sku,
        }
        return _answer(pick_list, tasks, "bin_ok", True, text)
    if gone := _stopped_since(pick_list, code):
        return _tell_stopped(pick_list, tasks, gone)
    is_item = not Bin.objects.filter(code__iexact=code).exists() and sku_by_code(code=code) is not None
    text = _("Wrong bin: %(scanned)s, expected %(expected)s. Go there and scan the bin.")
    if is_item:
        text = _("Scan the bin first: expected bin %(expected)s, scanned item %(scanned)s.")
    return _wrong(pick_list, tasks, "wrong_bin", text, expected=task.bin.code, scanned=code)


def _take(
    pick_list: PickList,
    tasks: Sequence[PickTask],
    task: PickTask,
    quantity: int,
    *,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Units go from the bin into the tote."""
    task.picked_quantity += quantity
    if is_done := task.picked_quantity == task.quantity:
        task.state, task.done_at = PickTaskState.PICKED, now
    task.save(update_fields=["picked_quantity", "state", "done_at"])
    move_to_tote(pick_list=pick_list, task=task, quantity=quantity, actor=actor, now=now)
    values = {
        "sku": task.sku.seller_sku,
        "slot": task.slot,
        "picked": task.picked_quantity,
        "quantity": task.quantity,
    }
    if not is_done:
        text = _("%(sku)s into slot %(slot)d: %(picked)d of %(quantity)d.") % values
        return _answer(pick_list, tasks, "unit", True, text)
    if current_task(tasks) is None:
        return _end(pick_list, tasks, actor=actor, now=now)
    text = _("%(sku)s complete: %(quantity)d into slot %(slot)d.") % values
    return _answer(pick_list, tasks, "line_done", True, text)


def move_to_tote(*, pick_list: PickList, task: PickTask, quantity: int, actor: Actor, now: datetime) -> None:
    """The ledger's side of a pick."""
    tote_id = put_back.tote_ids([pick_list])[pick_list.tote_code, pick_list.wave.warehouse_id]
    movements = ledger.between(
        source_id=task.bin_id,
        target_id=tote_id,
        sku_id=task.sku_id,
        quantity=quantity,
        reason=MovementReason.PICKED,
        key=f"pick:{task.pk}:{task.picked_quantity}",
        reference=pick_list.number,
    )
    ledger.post(movements=movements, actor=actor, now=now)


def _end(pick_list: PickList, tasks: Sequence[PickTask], *, actor: Actor, now: datetime) -> Answer:
    walks.finish_if_done(pick_list=pick_list, actor=actor, now=now)
    text = _("List %(number)s is picked. Bring tote %(tote)s to the pack station.") % {
        "number": pick_list.number,
        "tote": pick_list.tote_code,
    }
    return _answer(pick_list, tasks, "list_done", True, text)


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
