"""The end of a walk: whole packages go on to the pack station, stopped ones go back, and the wave follows."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from orders import packages
from orders.models import Package, PackageState
from orders.states import PackageAction
from tenancy.actors import AUTO, Actor
from warehouse import put_back
from warehouse.models import PickList, PickListState, PickTask, PickTaskState, PutBackWhy, Wave, WaveState
from warehouse.states import PICK_LIST_MACHINE, WAVE_MACHINE, PickListAction, WaveAction

LIVE_LISTS = (PickListState.OPEN, PickListState.PICKING)


@transaction.atomic
def take_off_floor(
    *,
    package_ids: Iterable[int],
    actor: Actor,
    now: datetime,
    reference: str = "",
    why: str = PutBackWhy.CANCELLED,
    is_brought: bool = False,
) -> int:
    """Drop these packages from their walks; what was picked goes back (see `put_back`). Walks with nothing left end."""
    package_ids = list(package_ids)
    lists = put_back.lock_lists(package_ids=package_ids)
    units = put_back.drop_tasks(
        package_ids=package_ids,
        lists=lists,
        actor=actor,
        now=now,
        reference=reference,
        why=why,
        is_brought=is_brought,
    )
    for pick_list in lists.values():
        if pick_list.state in LIVE_LISTS:
            finish_if_done(pick_list=pick_list, actor=actor, now=now)
    return units


@transaction.atomic
def end_stopped(*, order_ids: Iterable[int], now: datetime) -> None:
    """Orders were held: walks on which nothing else is left end; what was reserved stays reserved."""
    order_ids = list(order_ids)
    tasks = PickTask.objects.filter(
        package__order_id__in=order_ids,
        state=PickTaskState.OPEN,
        pick_list__state__in=LIVE_LISTS,
        pick_list__wave__state=WaveState.RELEASED,
    )
    for pick_list in PickList.objects.lock().filter(pk__in=set(tasks.values_list("pick_list_id", flat=True))):
        finish_if_done(pick_list=pick_list, actor=AUTO, now=now)
    _end_unsorted(order_ids, now=now)


def _end_unsorted(order_ids: list[int], *, now: datetime) -> None:
    """Packages that were picked together and stopped before all of their goods lay on the put wall."""
    tasks = PickTask.objects.filter(
        package__order_id__in=order_ids,
        package__is_stopped=True,
        package__state=PackageState.PICKING,
        pick_list__state=PickListState.PICKED,
    ).exclude(state=PickTaskState.DROPPED)
    ids = set(tasks.values_list("package_id", flat=True))
    if not ids:
        return
    lists = put_back.lock_lists(package_ids=ids)
    found = [row for row in packages.lock_many(ids=ids) if row.state == PackageState.PICKING]
    _send_back([row for row in found if row.is_stopped], lists, actor=AUTO, now=now)
    for wave_id in sorted({row.wave_id for row in lists.values()}):
        settle_wave(wave_id=wave_id, now=now)


def _send_back(stopped: list[Package], lists: dict[int, PickList], *, actor: Actor, now: datetime) -> None:
    """Packages on hold wait for another wave; what was picked for them goes back."""
    if not stopped:
        return
    put_back.drop_tasks(
        package_ids=[package.pk for package in stopped],
        lists=lists,
        actor=actor,
        now=now,
        why=PutBackWhy.HELD,
    )
    packages.advance_many(packages=stopped, action=PackageAction.RETURN_TO_QUEUE, actor=actor, now=now)


@transaction.atomic
def finish_if_done(*, pick_list: PickList, actor: Actor, now: datetime) -> bool:
    """End a locked walk when no open line of a running package is left."""
    tasks = PickTask.objects.filter(pick_list=pick_list)
    if tasks.filter(state=PickTaskState.OPEN, package__is_stopped=False).exists():
        return False
    held = tasks.exclude(state=PickTaskState.DROPPED)
    ids = set(held.values_list("package_id", flat=True))
    found = [row for row in packages.lock_many(ids=ids) if row.state == PackageState.PICKING]
    stopped = [package for package in found if package.is_stopped]
    _send_back(stopped, {pick_list.pk: pick_list}, actor=actor, now=now)
    if not pick_list.needs_sorting:  # else each is picked when the last unit of it lies on the put wall
        packages.advance_many(
            packages=[package for package in found if not package.is_stopped],
            action=PackageAction.FINISH_PICKING,
            actor=actor,
            now=now,
            tote=pick_list.tote_code,
        )
    pick_list.state = PICK_LIST_MACHINE.next(pick_list.state, PickListAction.FINISH)
    pick_list.finished_at, pick_list.at_bin = now, None
    pick_list.save(update_fields=["state", "finished_at", "at_bin"])
    settle_wave(wave_id=pick_list.wave_id, now=now)
    return True


@transaction.atomic
def settle_wave(*, wave_id: int, now: datetime) -> Wave:
    """A wave whose walks have ended is picked; when nothing of it waits for packing it is done."""
    wave = Wave.objects.lock().get(pk=wave_id)
    if (
        wave.state == WaveState.RELEASED
        and not PickList.objects.filter(wave=wave, state__in=LIVE_LISTS).exists()
    ):
        wave.state = WAVE_MACHINE.next(wave.state, WaveAction.FINISH_PICKING)
    waiting = PickTask.objects.filter(
        pick_list__wave=wave, package__state__in=[PackageState.PICKING, PackageState.PICKED]
    ).exclude(state=PickTaskState.DROPPED)
    if wave.state == WaveState.PICKED and not waiting.exists():
        wave.state, wave.done_at = WAVE_MACHINE.next(wave.state, WaveAction.FINISH), now
    wave.save(update_fields=["state", "done_at"])
    return wave


def settle_waves_of(*, package_ids: Iterable[int], now: datetime) -> None:
    """Packages were packed or cancelled: their waves may be done."""
    tasks = PickTask.objects.filter(package_id__in=list(package_ids), pick_list__wave__state=WaveState.PICKED)
    for wave_id in sorted(set(tasks.values_list("pick_list__wave_id", flat=True))):
        settle_wave(wave_id=wave_id, now=now)


def packages_of(*, wave: Wave) -> list[Package]:
    """Packages of a wave that were not dropped from it."""
    tasks = PickTask.objects.filter(pick_list__wave=wave).exclude(state=PickTaskState.DROPPED)
    return list(Package.objects.filter(pk__in=tasks.values("package_id")).order_by("pk"))
