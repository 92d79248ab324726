"""The lane of a live show: pre-packed parcels are given to packages that want one unit, and skip the aisle.

Each is a line of a pick list without a walk, so that reservations, cancellations, unpacking and other walks know of it as
of any other line. At the station one scan of the product takes the most urgent of them, checked and in its carton.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from catalog.models import Sku
from core import clock, ids
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState
from orders.states import PackageAction
from tenancy import audit
from tenancy.actors import AUTO, Actor
from warehouse import ledger, put_back, totes, walks, wave_words
from warehouse.models import (
    Lane,
    MovementReason,
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
    PutBackWhy,
    QualityCheck,
    Reservation,
    ReservationState,
    Show,
    ShowParcel,
    ShowProduct,
    ShowState,
    Wave,
    WaveState,
)
from warehouse.show_words import LANE_CLOSED, NO_PREPACKED

AT_ONCE = 500
TRIED = 10  # packages may be stopped between two looks
LANE_SHOWS = (ShowState.LIVE, ShowState.OVER)


@dataclass(frozen=True)
class Fed:
    """How many packages got a pre-packed parcel, and how many go the normal way because there is none left."""

    joined: int = 0
    passed: int = 0


@transaction.atomic
def feed(*, show_id: int, now: datetime, actor: Actor = AUTO) -> Fed:
    """Give the pre-packed parcels that are free to the most urgent packages that want one; tell the others why not."""
    show = Show.objects.lock().select_related("warehouse").get(pk=show_id)
    if show.state != ShowState.LIVE or not show.is_lane_open:
        return Fed()
    # The list before its packages, as everywhere on the floor; nobody is given a parcel twice.
    pick_list = _lock_list(show)
    products = {one.sku_id: one for one in ShowProduct.objects.lock().filter(show=show, packed_units__gt=0)}
    if not products:
        return Fed()
    free = _free(products.values())
    wanted = _wanted(show, free)
    locked = {one.pk: one for one in packages.lock_many(ids=wanted)}
    sku_of = dict(
        _candidates(show, products).filter(package_id__in=locked).values_list("package_id", "sku_id")
    )
    joining, passing = [], []
    for package_id in wanted:
        sku_id = sku_of.get(package_id)  # asked again, under the locks
        if sku_id is None:
            continue
        if free[sku_id] > 0:
            free[sku_id] -= 1
            joining.append(locked[package_id])
        else:
            passing.append(locked[package_id])
    if joining:
        _join(show, pick_list, joining, {pk: products[sku_id] for pk, sku_id in sku_of.items()}, actor, now)
    passed = _keep_parcels(show, passing, why=NO_PREPACKED, actor=actor, now=now)
    return Fed(len(joining), passed)


def _wanted(show: Show, free: Counter[int]) -> list[int]:
    """Packages that may get a parcel, and those that must be told that there is none; the most urgent first."""
    told = ShowParcel.objects.filter(show=show, package=OuterRef("package_id"), why=NO_PREPACKED)
    there = _candidates(show, [sku_id for sku_id, units in free.items() if units > 0])
    gone = _candidates(show, [sku_id for sku_id, units in free.items() if units <= 0]).exclude(Exists(told))
    return [pk for rows in (there, gone) for pk in rows.values_list("package_id", flat=True)[:AT_ONCE]]


def _lock_list(show: Show) -> PickList | None:
    lists = PickList.objects.lock().filter(
        wave_id=show.wave_id, lane=Lane.SHOW, state=PickListState.PICKING, wave__state=WaveState.RELEASED
    )
    return next(iter(lists), None) if show.wave_id else None


def _free(products: Iterable[ShowProduct]) -> Counter[int]:
    """SKU id → pre-packed parcels that no package has been given."""
    products = list(products)
    rows = PickTask.objects.filter(
        bin_id__in=[one.bin_id for one in products], state=PickTaskState.OPEN, pick_list__lane=Lane.SHOW
    )
    waiting = Counter(rows.values_list("sku_id", flat=True))
    return Counter({one.sku_id: max(one.ready_units - waiting[one.sku_id], 0) for one in products})


def _candidates(show: Show, sku_ids: Iterable[int]) -> QuerySet[Reservation]:
    """Packages of the show's shop that hold one unit of one of these and nothing else, and that nobody has planned."""
    others = Reservation.objects.filter(
        package=OuterRef("package_id"), state=ReservationState.ACTIVE
    ).exclude(pk=OuterRef("pk"))
    planned = PickTask.objects.filter(package=OuterRef("package_id"), state=PickTaskState.OPEN)
    return Reservation.objects.filter(
        ~Exists(others),
        ~Exists(planned),
        state=ReservationState.ACTIVE,
        warehouse_id=show.warehouse_id,
        shop_id=show.shop_id,
        sku_id__in=list(sku_ids),
        quantity=1,
        package__state=PackageState.ALLOCATED,
        package__is_stopped=False,
    ).order_by(F("package__order__clock__due_at").asc(nulls_last=True), "package_id")


def _join(
    show: Show,
    pick_list: PickList | None,
    joining: Sequence[Package],
    products: dict[int, ShowProduct],
    actor: Actor,
    now: datetime,
) -> None:
    pick_list = pick_list or _open_list(show, now=now)
    last = PickTask.objects.filter(pick_list=pick_list).aggregate(units=Sum("quantity"))["units"] or 0
    PickTask.objects.bulk_create(
        PickTask(
            shop_id=package.shop_id,
            pick_list=pick_list,
            package=package,
            sku_id=products[package.pk].sku_id,
            bin_id=products[package.pk].bin_id,
            quantity=1,
            sequence=number,
            slot=1,
        )
        for number, package in enumerate(joining, start=last + 1)
    )
    packages.advance_many(
        packages=joining,
        action=PackageAction.START_PICKING,
        actor=actor,
        now=now,
        wave=pick_list.wave.number,
    )
    _keep_parcels(show, joining, why="", actor=actor, now=now)
    wave = pick_list.wave
    due = Package.objects.filter(pk__in=[one.pk for one in joining])
    dates = [at for at in due.values_list("order__clock__due_at", flat=True) if at]
    wave.first_due_at = min([*dates, *([wave.first_due_at] if wave.first_due_at else [])], default=None)
    wave.package_count, wave.unit_count = last + len(joining), last + len(joining)
    wave.save(update_fields=["first_due_at", "package_count", "unit_count"])


def _open_list(show: Show, *, now: datetime) -> PickList:
    """A wave on the floor that nobody walks, with one list that is under way as long as the show."""
    site = show.warehouse
    wave = Wave(
        number=ids.document_number("SHOW", clock.local(now, zone=site.time_zone).date()),
        warehouse=site,
        state=WaveState.RELEASED,
        mode=PickMode.BATCH,
        has_lanes=True,
        reason=wave_words.show_facts(show=show.title),
        planned_at=now,
        released_at=now,
        by_label=AUTO.label,
    )
    wave.save(force_insert=True)
    show.wave = wave
    show.save(update_fields=["wave"])
    return PickList.objects.create(
        wave=wave,
        number=f"{wave.number}-1",
        state=PickListState.PICKING,
        mode=PickMode.BATCH,
        lane=Lane.SHOW,
        tote_code=totes.show_tote(warehouse_id=site.pk).code,
    )


def _keep_parcels(show: Show, of: Sequence[Package], *, why: str, actor: Actor, now: datetime) -> int:
    """Which way these went, once each and again when it changes; their time lines say so. Returns how many were told."""
    found = ShowParcel.objects.filter(show=show, package_id__in=[one.pk for one in of])
    known = {one.package_id: one for one in found}
    same = {pk for pk, one in known.items() if (one.on_lane, one.why) == (not why, why)}
    told = [one for one in of if one.pk not in same]
    ShowParcel.objects.filter(show=show, package_id__in=[one.pk for one in told]).delete()
    ShowParcel.objects.insert_many(
        ShowParcel(shop_id=one.shop_id, show=show, package=one, on_lane=not why, why=why, at=now)
        for one in told
    )
    history.record_many(
        history.entry(
            order=package,
            at=now,
            actor=actor,
            kind=HistoryKind.FLOOR,
            action=f"show.{why or 'lane'}",
            show=show.title,
        )
        for package in told
    )
    return len(told)


def take(*, sku: Sku, actor: Actor, now: datetime) -> int | None:
    """The product of a pre-packed parcel was scanned: the most urgent package that waits for one. None: nobody does."""
    for list_id in dict.fromkeys(_waiting(sku).values_list("pick_list_id", flat=True)):
        if package_id := _take_of(list_id, sku, actor=actor, now=now):
            return package_id
    return None


def _waiting(sku: Sku) -> QuerySet[PickTask]:
    tasks = PickTask.objects.filter(
        sku=sku, state=PickTaskState.OPEN, pick_list__lane=Lane.SHOW, package__is_stopped=False
    )
    return tasks.order_by(F("package__order__clock__due_at").asc(nulls_last=True), "package_id")


@transaction.atomic
def _take_of(list_id: int, sku: Sku, *, actor: Actor, now: datetime) -> int | None:
    pick_list = PickList.objects.lock().select_related("wave").get(pk=list_id)
    show = Show.objects.filter(wave_id=pick_list.wave_id, state__in=LANE_SHOWS).first()
    if show is None:
        return None
    product = ShowProduct.objects.lock().get(show=show, sku=sku)
    for task in _waiting(sku).filter(pick_list=pick_list)[:TRIED]:
        package = packages.lock_many(ids=[task.package_id])[0]
        if not package.is_stopped and package.state == PackageState.PICKING:  # asked again, under the lock
            _send(pick_list, show, product, task, package, actor=actor, now=now)
            return package.pk
    return None


def _send(
    pick_list: PickList,
    show: Show,
    product: ShowProduct,
    task: PickTask,
    package: Package,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The parcel is this package's: picked, checked, on the packer's table."""
    task.picked_quantity, task.state = 1, PickTaskState.PICKED
    task.done_at, task.done_by = now, actor.label[:120]
    task.save(update_fields=["picked_quantity", "state", "done_at", "done_by"])
    packages.advance(
        package=package, action=PackageAction.FINISH_PICKING, actor=actor, now=now, tote=pick_list.tote_code
    )
    QualityCheck.objects.filter(package=package).delete()
    QualityCheck.objects.create(
        shop_id=package.shop_id,
        package=package,
        scanned={str(task.sku_id): 1},
        started_at=now,
        passed_at=now,
        prepacked_in_id=product.carton_id,
        by_label=actor.label[:120],
    )
    product.sent_units += 1
    product.save(update_fields=["sent_units"])
    ShowParcel.objects.filter(show=show, package=package).update(taken_at=now, taken_by=actor.label[:120])
    tote_id = put_back.tote_ids([pick_list])[pick_list.tote_code, pick_list.wave.warehouse_id]
    movements = ledger.between(
        source_id=task.bin_id,
        target_id=tote_id,
        sku_id=task.sku_id,
        quantity=1,
        reason=MovementReason.PICKED,
        key=f"pick:{task.pk}:1",
        reference=pick_list.number,
    )
    ledger.post(movements=movements, actor=actor, now=now)


@transaction.atomic
def set_open(*, show_id: int, is_open: bool, actor: Actor, now: datetime) -> Show:
    """Close the lane: packages that wait on it are picked the normal way. Open: free parcels are given out again."""
    show = Show.objects.lock().get(pk=show_id)
    show.is_lane_open = is_open
    show.save(update_fields=["is_lane_open"])
    if not is_open:
        waiting = PickTask.objects.filter(
            pick_list__wave_id=show.wave_id, pick_list__lane=Lane.SHOW, state=PickTaskState.OPEN
        )
        send_normal(show=show, package_ids=waiting.values_list("package_id", flat=True), actor=actor, now=now)
    audit.record(
        actor=actor,
        now=now,
        action="show.lane_opened" if is_open else "show.lane_closed",
        subject_type="show",
        subject_id=show.pk,
        show=show.title,
    )
    return show


def send_normal(*, show: Show, package_ids: Iterable[int], actor: Actor, now: datetime) -> None:
    """These wait for a wave again. The caller holds the show."""
    wanted = sorted(set(package_ids))
    lists = put_back.lock_lists(package_ids=wanted)
    locked = [one for one in packages.lock_many(ids=wanted) if one.state == PackageState.PICKING]
    put_back.drop_tasks(
        package_ids=[one.pk for one in locked], lists=lists, actor=actor, now=now, why=PutBackWhy.HELD
    )
    packages.advance_many(
        packages=locked, action=PackageAction.RETURN_TO_QUEUE, actor=actor, now=now, wave=""
    )
    _keep_parcels(show, locked, why=LANE_CLOSED, actor=actor, now=now)


def waiting_count(*, show: Show) -> int:
    """Packages that have been given a parcel which nobody has scanned yet."""
    if show.wave_id is None:
        return 0
    tasks = PickTask.objects.filter(
        pick_list__wave_id=show.wave_id,
        pick_list__lane=Lane.SHOW,
        state=PickTaskState.OPEN,
        package__is_stopped=False,
    )
    return tasks.count()


def skus_waiting() -> list[Sku]:
    """The product of every parcel that a package waits for, of all shows."""
    tasks = PickTask.objects.filter(
        pick_list__lane=Lane.SHOW, state=PickTaskState.OPEN, package__is_stopped=False
    )
    return [task.sku for task in tasks.select_related("sku").order_by("pk")]


def end_list(*, show: Show, actor: Actor, now: datetime) -> None:
    """When nothing is left on the lane its list and, once its parcels are packed, its wave are over.

    The list is locked before the show's products, as it is when a parcel is taken.
    """
    pick_list = _lock_list(show)
    if pick_list is not None:
        walks.finish_if_done(pick_list=pick_list, actor=actor, now=now)
