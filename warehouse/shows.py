"""The life of a live show: its plan is carried out, it begins, ends, and is closed when its forward bins are empty again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import sentences
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import AUTO, Actor
from warehouse import show_alerts, show_lane, show_plan, show_result, show_return, show_words
from warehouse.forward import ForwardPlan, Line, Problem
from warehouse.models import (
    Bin,
    ForwardUse,
    Show,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
)
from warehouse.show_book import READY_BEFORE
from warehouse.states import SHOW_MACHINE, ShowAction


class CannotPrepare(RuleViolation):
    """Something stands against the plan; the sentences say what, and what to do."""

    code = "cannot_prepare"


class NoForwardBin(CannotPrepare):
    code = "no_forward_bin"


class BinOfAnotherShow(CannotPrepare):
    """Two shows cannot have one bin at one time."""

    code = "bin_of_another_show"
    status = 409


class BinIsFilled(CannotPrepare):
    code = "bin_is_filled"


class MorePrepacksThanStock(CannotPrepare):
    code = "more_prepacks_than_stock"


class NothingToBring(CannotPrepare):
    code = "nothing_to_bring"


class NoCartonFits(CannotPrepare):
    code = "no_carton_fits"


class MaterialShort(CannotPrepare):
    code = "material_short"


class GoodsAreCarried(RuleViolation):
    """The plan cannot simply be forgotten any more."""

    code = "goods_are_carried"
    status = 409


class NotCleared(RuleViolation):
    """Something of the show is still under way."""

    code = "show_not_cleared"
    status = 409


_REFUSALS = {
    "no_bin": NoForwardBin,
    "bin_taken": BinOfAnotherShow,
    "bin_twice": BinIsFilled,
    "bin_filled": BinIsFilled,
    "no_stock": NothingToBring,
    "too_many_prepacks": MorePrepacksThanStock,
    "no_carton": NoCartonFits,
    "material_short": MaterialShort,
}


@transaction.atomic
def prepare(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """Carry the plan out: forward bins are taken, and every load to bring and to pre-pack becomes a task."""
    show = Show.objects.lock().get(pk=show_id)
    state = SHOW_MACHINE.next(show.state, ShowAction.PREPARE)
    # Whoever plans another show waits here: a bin is given once.
    list(Bin.objects.lock().filter(pk__in=show_plan.forward_bins(warehouse_id=show.warehouse_id)))
    products = show_plan.products_of(show=show)
    if not products:
        raise NothingToBring(_("“%(show)s” has no products yet. Add some first.") % {"show": show.title})
    plan = show_plan.look(show=show)
    _refuse(plan.problems)
    _take_bins(products, plan)
    tasks = _tasks(show, products, now=now)
    ShowTask.objects.insert_many(tasks)
    show.state, show.prepared_at = state, now
    show.save(update_fields=["state", "prepared_at"])
    note(show, "show.prepared", actor=actor, now=now, bring=plan.bring, prepack=plan.prepack)
    return show


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        text = sentences.joined(show_words.problem_text(problem) for problem in problems)
        raise _REFUSALS[problems[0].code](text)


def _take_bins(products: Sequence[ShowProduct], plan: ForwardPlan) -> None:
    lines: dict[int, Line] = {line.sku_id: line for line in plan.lines}
    for product in products:
        line = lines[product.sku_id]
        product.bin_id, product.carton_id = line.bin_id, line.carton_id
        product.bring_units, product.prepack_units = line.bring, line.prepack
        product.use = ForwardUse.KEPT
        product.why = {**product.why, "plan": dict(line.why)}
    columns = ["bin", "carton", "bring_units", "prepack_units", "use", "why"]
    ShowProduct.objects.bulk_update(products, columns)


def _tasks(show: Show, products: Sequence[ShowProduct], *, now: datetime) -> list[ShowTask]:
    shelves = show_plan.shelves_to_bring_from(show=show, sku_ids=[one.sku_id for one in products])
    due_at, tasks = show.starts_at - READY_BEFORE, []
    for product in products:
        left = product.bring_units
        for shelf in (one for one in shelves if one.sku_id == product.sku_id):
            units = min(left, shelf.free)
            if units:
                tasks.append(
                    ShowTask(
                        product=product,
                        kind=ShowTaskKind.BRING,
                        source_id=shelf.bin_id,
                        target_id=product.bin_id,
                        quantity=units,
                        due_at=due_at,
                        made_at=now,
                    )
                )
            left -= units
        if product.prepack_units:
            tasks.append(
                ShowTask(
                    product=product,
                    kind=ShowTaskKind.PACK,
                    target_id=product.bin_id,
                    quantity=product.prepack_units,
                    due_at=due_at,
                    made_at=now,
                )
            )
    return tasks


@transaction.atomic
def take_back_plan(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """Forget the plan while nothing of it was carried: the show is planned as before, its bins are free."""
    show = Show.objects.lock().get(pk=show_id)
    state = SHOW_MACHINE.next(show.state, ShowAction.TAKE_BACK)
    tasks = list(ShowTask.objects.lock().filter(product__show=show))
    if any(task.done_quantity for task in tasks):
        raise GoodsAreCarried(
            _("Goods of “%(show)s” lie in the forward zone already. Cancel the show: then they go back.")
            % {"show": show.title}
        )
    ShowTask.objects.filter(pk__in=[task.pk for task in tasks]).delete()
    _forget_plan(show)
    show.state, show.prepared_at, show.late_at = state, None, None
    show.save(update_fields=["state", "prepared_at", "late_at"])
    note(show, "show.plan_taken_back", actor=actor, now=now)
    return show


def _forget_plan(show: Show) -> None:
    ShowProduct.objects.filter(show=show).update(
        use=ForwardUse.NONE, bin=None, carton=None, bring_units=0, prepack_units=0
    )


@transaction.atomic
def cancel(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """It does not take place. What was brought goes back by the put-back list."""
    show = Show.objects.lock().get(pk=show_id)
    show.state = SHOW_MACHINE.next(show.state, ShowAction.CANCEL)
    show.save(update_fields=["state"])
    show_return.leave(show=show, actor=actor, now=now)
    note(show, "show.cancelled", actor=actor, now=now)
    return show


@transaction.atomic
def start(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """It is live: walks take its goods from the forward bins first, pre-packed parcels skip the aisle."""
    show = Show.objects.lock().get(pk=show_id)
    show.state = SHOW_MACHINE.next(show.state, ShowAction.START)
    show.started_at = now
    show.save(update_fields=["state", "started_at"])
    ShowProduct.objects.filter(show=show, use=ForwardUse.KEPT).update(use=ForwardUse.FIRST)
    note(show, "show.started", actor=actor, now=now)
    return show


@transaction.atomic
def end(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """It is over. Parcels on the lane still go out; everything else in the forward bins goes back."""
    show = Show.objects.lock().get(pk=show_id)
    show.state = SHOW_MACHINE.next(show.state, ShowAction.END)
    show.ended_at = now
    show.save(update_fields=["state", "ended_at"])
    show_return.leave(show=show, actor=actor, now=now)
    note(show, "show.ended", actor=actor, now=now)
    return show


@transaction.atomic
def go_on(*, show_id: int, ends_at: datetime, actor: Actor, now: datetime) -> Show:
    """It was ended too early: live again. What was carried back since stays where it is."""
    show = Show.objects.lock().get(pk=show_id)
    show.state = SHOW_MACHINE.next(show.state, ShowAction.GO_ON)
    if ends_at <= now:
        raise NotCleared(_("This end is over already. Choose a later one."))
    show.ended_at, show.ends_at = None, ends_at
    show.save(update_fields=["state", "ended_at", "ends_at"])
    show_return.stay(show=show, now=now)
    note(show, "show.went_on", actor=actor, now=now)
    return show


@transaction.atomic
def close(*, show_id: int, actor: Actor, now: datetime) -> Show:
    """Everything is out or back: the result is kept."""
    show = Show.objects.lock().get(pk=show_id)
    state = SHOW_MACHINE.next(show.state, ShowAction.CLOSE)
    waiting = show_lane.waiting_count(show=show)
    if waiting:
        raise NotCleared(
            ngettext(
                "%(count)d parcel of “%(show)s” still waits on its lane. Scan it, or close the lane.",
                "%(count)d parcels of “%(show)s” still wait on its lane. Scan them, or close the lane.",
                waiting,
            )
            % {"count": waiting, "show": show.title}
        )
    show_lane.end_list(show=show, actor=actor, now=now)
    show_return.settle(show=show, actor=actor, now=now)
    if left := show_return.places_left(show=show):
        raise NotCleared(
            _("Goods of “%(show)s” still lie in %(bins)s. They go back by the put-back list.")
            % {"show": show.title, "bins": sentences.listed(left)}
        )
    show.result = show_result.keep(show=show, now=now)
    show.state, show.closed_at = state, now
    show.save(update_fields=["state", "closed_at", "result"])
    note(show, "show.closed", actor=actor, now=now)
    return show


def run(*, now: datetime) -> None:
    """What time does to the shows of the seller in scope: late goods are told, shows begin, are fed, end and are closed."""
    _tell_late(now=now)
    early = [ShowState.PLANNED, ShowState.PREPARING]
    for show_id in _ids(Q(state__in=early, starts_at__lte=now)):
        start(show_id=show_id, actor=AUTO, now=now)
    for show_id in _ids(Q(state=ShowState.LIVE)):
        show_lane.feed(show_id=show_id, now=now)
    for show_id in _ids(Q(state=ShowState.LIVE, ends_at__lte=now)):
        end(show_id=show_id, actor=AUTO, now=now)
    clearing = Q(products__use=ForwardUse.LEAVING, state__in=[ShowState.OVER, ShowState.CANCELLED])
    for show_id in _ids(clearing | Q(state=ShowState.OVER)):
        _clear(show_id, now=now)


def _ids(which: Q) -> list[int]:
    return sorted(set(Show.objects.filter(which).order_by().values_list("pk", flat=True)))


@transaction.atomic
def _clear(show_id: int, *, now: datetime) -> None:
    show = Show.objects.lock().get(pk=show_id)
    if not show_lane.waiting_count(show=show):
        show_lane.end_list(show=show, actor=AUTO, now=now)
    show_return.settle(show=show, actor=AUTO, now=now)
    is_done = not show_lane.waiting_count(show=show) and not show_return.places_left(show=show)
    if show.state == ShowState.OVER and is_done:
        close(show_id=show_id, actor=AUTO, now=now)


def _tell_late(*, now: datetime) -> None:
    """Once per show whose goods are not in place half an hour before it."""
    with transaction.atomic():
        for one in show_alerts.look(now=now):
            note(one.show, "show.late", actor=AUTO, now=now, tasks=one.open_tasks)


def note(show: Show, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    """What was done, for the audit list. What happens by itself happens because of the show's own times."""
    if actor.is_automatic:
        detail |= {
            "by": "clock",
            "starts_at": show.starts_at.isoformat(),
            "ends_at": show.ends_at.isoformat(),
        }
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="show",
        subject_id=show.pk,
        show=show.title,
        **detail,
    )
