"""Waves: what is planned and on the floor, planning the next one, and one wave with its walks."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import paper_prints, papers, selectors, wave_words, waves
from warehouse.forms import PlanForm
from warehouse.models import Wave

PAGE = 40


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


@seller_page("waves.plan")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Waves that need someone, or those that are over."""
    tab = "over" if request.GET.get("tab") == "over" else "open"
    page = Paginator(selectors.waves(tab=tab), PAGE).get_page(request.GET.get("page"))
    progress = selectors.list_progress(wave_ids=[wave.pk for wave in page])
    context = {
        "table_id": "waves",
        "page": page,
        "rows_with_lists": [(wave, progress.get(wave.pk, [])) for wave in page],
        "tabs": [
            {"label": _("Open"), "href": "?", "current": tab == "open", "count": None},
            {"label": _("Over"), "href": "?tab=over", "current": tab == "over", "count": None},
        ],
        "floor": selectors.floor_counts(),
    }
    return htmx.render(request, "warehouse/waves.html", "warehouse/_waves.html", context)


@seller_page("waves.plan")
def plan(request: HttpRequest) -> HttpResponse:
    """Choose what the next wave takes."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wave = waves.plan_wave(
                filters=form.filters(), actor=actors.of_user(request.user), now=clock.now()
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(request, _address(request, "wave", public_id=wave.public_id))
    context = {"form": form, "floor": selectors.floor_counts()}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "warehouse/plan.html", "warehouse/_plan.html", context, status=status)


@seller_page("waves.plan")
@require_GET
def wave(request: HttpRequest, public_id: str) -> HttpResponse:
    """One wave: why these packages, who walks it, what is in it."""
    found = get_object_or_404(Wave.objects.select_related("warehouse"), public_id=public_id)
    page = Paginator(selectors.wave_packages(wave=found), PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": found,
        "meters": round(found.expected_mm / 1000),
        "reason": wave_words.reason_text(found),
        "lists": selectors.list_progress(wave_ids=[found.pk]).get(found.pk, []),
        "prints": paper_prints.of_wave(wave_id=found.pk),
        "papers": papers.of_wave_page(wave_id=found.pk),
        "page": page,
        "table_id": "wave-packages",
        "places": selectors.places_of_packages(package_ids=[package.pk for package in page]),
    }
    return htmx.render(request, "warehouse/wave.html", "warehouse/_wave_packages.html", context)


@seller_page("waves.plan")
@require_POST
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give it to the floor."""
    found = get_object_or_404(Wave, public_id=public_id)
    waves.release_wave(wave_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    text = _("%(wave)s is on the floor.") % {"wave": found.number}
    return htmx.redirect(request, _address(request, "wave", public_id=public_id), text)


@seller_page("waves.plan")
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take it back."""
    found = get_object_or_404(Wave, public_id=public_id)
    waves.cancel_wave(wave_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    text = _("%(wave)s was taken back; its packages wait for another wave.") % {"wave": found.number}
    return htmx.redirect(request, _address(request, "waves"), text)
