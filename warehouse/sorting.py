"""The put wall: each unit of a tote that was picked together is scanned and told its slot; a full slot is to be packed.

A wrong or surplus unit is named and changes nothing. Each unit moves from tote to slot in the ledger as it is scanned.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from orders import packages
from orders.models import Package, PackageState
from orders.states import PackageAction
from tenancy.actors import Actor
from warehouse import ledger, picking, put_back, put_walls
from warehouse.models import (
    Bin,
    BinKind,
    MovementReason,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    SortSlot,
)

_NEVER = datetime.max.replace(tzinfo=UTC)


class NothingToSort(RuleViolation):
    """The tote or list is not one whose goods wait for the put wall."""

    code = "nothing_to_sort"
    status = 409


@dataclass(frozen=True)
class Progress:
    """How much of the tote lies on the wall."""

    units: int
    units_done: int

    @property
    def left(self) -> int:
        return self.units - self.units_done


@dataclass(frozen=True)
class Answer:
    """What a scan did. `ok` false means that nothing was changed."""

    kind: str  # sorted | slot_full | list_sorted | slot; unknown_code | wrong_item | too_many | wrong_tote | package_stopped
    ok: bool
    text: str
    slot: Bin | None = None


@dataclass(frozen=True)
class Left:
    """Units of one SKU that are still in the tote."""

    sku: Sku
    units: int


def find(*, code: str) -> PickList:
    """The batch that a scanned tote or list number means; a sentence says why not."""
    code = code.strip()
    waiting = put_walls.waiting_lists()
    for row in waiting:
        if code.upper() in (row.tote_code.upper(), row.number.upper()):
            return row
    known = PickList.objects.filter(number__iexact=code).first()
    known = known or PickList.objects.filter(tote_code__iexact=code).order_by("-pk").first()
    if known is None:
        raise NothingToSort(_("There is no tote or list “%(code)s” to sort.") % {"code": code[:40]})
    raise NothingToSort(_why_not(known) % {"code": code[:40], "number": known.number})


def _why_not(pick_list: PickList) -> str:
    if not pick_list.needs_sorting:
        return _("%(code)s needs no sorting: bring it to the pack station.")
    if pick_list.state in (PickListState.OPEN, PickListState.PICKING):
        return _("%(code)s is not picked to its end yet (list %(number)s).")
    return _("Everything of %(code)s is sorted (list %(number)s).")


def tasks_of(*, pick_list: PickList) -> list[PickTask]:
    """The lines of a batch that go on."""
    tasks = PickTask.objects.filter(pick_list=pick_list).exclude(state=PickTaskState.DROPPED)
    return list(
        tasks.select_related("sku", "package")
        .annotate(due_at=F("package__order__clock__due_at"))
        .order_by("pk")
    )


def progress(*, pick_list: PickList) -> Progress:
    tasks = tasks_of(pick_list=pick_list)
    return Progress(
        units=sum(task.picked_quantity for task in tasks),
        units_done=sum(task.sorted_quantity for task in tasks),
    )


def left_in_tote(*, pick_list: PickList) -> list[Left]:
    """What the sorter still finds in the tote, by SKU."""
    units: Counter[int] = Counter()
    skus: dict[int, Sku] = {}
    for task in tasks_of(pick_list=pick_list):
        if task.picked_quantity > task.sorted_quantity and not task.package.is_stopped:
            units[task.sku_id] += task.picked_quantity - task.sorted_quantity
            skus[task.sku_id] = task.sku
    return [
        Left(skus[pk], count) for pk, count in sorted(units.items(), key=lambda one: skus[one[0]].seller_sku)
    ]


@transaction.atomic
def scan(*, pick_list_id: int, code: str, actor: Actor, now: datetime) -> Answer:
    """One unit out of the tote, or a slot to look at."""
    pick_list = PickList.objects.lock().select_related("wave").get(pk=pick_list_id)
    if not pick_list.needs_sorting or pick_list.state != PickListState.PICKED:
        raise NothingToSort(_why_not(pick_list) % {"code": pick_list.tote_code, "number": pick_list.number})
    code = code.strip()
    if answer := _scan_place(pick_list, code):
        return answer
    sku = picking.sku_by_code(code=code)
    if sku is None:
        text = _("Unknown barcode: %(scanned)s, expected %(expected)s. Put the item aside.")
        values = {"scanned": code[:40] or "—", "expected": _expected(pick_list)}
        return Answer("unknown_code", False, text % values)
    task = _choose(pick_list, sku)
    if task is None:
        return _not_wanted(pick_list, sku)
    return _put(pick_list, task, actor=actor, now=now)


def _scan_place(pick_list: PickList, code: str) -> Answer | None:
    """A tote or a slot instead of an item."""
    kinds = (BinKind.TOTE, BinKind.WALL)
    place = Bin.objects.filter(
        code__iexact=code, kind__in=kinds, warehouse_id=pick_list.wave.warehouse_id
    ).first()
    if place is None:
        return None
    values = {"scanned": place.code, "expected": pick_list.tote_code}
    if place.kind == BinKind.TOTE:
        if place.code == pick_list.tote_code:
            return Answer("slot", True, _("Right: %(tote)s.") % {"tote": place.code})
        text = _("Wrong tote: %(scanned)s. Tote %(expected)s is being sorted: empty it first, or leave it.")
        return Answer("wrong_tote", False, text % values)
    slot = SortSlot.objects.filter(bin=place, closed_at__isnull=True).select_related("package").first()
    if slot is None:
        return Answer("slot", True, _("Slot %(slot)s is free.") % {"slot": place.code}, place)
    text = _("Slot %(slot)s is full: package %(package)s goes to the pack station.")
    if slot.full_at is None:
        text = _("Slot %(slot)s waits for more units of package %(package)s.")
    return Answer("slot", True, text % {"slot": place.code, "package": slot.package.public_id}, place)


def _wanting(pick_list: PickList, sku: Sku) -> list[PickTask]:
    """Lines that lack a unit of this SKU: packages that have a slot first, then the most urgent."""
    tasks = [
        task
        for task in tasks_of(pick_list=pick_list)
        if task.sku_id == sku.pk
        and task.picked_quantity > task.sorted_quantity
        and task.package.state == PackageState.PICKING
        and not task.package.is_stopped
    ]
    slots = put_back.slots_of(package_ids=[task.package_id for task in tasks])
    return sorted(tasks, key=lambda task: (task.package_id not in slots, task.due_at or _NEVER, task.pk))


def _choose(pick_list: PickList, sku: Sku) -> PickTask | None:
    """The line that this unit is for, its package locked: whoever stops it meanwhile waits, or was quicker."""
    for task in _wanting(pick_list, sku):
        package = packages.lock_many(ids=[task.package_id])[0]
        if package.state == PackageState.PICKING and not package.is_stopped:
            task.package = package
            return task
    return None


def _put(pick_list: PickList, task: PickTask, *, actor: Actor, now: datetime) -> Answer:
    slot, is_new = put_walls.slot_of(pick_list=pick_list, package=task.package, now=now)
    task.sorted_quantity += 1
    task.save(update_fields=["sorted_quantity"])
    tote_id = put_back.tote_ids([pick_list])[pick_list.tote_code, pick_list.wave.warehouse_id]
    movements = ledger.between(
        source_id=tote_id,
        target_id=slot.bin_id,
        sku_id=task.sku_id,
        quantity=1,
        reason=MovementReason.MOVED,
        key=f"sort:{task.pk}:{task.sorted_quantity}",
        reference=pick_list.number,
    )
    lacking = _lacking(pick_list, task.package)
    if not lacking:
        slot.full_at = now
        slot.save(update_fields=["full_at"])
        packages.advance(
            package=task.package,
            action=PackageAction.FINISH_PICKING,
            actor=actor,
            now=now,
            tote=slot.bin.code,
        )
    ledger.post(movements=movements, actor=actor, now=now)
    return _told(pick_list, task, slot, lacking=lacking, is_new=is_new)


def _lacking(pick_list: PickList, package: Package) -> int:
    """Units of the package that are still in the tote."""
    tasks = PickTask.objects.filter(pick_list=pick_list, package=package).exclude(state=PickTaskState.DROPPED)
    return sum(picked - done for picked, done in tasks.values_list("picked_quantity", "sorted_quantity"))


def _told(pick_list: PickList, task: PickTask, slot: SortSlot, *, lacking: int, is_new: bool) -> Answer:
    values = {
        "sku": task.sku.seller_sku,
        "slot": slot.bin.code,
        "left": lacking,
        "tote": pick_list.tote_code,
    }
    if not put_walls.unsorted_tasks().filter(pick_list=pick_list).exists():
        text = _("%(sku)s into slot %(slot)s: full, to pack. Tote %(tote)s is empty: all is sorted.")
        return Answer("list_sorted", True, text % values, slot.bin)
    if not lacking:
        text = _("%(sku)s into slot %(slot)s: full, to pack.")
        return Answer("slot_full", True, text % values, slot.bin)
    text = _("%(sku)s into slot %(slot)s: %(left)d more.")
    if is_new:
        text = _("%(sku)s into the new slot %(slot)s: %(left)d more.")
    return Answer("sorted", True, text % values, slot.bin)


def _expected(pick_list: PickList) -> str:
    return ", ".join(one.sku.seller_sku for one in left_in_tote(pick_list=pick_list)[:6]) or "—"


def _not_wanted(pick_list: PickList, sku: Sku) -> Answer:
    """Why no package of this batch takes the unit."""
    values = {"scanned": sku.seller_sku, "number": pick_list.number, "expected": _expected(pick_list)}
    own = PickTask.objects.filter(pick_list=pick_list, sku=sku)
    going = own.exclude(state=PickTaskState.DROPPED).filter(package__is_stopped=False)
    if own.filter(picked_quantity__gt=F("sorted_quantity")).exclude(pk__in=going.values("pk")).exists():
        text = _(
            "The package of this %(scanned)s was stopped. Leave the item in the tote: it goes back by the put-back list."
        )
        return Answer("package_stopped", False, text % values)
    if going.exists():
        text = _("One %(scanned)s too many: all that list %(number)s wants lie on the wall. Put it aside.")
        return Answer("too_many", False, text % values)
    other = put_walls.unsorted_tasks().filter(sku=sku).select_related("pick_list").order_by("pk").first()
    if other is not None:
        text = _(
            "Wrong item: %(scanned)s is not of list %(number)s, expected %(expected)s. It may belong to tote %(tote)s."
        )
        return Answer("wrong_item", False, text % {**values, "tote": other.pick_list.tote_code})
    text = _("Wrong item: %(scanned)s is not of list %(number)s, expected %(expected)s. Put it aside.")
    return Answer("wrong_item", False, text % values)
