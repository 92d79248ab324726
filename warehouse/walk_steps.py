"""Where a walk stands: the next thing to do, how far it is, and what lies ahead for a phone that loses its connection.

A line is what the picker takes in one go: one package's units, or, picked together, all units of a SKU in a bin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Barcode
from orders.models import PackageState
from warehouse import lots, walks
from warehouse.models import PickList, PickMode, PickTask, PickTaskState

SHORT = "picked_short"  # nothing more lies elsewhere: the package left the walk
SECONDS_PER_STOP, SECONDS_PER_UNIT = 25, 4  # walking to a bin; taking a unit


@dataclass(frozen=True)
class Step:
    """What the picker does next: go to a bin, or take units there. `slot` 0: everything lies in one tote."""

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
    lot: str = ""  # in words; empty for goods that are not kept by lot

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

    kind: str  # bin_ok | tote_ok | unit | line_done | list_done | short; else what was wrong
    ok: bool
    text: str
    step: Step | None
    progress: Progress
    expected: str = ""
    scanned: str = ""


@dataclass(frozen=True)
class Stopped:
    """A package of the walk that goes no further, and how many of its units lie in the tote."""

    package: str
    slot: int
    units: int
    reason: str


@dataclass(frozen=True)
class Ahead:
    """A line that is left, with every code that means its SKU."""

    bin: str
    sku: str
    name: str
    variation: str
    image: str
    left: int
    picked: int
    slot: int
    lot: str = ""
    codes: list[str] = field(default_factory=list)


def tasks_of(*, pick_list: PickList) -> list[PickTask]:
    """The lines of a walk in walk order, without dropped ones."""
    tasks = PickTask.objects.filter(pick_list=pick_list).exclude(state=PickTaskState.DROPPED)
    return list(tasks.select_related("sku", "bin", "package").order_by("sequence", "pk"))


def current_line(pick_list: PickList, tasks: Sequence[PickTask]) -> list[PickTask]:
    """What the picker takes in one go now; empty when nothing is left."""
    return next(iter(lines_of(pick_list, _open(tasks))), [])


def next_step(pick_list: PickList, tasks: Sequence[PickTask] | None = None) -> Step | None:
    """What to do now; None when the walk is over."""
    tasks = tasks_of(pick_list=pick_list) if tasks is None else tasks
    line = current_line(pick_list, tasks)
    if not line or pick_list.state not in walks.LIVE_LISTS:
        return None
    task = line[0]
    taken = _taken_before(pick_list, line, tasks)
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
        quantity=sum(one.quantity for one in line) + taken,
        picked=sum(one.picked_quantity for one in line) + taken,
        slot=slot_of(pick_list, task),
        tote=pick_list.tote_code,
        package="" if pick_list.mode == PickMode.BATCH else task.package.public_id,
        lot=_lots([task]).get((task.bin_id, task.sku_id), ""),
    )


def progress(pick_list: PickList, tasks: Sequence[PickTask] | None = None) -> Progress:
    """Lines and units done, and how long the rest takes at a normal pace."""
    tasks = tasks_of(pick_list=pick_list) if tasks is None else tasks
    open_ones = [task for task in tasks if task.state == PickTaskState.OPEN]
    units_left = sum(task.quantity - task.picked_quantity for task in open_ones)
    seconds = len({task.bin_id for task in open_ones}) * SECONDS_PER_STOP + units_left * SECONDS_PER_UNIT
    lines = len(lines_of(pick_list, tasks))
    return Progress(
        lines=lines,
        lines_done=lines - len(lines_of(pick_list, open_ones)),
        units=sum(task.quantity for task in tasks),
        units_done=sum(task.picked_quantity for task in tasks),
        slots=pick_list.slot_count,
        minutes_left=-(-seconds // 60),
    )


def stopped_on(pick_list: PickList) -> list[Stopped]:
    """Packages that were stopped or cancelled while goods of theirs lie in the tote: the picker leaves them there."""
    over = Q(state=PickTaskState.DROPPED) | Q(package__is_stopped=True)
    over |= Q(package__state=PackageState.CANCELLED)
    tasks = PickTask.objects.filter(over, pick_list=pick_list, picked_quantity__gt=0)
    found: dict[str, Stopped] = {}
    for task in tasks.select_related("package").order_by("slot", "pk"):
        package = task.package
        before = found.get(package.public_id)
        units = task.picked_quantity + (before.units if before else 0)
        is_over = package.state == PackageState.CANCELLED
        reason = package.stop_reason or ("cancelled" if is_over else SHORT)
        found[package.public_id] = Stopped(package.public_id, slot_of(pick_list, task), units, reason)
    return list(found.values())


def ahead(pick_list: PickList, tasks: Sequence[PickTask]) -> list[Ahead]:
    """Every line that is left, in walk order: enough for a phone to go on by itself for a while."""
    lines = lines_of(pick_list, _open(tasks))
    codes: dict[int, list[str]] = {}
    rows = Barcode.objects.filter(sku_id__in={line[0].sku_id for line in lines}).order_by("pk")
    for sku_id, code in rows.values_list("sku_id", "code"):
        codes.setdefault(sku_id, []).append(code)
    by_place = _lots([line[0] for line in lines])
    return [
        Ahead(
            bin=line[0].bin.code,
            sku=line[0].sku.seller_sku,
            name=line[0].sku.name,
            variation=line[0].sku.variation,
            image=line[0].sku.image_url,
            left=sum(task.quantity - task.picked_quantity for task in line),
            picked=sum(task.picked_quantity for task in line) + _taken_before(pick_list, line, tasks),
            slot=slot_of(pick_list, line[0]),
            lot=by_place.get((line[0].bin_id, line[0].sku_id), ""),
            codes=codes.get(line[0].sku_id, []),
        )
        for line in lines
    ]


def _lots(tasks: Iterable[PickTask]) -> dict[tuple[int, int], str]:
    """(bin, SKU) → which lot to take, in words; no query where nothing is kept by lot."""
    pairs = [(task.bin_id, task.sku_id) for task in tasks if task.sku.is_by_lot]
    found = lots.next_in_bins(pairs=pairs) if pairs else {}
    return {
        pair: _("Lot %(lot)s, expires %(day)s") % {"lot": lot.code, "day": lot.expires_on or "—"}
        for pair, lot in found.items()
    }


def _open(tasks: Iterable[PickTask]) -> list[PickTask]:
    return [task for task in tasks if task.state == PickTaskState.OPEN and not task.package.is_stopped]


def lines_of(pick_list: PickList, tasks: Iterable[PickTask]) -> list[list[PickTask]]:
    found: dict[object, list[PickTask]] = {}
    for task in tasks:
        key = (task.bin_id, task.sku_id) if pick_list.mode == PickMode.BATCH else task.pk
        found.setdefault(key, []).append(task)
    return list(found.values())


def _taken_before(pick_list: PickList, line: Sequence[PickTask], tasks: Sequence[PickTask]) -> int:
    """Picked together, units of packages that are complete belong to the same line: the picker counts them too."""
    if pick_list.mode != PickMode.BATCH:
        return 0
    same = [task for task in tasks if (task.bin_id, task.sku_id) == (line[0].bin_id, line[0].sku_id)]
    return sum(task.picked_quantity for task in same if task.state == PickTaskState.PICKED)


def slot_of(pick_list: PickList, task: PickTask) -> int:
    return 0 if pick_list.mode == PickMode.BATCH else task.slot
