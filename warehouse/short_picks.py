"""A picker does not find what the ledger promised: the loss is written down, another bin is offered, a count is asked for.

Goods past their sell-by margin are not lost: they stay in the books where they lie, and are never offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import sentences
from core.errors import RuleViolation
from orders import packages
from orders.models import PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy.actors import Actor
from warehouse import counting, ledger, lots, picking, reservations, shortages, walks, wave_choice, wave_plan
from warehouse.events import PickedShort
from warehouse.models import (
    BinLevel,
    MovementReason,
    PickList,
    PickMode,
    PickTask,
    PickTaskState,
    PutBackWhy,
    Reservation,
    ReservationState,
)
from warehouse.walk_steps import Answer, current_line, next_step, progress, tasks_of


class ShortReason(models.TextChoices):
    EMPTY_BIN = "empty_bin", gettext_lazy("the bin is empty")
    NOT_FOUND = "not_found", gettext_lazy("too few in the bin")
    DAMAGED = "damaged", gettext_lazy("damaged")


class NoSuchReason(RuleViolation):
    """A short pick needs one of the known reasons."""

    code = "no_such_reason"


@transaction.atomic
def report(*, pick_list_id: int, reason: str, actor: Actor, now: datetime) -> Answer:
    """The present line cannot be completed from its bin."""
    if reason not in ShortReason.values:
        raise NoSuchReason(_("Say why: %(reasons)s.") % {"reasons": ", ".join(map(str, ShortReason.labels))})
    seen = PickList.objects.select_related("wave", "wave__warehouse").get(pk=pick_list_id)
    picking.refuse_others(pick_list=seen, actor=actor)
    line = current_line(seen, tasks_of(pick_list=seen))
    if not line:
        raise picking.WalkIsOver(_("Nothing is left to pick on this list."))
    task = line[0]
    loss = _loss(task, sum(map(_missing, line)), reason)
    # Promises end before the walk is locked: those who lose theirs may be on walks of other people.
    if loss.for_sale:
        key = (task.bin.warehouse_id, task.sku_id)
        shortages.make_room(losses={key: loss.for_sale}, actor=actor, now=now)
    pick_list = _lock_unchanged(pick_list_id, line)
    _write_off(task, loss, reason, actor=actor, now=now)
    PickTask.objects.filter(pk__in=[one.pk for one in line], state=PickTaskState.OPEN).update(
        state=PickTaskState.SHORT, short_reason=reason, done_at=now, done_by=actor.label[:120]
    )
    label = ShortReason(reason).label
    counting.ask_for_count(
        bin_id=task.bin_id, sku_id=task.sku_id, why=f"{pick_list.number}: {label}", now=now
    )
    for one in line:
        outbox.publish(
            PickedShort(
                package_id=one.package_id, sku_id=one.sku_id, bin_id=one.bin_id, missing=_missing(one)
            )
        )
    text = _go_on(pick_list, line, loss, actor=actor, now=now)
    return _answer(pick_list, text, actor=actor, now=now)


def _missing(task: PickTask) -> int:
    return task.quantity - task.picked_quantity


@dataclass(frozen=True)
class Loss:
    """What is not there: (lot, units) to write off, and how many of them could have been sold."""

    parts: tuple[tuple[int | None, int], ...] = ()
    for_sale: int = 0
    withheld: int = 0  # units past their sell-by margin that stay where they are


def _loss(task: PickTask, missing: int, reason: str) -> Loss:
    """An empty bin loses all that the ledger believed to be there; otherwise only missing units that were for sale."""
    level = BinLevel.objects.filter(bin_id=task.bin_id, sku_id=task.sku_id).first()
    believed = level.on_hand if level else 0
    pair = (task.bin_id, task.sku_id)
    held = lots.held_in(pairs=[pair], on_hand={pair: believed})[pair] if task.sku.is_by_lot else []
    withheld = sum(one.units for one in held if one.is_withheld)
    if reason == ShortReason.EMPTY_BIN:
        whole = tuple((one.lot_id, one.units) for one in held if one.units) or ((None, believed),)
        return Loss(whole, believed - withheld)
    lost = min(missing, believed - withheld)
    parts = lots.share(held=held, units=lost, is_for_sale=True) if held else [(None, lost)]
    return Loss(tuple(parts), lost, withheld)


def _lock_unchanged(pick_list_id: int, line: Sequence[PickTask]) -> PickList:
    pick_list = PickList.objects.lock().select_related("wave").get(pk=pick_list_id)
    rows = PickTask.objects.filter(pk__in=[one.pk for one in line])
    if dict(rows.values_list("pk", "picked_quantity")) != {one.pk: one.picked_quantity for one in line}:
        raise picking.NotYourWalk(_("Something was scanned at the same moment. Look again."))
    return pick_list


def _write_off(task: PickTask, loss: Loss, reason: str, *, actor: Actor, now: datetime) -> None:
    kind = MovementReason.DAMAGED if reason == ShortReason.DAMAGED else MovementReason.COUNTED
    movements = [
        ledger.Movement(
            bin_id=task.bin_id,
            sku_id=task.sku_id,
            quantity=-units,
            reason=kind,
            key=f"short:{task.pk}" if number == 1 else f"short:{task.pk}#{number}",
            reference=task.package.public_id,
            lot_id=lot_id,
            is_lot_said=task.sku.is_by_lot,
        )
        for number, (lot_id, units) in enumerate(loss.parts, start=1)
    ]
    ledger.post(movements=movements, actor=actor, now=now)


def _go_on(pick_list: PickList, line: Sequence[PickTask], loss: Loss, *, actor: Actor, now: datetime) -> str:
    """Another bin when there is one; else the package leaves the walk, and is reserved anew or held."""
    promised = set(
        Reservation.objects.filter(
            package_id__in=[one.package_id for one in line],
            sku_id=line[0].sku_id,
            state=ReservationState.ACTIVE,
        ).values_list("package_id", flat=True)
    )
    stranded = []
    for task in line:
        stops = _elsewhere(pick_list, task, _missing(task)) if task.package_id in promised else []
        if stops:
            _add_lines(pick_list, task, stops)
        else:
            stranded.append(task)
    leaving = [task for task in stranded if task.package_id in promised]
    if leaving:
        _leave_walk(leaving, actor=actor, now=now)
    return _tell(pick_list, line, stranded, loss)


def _tell(pick_list: PickList, line: Sequence[PickTask], stranded: Sequence[PickTask], loss: Loss) -> str:
    others = PickTask.objects.filter(
        pick_list=pick_list,
        package_id__in=[one.package_id for one in line],
        sku_id=line[0].sku_id,
        state=PickTaskState.OPEN,
    )
    codes = list(dict.fromkeys(others.order_by("sequence").values_list("bin__code", flat=True)))
    parts = [_("Noted.")]
    if loss.withheld:
        text = ngettext(
            "%(units)d unit in %(bin)s is past its sell-by date: leave it there.",
            "%(units)d units in %(bin)s are past their sell-by date: leave them there.",
            loss.withheld,
        )
        parts.append(text % {"units": loss.withheld, "bin": line[0].bin.code})
    if codes:
        parts.append(_("The rest lies in %(bins)s.") % {"bins": sentences.listed(codes)})
    if stranded and pick_list.mode == PickMode.BATCH:
        parts.append(
            ngettext(
                "%(count)d package cannot be completed: its goods go back by the put-back list.",
                "%(count)d packages cannot be completed: their goods go back by the put-back list.",
                len(stranded),
            )
            % {"count": len(stranded)}
        )
    elif stranded:
        text = _("Nothing more lies elsewhere: what is in slot %(slot)d goes back by the put-back list.")
        parts.append(text % {"slot": stranded[0].slot})
    return sentences.joined(parts)


def _elsewhere(pick_list: PickList, task: PickTask, missing: int) -> list[wave_plan.Stop]:
    shelves = wave_choice.free_shelves(warehouse_id=pick_list.wave.warehouse_id, sku_ids=[task.sku_id])
    need = wave_plan.Need(task.package_id, {task.sku_id: missing}, datetime.max.replace(tzinfo=UTC))
    stops, _lacking = wave_plan.choose_bins(
        needs=[need], shelves=[shelf for shelf in shelves if shelf.bin_id != task.bin_id]
    )
    return stops.get(task.package_id, [])


def _add_lines(pick_list: PickList, task: PickTask, stops: Sequence[wave_plan.Stop]) -> None:
    """New lines where the walk passes their bins; at once when it has passed them already."""
    ahead = list(
        PickTask.objects.filter(pick_list=pick_list, state=PickTaskState.OPEN)
        .order_by("sequence")
        .values_list("sequence", "bin__walk_order")
    )
    PickTask.objects.bulk_create(
        PickTask(
            shop_id=task.shop_id,
            pick_list=pick_list,
            package_id=task.package_id,
            sku_id=task.sku_id,
            bin_id=stop.bin_id,
            quantity=stop.quantity,
            sequence=max((order for order, walk in ahead if walk <= stop.walk_order), default=task.sequence),
            slot=task.slot,
        )
        for stop in stops
    )


def _leave_walk(tasks: Sequence[PickTask], *, actor: Actor, now: datetime) -> None:
    package_ids = sorted({task.package_id for task in tasks})
    reservations.lock_orders({task.package.order_id for task in tasks})
    found = packages.lock_many(ids=package_ids)
    walks.take_off_floor(package_ids=package_ids, actor=actor, now=now, why=PutBackWhy.HELD)
    reservations.release(package_ids=package_ids, now=now)
    packages.advance_many(
        packages=[package for package in found if package.state == PackageState.PICKING],
        action=PackageAction.DEALLOCATE,
        actor=actor,
        now=now,
        reason="picked_short",
    )
    reservations.reserve_packages(package_ids=package_ids, now=now)


def _answer(pick_list: PickList, text: str, *, actor: Actor, now: datetime) -> Answer:
    """The walk as it is now; it may have ended with this package."""
    pick_list.refresh_from_db()
    tasks = tasks_of(pick_list=pick_list)
    if not current_line(pick_list, tasks):
        if pick_list.state in walks.LIVE_LISTS:
            walks.finish_if_done(pick_list=pick_list, actor=actor, now=now)
        text = f"{text} {picking.bring_words(pick_list)}"
    return Answer(
        kind="short",
        ok=True,
        text=text,
        step=next_step(pick_list, tasks),
        progress=progress(pick_list, tasks),
    )
