"""Before a show: goods are carried to their forward bin and pre-packed there, scan by scan, on the one ledger.

Bringing is source bin, item, forward bin; a wrong one is named beside the expected one and changes nothing. A pre-packed
unit stays stock of its SKU in its bin; what closing its carton uses up leaves the ledger as at the pack station.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import counting, forward_holds, ledger, materials, picking
from warehouse.models import (
    Bin,
    BinLevel,
    MovementReason,
    Show,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
)

AT_WORK = (ShowState.PREPARING, ShowState.LIVE)


class TaskIsOver(RuleViolation):
    """Somebody has done it, or the show does not need it any more."""

    code = "task_is_over"
    status = 409


class WrongScan(RuleViolation):
    """Another bin or another item than the task's."""

    code = "wrong_item"


class WrongBin(WrongScan):
    code = "wrong_bin"


class NotSoMany(RuleViolation):
    """More than the task, or than what lies there."""

    code = "too_many"


@dataclass(frozen=True)
class Given:
    """What was scanned of a task so far: the bin that it comes from, then the item."""

    source: str = ""
    item: str = ""


@dataclass(frozen=True)
class Done:
    """What a scan did: the task with what is scanned of it, or a task that has moved its goods."""

    task: ShowTask
    given: Given
    is_moved: bool
    text: str


@transaction.atomic
def scan(
    *, task_id: int, given: Given, code: str, quantity: int | None = None, actor: Actor, now: datetime
) -> Done:
    """The next scan of a task to bring: its bin, its item, its forward bin. The last one moves the goods."""
    task = _lock(task_id, ShowTaskKind.BRING)
    code = code.strip()
    if not given.source:
        _refuse_bin(task.source, code)
        text = _("Right: %(bin)s. Take %(units)d × %(sku)s and scan one of them.")
        values = {"bin": task.source.code, "units": task.left, "sku": task.product.sku.seller_sku}
        return Done(task, Given(source=task.source.code), False, text % values)
    _refuse_bin(task.source, given.source)
    if not given.item:
        _refuse_item(task, code)
        text = _("Right: %(sku)s. Bring %(units)d of them to %(bin)s and scan that bin.")
        values = {"bin": task.target.code, "units": task.left, "sku": task.product.sku.seller_sku}
        return Done(task, Given(given.source, task.product.sku.seller_sku), False, text % values)
    _refuse_item(task, given.item)
    _refuse_bin(task.target, code)
    units = task.left if quantity is None else quantity
    if not 1 <= units <= task.left:
        raise NotSoMany(
            _("Enter at least 1 and at most %(most)d: no more is left to bring.") % {"most": task.left}
        )
    return Done(task, Given(), True, _carry(task, units, actor=actor, now=now))


def _carry(task: ShowTask, units: int, *, actor: Actor, now: datetime) -> str:
    task.done_quantity += units
    movements = ledger.between(
        source_id=task.source_id,
        target_id=task.target_id,
        sku_id=task.product.sku_id,
        quantity=units,
        reason=MovementReason.MOVED,
        key=f"show_task:{task.pk}:{task.done_quantity}",
        reference=f"show {task.product.show.title}",
    )
    ledger.post(movements=movements, actor=actor, now=now)
    _keep(task, actor=actor, now=now)
    text = _("%(units)d × %(sku)s lie in %(bin)s.")
    if task.left:
        text = _("%(units)d × %(sku)s lie in %(bin)s; %(left)d more to bring.")
    return text % {
        "units": units,
        "sku": task.product.sku.seller_sku,
        "bin": task.target.code,
        "left": task.left,
    }


@transaction.atomic
def not_there(*, task_id: int, actor: Actor, now: datetime) -> ShowTask:
    """The goods are not where the ledger knows them: the task ends with what was brought, and a count is asked for."""
    task = _lock(task_id, ShowTaskKind.BRING)
    why = f"show {task.product.show.title}: {task.left}"
    counting.ask_for_count(bin_id=task.source_id, sku_id=task.product.sku_id, why=why, now=now)
    task.done_at, task.done_by = now, actor.label[:120]
    task.save(update_fields=["done_at", "done_by"])
    return task


@transaction.atomic
def pack(*, task_id: int, code: str, quantity: int = 1, actor: Actor, now: datetime) -> Done:
    """So many units were closed into cartons: scan one of them."""
    task = _lock(task_id, ShowTaskKind.PACK)
    _refuse_item(task, code.strip())
    product = ShowProduct.objects.lock().get(pk=task.product_id)
    if not 1 <= quantity <= task.left:
        raise NotSoMany(
            _("Enter at least 1 and at most %(most)d: no more is left to pre-pack.") % {"most": task.left}
        )
    loose = _in_bin(product) - product.ready_units
    if quantity > loose:
        raise NotSoMany(
            _("Only %(loose)d loose units of %(sku)s lie in %(bin)s. Bring more before you pre-pack them.")
            % {"loose": max(loose, 0), "sku": task.product.sku.seller_sku, "bin": task.target.code}
        )
    task.done_quantity += quantity
    product.packed_units += quantity
    product.save(update_fields=["packed_units"])
    _use_materials(task, quantity, actor=actor, now=now)
    _keep(task, actor=actor, now=now)
    values = {"packed": task.done_quantity, "quantity": task.quantity, "sku": task.product.sku.seller_sku}
    return Done(task, Given(), True, _("%(sku)s: %(packed)d of %(quantity)d pre-packed.") % values)


def _use_materials(task: ShowTask, parcels: int, *, actor: Actor, now: datetime) -> None:
    uses = materials.uses_of(carton_id=task.product.carton_id) if task.product.carton_id else {}
    if not uses:
        return
    warehouse_id = task.target.warehouse_id
    ledger.lock_levels(keys={(warehouse_id, sku_id) for sku_id in uses}, now=now)
    movements = materials.movements(
        uses={sku_id: quantity * parcels for sku_id, quantity in uses.items()},
        warehouse_id=warehouse_id,
        key=f"prepack:{task.pk}:{task.done_quantity}",
        reference=f"show {task.product.show.title}",
    )
    ledger.post(movements=movements, actor=actor, now=now)


@transaction.atomic
def open_parcels(*, product_id: int, units: int, actor: Actor, now: datetime) -> ShowProduct:
    """Pre-packed parcels that no package waits for are opened: their goods are loose again, the carton stays used up."""
    product = ShowProduct.objects.lock().get(pk=product_id)
    pair = (product.bin_id, product.sku_id)
    waiting = forward_holds.waiting_units(bin_ids=[product.bin_id]).get(pair, 0) if product.bin_id else 0
    free = product.ready_units - waiting
    if not 1 <= units <= free:
        raise NotSoMany(
            _("%(free)d pre-packed parcels of %(sku)s wait for nobody: so many may be opened.")
            % {"free": max(free, 0), "sku": product.sku.seller_sku}
        )
    product.opened_units += units
    product.save(update_fields=["opened_units"])
    audit.record(
        actor=actor,
        now=now,
        action="show.parcels_opened",
        subject_type="show",
        subject_id=product.show_id,
        sku=product.sku.seller_sku,
        units=units,
    )
    return product


def _lock(task_id: int, kind: str) -> ShowTask:
    rows = ShowTask.objects.lock().select_related("product__sku", "product__show", "source", "target")
    task = rows.get(pk=task_id, kind=kind)
    if task.done_at is not None:
        raise TaskIsOver(_("This is done already. Take the next task of the list."))
    if task.product.show.state not in AT_WORK:
        raise TaskIsOver(
            _("“%(show)s” is %(state)s: nothing is brought for it any more.")
            % {"show": task.product.show.title, "state": task.product.show.get_state_display()}
        )
    return task


def _refuse_bin(expected: Bin, code: str) -> None:
    if code.upper() != expected.code.upper():
        raise WrongBin(
            _("Wrong bin: %(scanned)s, expected %(expected)s. Go there and scan the bin.")
            % {"scanned": code[:30] or "—", "expected": expected.code}
        )


def _refuse_item(task: ShowTask, code: str) -> None:
    found, sku = picking.sku_by_code(code=code), task.product.sku
    if found is None:
        raise WrongScan(
            _("Unknown barcode: %(scanned)s, expected %(expected)s. Scan the code of the item itself.")
            % {"scanned": code[:40] or "—", "expected": sku.seller_sku},
            code="unknown_code",
        )
    if found.pk != sku.pk:
        raise WrongScan(
            _("Wrong item: %(scanned)s, expected %(expected)s. Put it back and scan the right one.")
            % {"scanned": found.seller_sku, "expected": sku.seller_sku}
        )


def _in_bin(product: ShowProduct) -> int:
    row = BinLevel.objects.filter(bin_id=product.bin_id, sku_id=product.sku_id).first()
    return row.on_hand if row else 0


def _keep(task: ShowTask, *, actor: Actor, now: datetime) -> None:
    if task.left == 0:
        task.done_at, task.done_by = now, actor.label[:120]
    task.save(update_fields=["done_quantity", "done_at", "done_by"])


def open_tasks(*, show: Show, kind: str):
    """What is left to do for a show, in walk order."""
    rows = ShowTask.objects.filter(product__show=show, kind=kind, done_at__isnull=True)
    rows = rows.select_related("product__sku", "product__carton", "source", "target")
    return rows.order_by("source__walk_order", "source__code", "product__sku__seller_sku", "pk")
