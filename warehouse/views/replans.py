"""Pages around the plan: walks laid out anew, with a dry run and a way back, and when carriers come."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import pickup_times, replans, selectors
from warehouse.models import CarrierPickup, Replan, ReplanWhy, Warehouse
from warehouse.wave_forms import DAYS, PickupForm

SHOWN = 20


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug})


@seller_page("waves.plan")
def index(request: HttpRequest) -> HttpResponse:
    """What was laid out anew; `look` names a warehouse whose dry run is shown; a POST does it."""
    actor, now = actors.of_user(request.user), clock.now()
    status, refusal = 200, ""
    if request.method == "POST":
        site = get_object_or_404(Warehouse, pk=_number(request.POST.get("warehouse")))
        try:
            replans.replan(warehouse_id=site.pk, why=ReplanWhy.PERSON, actor=actor, now=now)
        except RuleViolation as error:
            status, refusal = 422, str(error)
        else:
            return htmx.redirect(request, _address(request, "replans"), _("The walks are laid out anew."))
    looked = Warehouse.objects.filter(pk=_number(request.GET.get("look"))).first()
    context = {
        "sites": selectors.warehouses(),
        "looked": looked,
        "found": _timed(replans.preview(warehouse_id=looked.pk, now=now)) if looked else None,
        "refusal": refusal,
        "rows": [(row, _timed(row.facts)) for row in _newest()],
    }
    return htmx.render(request, "warehouse/replans.html", "warehouse/_replans.html", context, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def _newest() -> list[Replan]:
    return list(Replan.objects.select_related("warehouse").order_by("-made_at", "-pk")[:SHOWN])


def _timed(facts: dict) -> dict:
    """The same with moments instead of their text."""
    return {**facts, "ends": [datetime.fromisoformat(text) if text else None for text in facts["ends"]]}


@seller_page("waves.plan")
@require_POST
def undo(request: HttpRequest, replan_id: int) -> HttpResponse:
    """The walks as they were before."""
    row = get_object_or_404(Replan, pk=replan_id)
    replans.undo(replan_id=row.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request, "replans"), _("The walks are as they were before."))


@seller_page("waves.plan")
def pickups(request: HttpRequest) -> HttpResponse:
    """When carriers come; adding one."""
    form = PickupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            pickup_times.add(
                warehouse_id=values.pop("warehouse"),
                **values,
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(request, _address(request, "pickups"), _("Saved."))
    rows = CarrierPickup.objects.select_related("warehouse").order_by("warehouse__name", "at", "carrier")
    context = {
        "form": form,
        "rows": [(row, _days(row), row.missed_on == _today(row)) for row in rows],
    }
    status = 422 if form.is_bound else 200
    return htmx.render(request, "warehouse/pickups.html", "warehouse/_pickups.html", context, status=status)


def _days(row: CarrierPickup) -> str:
    if row.days == CarrierPickup.EVERY_DAY:
        return _("every day")
    return ", ".join(str(name) for day, name in DAYS if row.days >> day & 1)


def _today(row: CarrierPickup) -> date:
    return clock.local(clock.now(), zone=row.warehouse.time_zone).date()


@seller_page("waves.plan")
@require_POST
def remove_pickup(request: HttpRequest, pickup_id: int) -> HttpResponse:
    """It comes no more."""
    row = get_object_or_404(CarrierPickup, pk=pickup_id)
    pickup_times.remove(pickup_id=row.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request, "pickups"), _("Removed."))


@seller_page("waves.plan")
@require_POST
def miss_pickup(request: HttpRequest, pickup_id: int) -> HttpResponse:
    """It does not come today: what nobody has started is laid out for the pickups that are left."""
    row = get_object_or_404(CarrierPickup, pk=pickup_id)
    actor, now = actors.of_user(request.user), clock.now()
    if request.POST.get("comes"):
        pickup_times.mark_missed(pickup_id=row.pk, actor=actor, now=now, is_missed=False)
        return htmx.redirect(request, _address(request, "pickups"), _("It is planned with again."))
    made = replans.pickup_missed(pickup_id=row.pk, actor=actor, now=now)
    text = _("Noted. The walks are laid out anew.") if made else _("Noted. The walks stay as they are.")
    return htmx.redirect(request, _address(request, "pickups"), text)
