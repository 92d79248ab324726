"""What is left of a show in its forward bins goes back where it came from, by the put-back list.

Parcels that were pre-packed and not ordered are opened when they are carried back: the goods are for sale as before, carton
and tape stay used up, as with every parcel that is opened again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, Sum

from tenancy import audit
from tenancy.actors import Actor
from warehouse import show_plan
from warehouse.models import (
    BinKind,
    ForwardUse,
    PickTask,
    PickTaskState,
    PutBackTask,
    PutBackWhy,
    Show,
    ShowProduct,
    ShowTask,
    ShowTaskKind,
    WaveState,
)

Pair = tuple[int, int]  # bin id, SKU id


def leave(*, show: Show, actor: Actor, now: datetime) -> None:
    """The show is over or does not take place: its tasks end, its goods are on their way back."""
    ShowTask.objects.filter(product__show=show, done_at__isnull=True).update(
        done_at=now, done_by=actor.label[:120]
    )
    held = ShowProduct.objects.lock().filter(show=show).exclude(use=ForwardUse.NONE)
    ShowProduct.objects.filter(pk__in=[one.pk for one in held]).update(use=ForwardUse.LEAVING)
    settle(show=show, actor=actor, now=now)


def stay(*, show: Show, now: datetime) -> None:
    """The show goes on: what nobody has carried back yet stays."""
    products = ShowProduct.objects.lock().filter(show=show, use=ForwardUse.LEAVING)
    pairs = [(one.bin_id, one.sku_id) for one in products]
    begun = _tasks_from(pairs).filter(done_quantity__gt=0)
    begun.update(done_at=now, done_by="")
    _tasks_from(pairs).filter(done_quantity=0).delete()
    ShowProduct.objects.filter(show=show, use=ForwardUse.LEAVING).update(use=ForwardUse.FIRST)


def settle(*, show: Show, actor: Actor, now: datetime) -> int:
    """Ask for everything that nobody has been asked for yet to be carried back; give empty bins free. Returns units asked for.

    A repeat asks for nothing twice: what a walk, the lane or an earlier task is going to take is left out.
    """
    products = list(ShowProduct.objects.lock().filter(show=show, use=ForwardUse.LEAVING))
    pairs = [(one.bin_id, one.sku_id) for one in products]
    there = show_plan.units_in_bins(bin_ids=[bin_id for bin_id, _sku in pairs])
    going, asked = _going(pairs), _asked(pairs)
    tasks = []
    for product in products:
        pair = product.bin_id, product.sku_id
        units = there.get(pair, 0)
        opened = max(product.ready_units - units, 0)
        if not units:
            opened, product.use = product.ready_units, ForwardUse.NONE
            _tasks_from([pair]).update(done_at=now, done_by=actor.label[:120])
        product.opened_units += opened
        left = units - going[pair] - asked[pair]
        tasks += _back(show, product, left, now=now) if left > 0 else []
    ShowProduct.objects.bulk_update(products, ["use", "opened_units"])
    PutBackTask.objects.bulk_create(tasks)
    asked_for = sum(task.quantity for task in tasks)
    if asked_for:
        audit.record(
            actor=actor,
            now=now,
            action="show.goods_leave",
            subject_type="show",
            subject_id=show.pk,
            show=show.title,
            units=asked_for,
        )
    return asked_for


def places_left(*, show: Show) -> list[str]:
    """Forward bins that still hold goods of it."""
    left = ShowProduct.objects.filter(show=show).exclude(use=ForwardUse.NONE)
    return list(left.order_by("bin__code").values_list("bin__code", flat=True))


def _tasks_from(pairs: Sequence[Pair]):
    """Open put-back tasks of shows out of these bins."""
    which = Q(pk__in=[])
    for bin_id, sku_id in pairs:
        which |= Q(source_id=bin_id, sku_id=sku_id)
    return PutBackTask.objects.filter(which, why=PutBackWhy.SHOW, done_at__isnull=True)


def _asked(pairs: Sequence[Pair]) -> Counter[Pair]:
    rows = _tasks_from(pairs).order_by().values("source_id", "sku_id")
    rows = rows.annotate(units=Sum(F("quantity") - F("done_quantity")))
    return Counter({(row["source_id"], row["sku_id"]): row["units"] for row in rows})


def _going(pairs: Sequence[Pair]) -> Counter[Pair]:
    """Units that walks (and the lane) are going to take from there."""
    tasks = PickTask.objects.filter(
        bin_id__in=[bin_id for bin_id, _sku in pairs],
        state=PickTaskState.OPEN,
        pick_list__wave__state=WaveState.RELEASED,
    )
    rows = tasks.order_by().values("bin_id", "sku_id")
    rows = rows.annotate(units=Sum(F("quantity") - F("picked_quantity")))
    return Counter({(row["bin_id"], row["sku_id"]): row["units"] for row in rows})


def _back(show: Show, product: ShowProduct, units: int, *, now: datetime) -> list[PutBackTask]:
    """A task for each shelf that it came from; the last one that was emptied is filled first."""
    brought = ShowTask.objects.filter(
        product=product, kind=ShowTaskKind.BRING, done_quantity__gt=0
    ).select_related("source")
    homes: list[tuple[int | None, int]] = []
    for task in brought.order_by("-pk"):
        part = min(units, task.done_quantity)
        if part:
            is_shelf = task.source.kind == BinKind.SHELF and task.source.is_active
            homes.append((task.source_id if is_shelf else None, part))
        units -= part
    if units:
        homes.append((None, units))
    return [
        PutBackTask(
            shop_id=show.shop_id,
            sku_id=product.sku_id,
            source_id=product.bin_id,
            home_id=home_id,
            quantity=part,
            why=PutBackWhy.SHOW,
            made_at=now,
        )
        for home_id, part in homes
    ]
