"""The pack station, without a mouse: scan to open, scan items, a digit for the carton, weigh, Enter."""

import re

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
from warehouse import materials, packing, photos, quality, scales, selectors, station
from warehouse.models import WeightSource
from warehouse.packing import Parcel, WeightOutOfBand
from warehouse.scales import BadWeight, Weighing

WAITING_SHOWN = 12
LAST_WEIGHT = "pack_last_g"  # in the session: what this station's last parcel weighed
OPEN_TOTE = "pack_open_tote"  # in the session: the tote that this packer scanned last
FEW_LEFT = 20


@seller_page("floor.pack")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Nothing on the table yet."""
    return _empty(request)


@seller_page("floor.pack")
@require_POST
def open_package(request: HttpRequest) -> HttpResponse:
    """A scan puts a package on the table; an item's scan is counted at once."""
    try:
        parcel, answer = packing.open(
            code=request.POST.get("code", ""),
            tote=request.session.get(OPEN_TOTE, ""),
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False, kind=error.code)
    if answer is not None:
        return _table(request, parcel, text=answer.text, ok=answer.ok, kind=answer.kind)
    request.session[OPEN_TOTE] = parcel.tote
    text = _("Package %(package)s is on the table. Scan its items.") % {"package": parcel.package.public_id}
    return _table(request, parcel, text=text)


@seller_page("floor.pack")
@require_POST
def put_away_tote(request: HttpRequest) -> HttpResponse:
    """No tote is open any more: the next item is of a live show's lane, or of any tote."""
    request.session[OPEN_TOTE] = ""
    return _empty(request)


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
    """One item; when all of them are verified, an empty carton's own code chooses it."""
    found = _package(public_id)
    code = request.POST.get("code", "")
    try:
        parcel = packing.load(package_id=found.pk)
        if parcel.is_verified and (carton := packing.carton_by_code(code=code)):
            text = _("%(carton)s. Now weigh.") % {"carton": carton.name}
            return _table(request, parcel, text=text, carton_code=carton.code)
        answer = packing.scan_item(
            package_id=found.pk, code=code, actor=actors.of_user(request.user), now=clock.now()
        )
        parcel = packing.load(package_id=found.pk)
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False, kind=error.code)
    return _table(request, parcel, text=answer.text, ok=answer.ok, kind=answer.kind)


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
    weighing = _weighing(request)
    may_confirm = request.access.can("stock.adjust")
    try:
        record = packing.finish(
            package_id=found.pk,
            carton_code=request.POST.get("carton", ""),
            weight_g=weighing.grams,
            weighing=weighing,
            override_reason=request.POST.get("reason", "") if may_confirm else "",
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except (packing.CannotClose, BadWeight) as error:
        parcel = packing.load(package_id=found.pk)
        return _table(request, parcel, text=str(error), ok=False, kind=error.code, error=error)
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False, kind=error.code)
    request.session[LAST_WEIGHT] = record.weight_g
    values = {"weight": record.weight_g, "carton": record.carton.name}
    text = _("Packed: %(weight)d g in %(carton)s. Next one, please.") % values
    return _empty(request, text=text, last=found, kind="verified")


def _weighing(request: HttpRequest) -> Weighing:
    typed, source = request.POST.get("weight", "").strip(), request.POST.get("source", "")
    return Weighing(
        grams=int(typed) if re.fullmatch(r"-?\d{1,6}", typed, re.ASCII) else None,
        source=source if source in WeightSource.values else WeightSource.TYPED,
        readings=scales.parse_readings(request.POST.get("readings", "")),
        last_g=request.session.get(LAST_WEIGHT),
    )


@seller_page("floor.pack")
@require_POST
def photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """A picture of the open parcel."""
    found = _package(public_id)
    file = request.FILES.get("photo")
    try:
        content = file.read(photos.BYTES_AT_MOST + 1) if file else b""
        photos.add(package_id=found.pk, content=content, actor=actors.of_user(request.user), now=clock.now())
        parcel = packing.load(package_id=found.pk)
    except photos.BadPhoto as error:
        return _table(request, packing.load(package_id=found.pk), text=str(error), ok=False, kind=error.code)
    except RuleViolation as error:
        return _empty(request, text=str(error), ok=False, kind=error.code)
    return _table(request, parcel, text=_("The photo is kept with the parcel."))


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
    kind: str = "",
    error: RuleViolation | None = None,
    carton_code: str = "",
) -> HttpResponse:
    """The parcel, its cartons, and beside the button what keeps it locked."""
    choice = packing.cartons()
    left = materials.left_by_carton(cartons=choice, warehouse_id=parcel.warehouse_id)
    closed = parcel.prepacked_in.code if parcel.prepacked_in else ""
    code = carton_code or request.POST.get("carton") or request.GET.get("carton", closed)
    advice = packing.advise(parcel=parcel, choice=choice, left=left)
    carton = next((one for one in choice if one.code == code), advice.carton)
    needs_reason = isinstance(error, WeightOutOfBand)
    context = {
        "parcel": parcel,
        "cartons": [(one, left.get(one.pk)) for one in choice],
        "few_left": FEW_LEFT,
        "carton": carton,
        "advice": advice,
        "expected": packing.expectation(parcel=parcel, carton=carton) if carton else None,
        "lock": error or packing.why_not(parcel=parcel, carton=carton, weighing=Weighing(None)),
        "needs_reason": needs_reason,
        # A weight never carries over, except to confirm it.
        "weighed": _kept_weight(request) if needs_reason else None,
        "photos": selectors.photos_of_packages(package_ids=[parcel.package.pk]).get(parcel.package.pk, []),
        "last_g": request.session.get(LAST_WEIGHT, ""),
        "answer": {"ok": ok, "text": text} if text else None,
    }
    status = 200 if ok else 422
    response = htmx.render(request, "warehouse/pack.html", "warehouse/_pack.html", context, status=status)
    here = {"seller": request.seller.slug, "public_id": parcel.package.public_id}
    response.headers["HX-Push-Url"] = reverse("warehouse:pack_package", kwargs=here)
    return htmx.scanned(response, ok=ok, text=text, kind=kind) if text else response


def _kept_weight(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("weight", "source", "readings")}


def _empty(
    request: HttpRequest,
    *,
    text: str = "",
    ok: bool = True,
    kind: str = "",
    last: Package | None = None,
) -> HttpResponse:
    """The table is free: what waits, the label of the last parcel, and what runs low."""
    waiting = selectors.waiting_for_packing()
    shown = list(waiting[:WAITING_SHOWN])
    tote = request.session.get(OPEN_TOTE, "")
    context = {
        "open_tote": tote if tote and station.is_in_use(tote=tote) else "",
        "parcel": None,
        "waiting": shown,
        "waiting_count": waiting.count(),
        "places": selectors.places_of_packages(package_ids=[one.pk for one in shown]),
        "low": selectors.low_materials(),
        "last": last,
        "answer": {"ok": ok, "text": text} if text else None,
    }
    status = 200 if ok else 422
    response = htmx.render(request, "warehouse/pack.html", "warehouse/_pack.html", context, status=status)
    response.headers["HX-Push-Url"] = reverse("warehouse:pack", kwargs={"seller": request.seller.slug})
    return htmx.scanned(response, ok=ok, text=text, kind=kind) if text else response
