"""The pack station, without a mouse: scan to open, scan items, a digit for the carton, weigh, Enter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from orders.models import Package
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import packing, quality, selectors
from warehouse.packing import Parcel, WeightOutOfBand

WAITING_SHOWN = 12


@seller_page("floor.pack")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Nothing on the table yet."""
    return _empty(request)


@seller_page("floor.pack")
@require_POST
def open_package(request: HttpRequest) -> HttpResponse:
    """A scan puts a package on the table."""
    try:
        parcel = packing.open(code=request.POST.get("code", ""))
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False)
    text = _("Package %(package)s is on the table. Scan its items.") % {"package": parcel.package.public_id}
    return _table(request, parcel, text=text)


@seller_page("floor.pack")
@require_GET
def package(request: HttpRequest, public_id: str) -> HttpResponse:
    """The package where it stands; also after a reload."""
    try:
        return _table(request, packing.load(package_id=_package(public_id).pk))
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False)


@seller_page("floor.pack")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """One item."""
    found = _package(public_id)
    try:
        answer = packing.scan_item(
            package_id=found.pk,
            code=request.POST.get("code", ""),
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
        parcel = packing.load(package_id=found.pk)
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False)
    return _table(request, parcel, text=answer.text, ok=answer.ok)


@seller_page("floor.pack")
@require_POST
def start_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """Forget the scans of this package."""
    found = _package(public_id)
    quality.start_over(package_id=found.pk)
    return _table(request, packing.load(package_id=found.pk), text=_("Start again with the first item."))


@seller_page("floor.pack")
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close the carton. A weight out of the band needs a reason from somebody who may give one."""
    found = _package(public_id)
    typed = request.POST.get("weight", "").strip()
    may_confirm = request.access.can("stock.adjust")
    try:
        record = packing.finish(
            package_id=found.pk,
            carton_code=request.POST.get("carton", ""),
            weight_g=int(typed) if typed.isdecimal() and len(typed) < 7 else None,
            override_reason=request.POST.get("reason", "") if may_confirm else "",
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except packing.CannotClose as error:
        return _table(
            request, packing.load(package_id=found.pk), text=str(error), ok=False, error=error, weight=typed
        )
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False)
    text = _("Packed: %(weight)d g in %(carton)s. Next one, please.") % {
        "weight": record.weight_g,
        "carton": record.carton.name,
    }
    return _empty(request, text=text, last=found)


@seller_page("floor.pack")
@require_POST
def unpack(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the carton again; its goods are promised as before."""
    found = _package(public_id)
    packing.unpack(
        package_id=found.pk,
        reason=request.POST.get("reason", "").strip()[:200],
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _table(request, packing.load(package_id=found.pk), text=_("Opened again. Scan its items anew."))


def _package(public_id: str) -> Package:
    return get_object_or_404(Package.objects.select_related("order"), public_id=public_id)


def _table(
    request: HttpRequest,
    parcel: Parcel,
    *,
    text: str = "",
    ok: bool = True,
    error: RuleViolation | None = None,
    weight: str = "",
) -> HttpResponse:
    """The parcel, its cartons, and beside the button what keeps it locked."""
    choice = packing.cartons()
    code = request.POST.get("carton") or request.GET.get("carton", "")
    suggested = packing.suggest_carton(parcel=parcel, choice=choice)
    carton = next((one for one in choice if one.code == code), suggested)
    expected = packing.expected_weight_g(parcel=parcel, carton=carton) if carton else None
    needs_reason = isinstance(error, WeightOutOfBand)
    context = {
        "parcel": parcel,
        "cartons": choice,
        "carton": carton,
        "suggested": suggested,
        "expected": expected,
        "band": packing.band(expected) if expected is not None else None,
        "lock": error or packing.why_not(parcel=parcel, carton=carton, weight_g=None),
        "needs_reason": needs_reason,
        "weight": weight if needs_reason else "",  # a weight never carries over, except to confirm it
        "answer": {"ok": ok, "text": text} if text else None,
    }
    status = 200 if ok else 422
    response = htmx.render(request, "warehouse/pack.html", "warehouse/_pack.html", context, status=status)
    here = {"seller": request.seller.slug, "public_id": parcel.package.public_id}
    response.headers["HX-Push-Url"] = reverse("warehouse:pack_package", kwargs=here)
    return htmx.scanned(response, ok=ok, text=text) if text else response


def _empty(
    request: HttpRequest, *, text: str = "", ok: bool = True, last: Package | None = None
) -> HttpResponse:
    """The table is free: what waits, and the label of the last parcel."""
    waiting = selectors.waiting_for_packing()
    shown = list(waiting[:WAITING_SHOWN])
    context = {
        "parcel": None,
        "waiting": shown,
        "waiting_count": waiting.count(),
        "places": selectors.places_of_packages(package_ids=[one.pk for one in shown]),
        "last": last,
        "answer": {"ok": ok, "text": text} if text else None,
    }
    status = 200 if ok else 422
    response = htmx.render(request, "warehouse/pack.html", "warehouse/_pack.html", context, status=status)
    response.headers["HX-Push-Url"] = reverse("warehouse:pack", kwargs={"seller": request.seller.slug})
    return htmx.scanned(response, ok=ok, text=text) if text else response
