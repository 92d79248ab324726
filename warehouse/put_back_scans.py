"""The person with the put-back list: scan the item, scan the bin; the ledger follows the goods from tote or dock to shelf."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import counting, ledger, picking
from warehouse.models import Bin, BinKind, MovementReason, PutBackTask


class NothingToPutBack(RuleViolation):
    """No open task fits the scan."""

    code = "nothing_to_put_back"
    status = 404


class WrongPlace(RuleViolation):
    """Goods for sale go to a shelf of the same warehouse."""

    code = "wrong_place"


@dataclass(frozen=True)
class Scan:
    """What a scan did: an item was recognized (scan its bin now), or it lies in its bin."""

    task: PutBackTask
    is_placed: bool
    text: str


def recognize(*, code: str, source_code: str = "") -> Scan:
    """An item was scanned: which task it is, and which bin is wanted next. `source_code`: of this tote alone."""
    sku = picking.sku_by_code(code=code.strip())
    if sku is None:
        raise NothingToPutBack(_("“%(code)s” is no item. Scan an item first.") % {"code": code.strip()[:40]})
    tasks = PutBackTask.objects.filter(done_at__isnull=True, sku=sku)
    if source_code:
        tasks = tasks.filter(source__code__iexact=source_code)
    task = tasks.select_related("sku", "source", "home", "package").order_by("made_at", "pk").first()
    if task is None:
        raise NothingToPutBack(_("This item is not on the put-back list. Put it aside and count its bin."))
    text = _("%(units)d × %(sku)s from %(source)s. Scan the bin that it goes into.")
    return Scan(
        task, False, text % {"units": task.left, "sku": task.sku.seller_sku, "source": task.source.code}
    )


@transaction.atomic
def place(*, task_id: int, bin_code: str, quantity: int | None, actor: Actor, now: datetime) -> Scan:
    """The goods lie in this bin now: the ledger follows."""
    task = PutBackTask.objects.lock().select_related("sku", "source").get(pk=task_id)
    if task.done_at is not None:
        raise NothingToPutBack(_("Somebody has put this back already."))
    target = _shelf(bin_code, task)
    units = task.left if quantity is None else quantity
    if not 1 <= units <= task.left:
        raise WrongPlace(
            _("Enter at least 1 and at most %(most)d: no more is left to put back.") % {"most": task.left}
        )
    task.done_quantity += units
    movements = ledger.between(
        source_id=task.source_id,
        target_id=target.pk,
        sku_id=task.sku_id,
        quantity=units,
        reason=MovementReason.PUT_BACK,
        key=f"put_back_task:{task.pk}:{task.done_quantity}",
        reference=f"put-back {task.pk}",
    )
    ledger.post(movements=movements, actor=actor, now=now)
    if task.left == 0:
        task.done_at, task.done_by = now, actor.label[:120]
    task.save(update_fields=["done_quantity", "done_at", "done_by"])
    text = _("%(units)d × %(sku)s lie in %(bin)s.")
    return Scan(task, True, text % {"units": units, "sku": task.sku.seller_sku, "bin": target.code})


def _shelf(code: str, task: PutBackTask) -> Bin:
    target = Bin.objects.filter(
        code__iexact=code.strip(), warehouse_id=task.source.warehouse_id, is_active=True
    ).first()
    if target is None:
        raise WrongPlace(
            _("There is no bin “%(code)s” in this warehouse. Scan a shelf.") % {"code": code[:30]}
        )
    if target.kind != BinKind.SHELF:
        raise WrongPlace(_("%(bin)s is no shelf. Goods for sale go back to a shelf.") % {"bin": target.code})
    if target.pk == task.source_id:
        raise WrongPlace(_("%(bin)s is where it comes from. Scan another shelf.") % {"bin": target.code})
    return target


@transaction.atomic
def not_there(*, task_id: int, actor: Actor, now: datetime) -> PutBackTask:
    """The goods are not where the ledger knows them: the task ends, and a count of that place is asked for."""
    task = PutBackTask.objects.lock().select_related("source").get(pk=task_id)
    if task.done_at is not None:
        raise NothingToPutBack(_("Somebody has put this back already."))
    task.done_at, task.done_by = now, actor.label[:120]
    task.save(update_fields=["done_at", "done_by"])
    why = f"put-back {task.pk}: {task.left}"
    counting.ask_for_count(bin_id=task.source_id, sku_id=task.sku_id, why=why, now=now)
    return task
