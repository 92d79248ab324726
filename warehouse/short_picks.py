"""A picker does not find what the ledger promised: the loss is written down, another bin is offered, a count is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from orders import packages
from orders.models import PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy.actors import Actor
from warehouse import counting, ledger, picking, reservations, shortages, walks, wave_plan, waves
from warehouse.events import PickedShort
from warehouse.models import (
    BinLevel,
    MovementReason,
    PickList,
    PickTask,
    PickTaskState,
    PutBackWhy,
    Reservation,
    ReservationState,
)


class ShortReason(models.TextChoices):
    EMPTY_BIN = "empty_bin", gettext_lazy("the bin is empty")
    NOT_FOUND = "not_found", gettext_lazy("too few in the bin")
    DAMAGED = "damaged", gettext_lazy("damaged")


class NoSuchReason(RuleViolation):
    """A short pick needs one of the known reasons."""

    code = "no_such_reason"


@transaction.atomic
def report(*, pick_list_id: int, reason: str, actor: Actor, now: datetime) -> picking.Answer:
    """The present line cannot be completed from its bin."""
    if reason not in ShortReason.values:
        raise NoSuchReason(_("Say why: %(reasons)s.") % {"reasons": ", ".join(map(str, ShortReason.labels))})
    seen = PickList.objects.get(pk=pick_list_id)
    picking.refuse_others(pick_list=seen, actor=actor)
    task = picking.current_task(picking.tasks_of(pick_list=seen))
    if task is None:
        raise picking.WalkIsOver(_("Nothing is left to pick on this list."))
    missing = task.quantity - task.picked_quantity
    lost = _units_lost(task, missing, reason)
    # Promises end before the walk is locked: those who lose theirs may be on walks of other people.
    warehouse_id = task.bin.warehouse_id
    if lost:
        shortages.make_room(losses={(warehouse_id, task.sku_id): lost}, actor=actor, now=now)
    pick_list = _lock_unchanged(pick_list_id, task)
    _write_off(task, lost, reason, actor=actor, now=now)
    PickTask.objects.filter(pk=task.pk, state=PickTaskState.OPEN).update(
        state=PickTaskState.SHORT, short_reason=reason, done_at=now
    )
    label = ShortReason(reason).label
    counting.ask_for_count(
        bin_id=task.bin_id, sku_id=task.sku_id, why=f"{pick_list.number}: {label}", now=now
    )
    outbox.publish(
        PickedShort(package_id=task.package_id, sku_id=task.sku_id, bin_id=task.bin_id, missing=missing)
    )
    text = _go_on(pick_list, task, missing, actor=actor, now=now)
    return _answer(pick_list, text, actor=actor, now=now)


def _units_lost(task: PickTask, missing: int, reason: str) -> int:
    """An empty bin loses all that the ledger believed to be there; otherwise only the missing units."""
    level = BinLevel.objects.filter(bin_id=task.bin_id, sku_id=task.sku_id).first()
    believed = level.on_hand if level else 0
    return believed if reason == ShortReason.EMPTY_BIN else min(missing, believed)


def _lock_unchanged(pick_list_id: int, task: PickTask) -> PickList:
    pick_list = PickList.objects.lock().select_related("wave").get(pk=pick_list_id)
    now_picked = PickTask.objects.values_list("picked_quantity", flat=True).get(pk=task.pk)
    if now_picked != task.picked_quantity:
        raise picking.NotYourWalk(_("Something was scanned at the same moment. Look again."))
    return pick_list


def _write_off(task: PickTask, lost: int, reason: str, *, actor: Actor, now: datetime) -> None:
    if not lost:
        return
    kind = MovementReason.DAMAGED if reason == ShortReason.DAMAGED else MovementReason.COUNTED
    movement = ledger.Movement(
        bin_id=task.bin_id,
        sku_id=task.sku_id,
        quantity=-lost,
        reason=kind,
        key=f"short:{task.pk}",
        reference=task.package.public_id,
    )
    ledger.post(movements=[movement], actor=actor, now=now)


def _go_on(pick_list: PickList, task: PickTask, missing: int, *, actor: Actor, now: datetime) -> str:
    """Another bin when there is one; else the package leaves the walk, and is reserved anew or held."""
    is_promised = Reservation.objects.filter(
        package_id=task.package_id, sku_id=task.sku_id, state=ReservationState.ACTIVE
    ).exists()
    stops = _elsewhere(pick_list, task, missing) if is_promised else []
    if stops:
        _add_lines(pick_list, task, stops)
        codes = ", ".join(
            PickTask.objects.filter(
                pick_list=pick_list, package_id=task.package_id, sku_id=task.sku_id, state=PickTaskState.OPEN
            )
            .order_by("sequence")
            .values_list("bin__code", flat=True)
        )
        return _("Noted. The rest lies in %(bins)s.") % {"bins": codes}
    if is_promised:
        _leave_walk(task, actor=actor, now=now)
    return _(
        "Noted. Nothing more lies elsewhere: what is in slot %(slot)d goes back by the put-back list."
    ) % {"slot": task.slot}


def _elsewhere(pick_list: PickList, task: PickTask, missing: int) -> list[wave_plan.Stop]:
    shelves = waves.free_shelves(warehouse_id=pick_list.wave.warehouse_id, sku_ids=[task.sku_id])
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


def _leave_walk(task: PickTask, *, actor: Actor, now: datetime) -> None:
    package_ids = [task.package_id]
    reservations.lock_orders([task.package.order_id])
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


def _answer(pick_list: PickList, text: str, *, actor: Actor, now: datetime) -> picking.Answer:
    """The walk as it is now; it may have ended with this package."""
    pick_list.refresh_from_db()
    tasks = picking.tasks_of(pick_list=pick_list)
    if picking.current_task(tasks) is None:
        if pick_list.state in walks.LIVE_LISTS:
            walks.finish_if_done(pick_list=pick_list, actor=actor, now=now)
        text = _("%(text)s List %(number)s is done: bring tote %(tote)s to the pack station.") % {
            "text": text,
            "number": pick_list.number,
            "tote": pick_list.tote_code,
        }
    return picking.Answer(
        kind="short",
        ok=True,
        text=text,
        step=picking.next_step(pick_list, tasks),
        progress=picking.progress(pick_list, tasks),
    )
