"""Services of own carriers: limits, areas, prices by weight; prices and areas as a file; the trial over the last days."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import rate_book, rate_file, rating_trial
from logistics.models import Carrier, CarrierService, ServiceArea, ServiceRate
from logistics.rate_forms import AreaForm, NewServiceForm, RateFileForm, RateForm, ServiceForm
from tenancy import actors
from tenancy.models import Shop
from tenancy.pages import seller_page

FILES = {"prices": True, "areas": False}


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"logistics:{name}", kwargs={"seller": request.seller.slug, **kwargs})


@seller_page("logistics.ship")
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A new service of a carrier."""
    carrier = get_object_or_404(Carrier, code=code)
    shop = Shop.objects.filter(is_active=True).order_by("pk").first()
    form = NewServiceForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            values = {"code": form.cleaned_data["code"], "values": form.values()}
            made = rate_book.add_service(carrier=carrier, **values, **_by(request))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("%(service)s is there. Now its prices.") % {"service": made.name}
            return htmx.redirect(request, _address(request, "service", service_id=made.pk), text)
    status = 422 if form else 200
    form = form or NewServiceForm.fresh(currency=shop.currency if shop else "")
    context = {"carrier": carrier, "form": form}
    return htmx.render(
        request, "logistics/service_add.html", "logistics/_service_add.html", context, status=status
    )


@seller_page("logistics.view")
@require_safe
def one(request: HttpRequest, service_id: int) -> HttpResponse:
    """One service with its areas and prices."""
    return _shown(request, _service(service_id))


def _service(service_id: int) -> CarrierService:
    return get_object_or_404(CarrierService.objects.select_related("carrier"), pk=service_id)


def _shown(
    request: HttpRequest, service: CarrierService, *, status: int = 200, **forms: object
) -> HttpResponse:
    rates = list(ServiceRate.objects.filter(service=service).order_by("zone", "up_to_g"))
    areas = list(
        ServiceArea.objects.filter(service=service).order_by("region", "province", "postcode_from", "pk")
    )
    priced, reached = {one.zone for one in rates}, {one.zone for one in areas if one.zone} if areas else {""}
    context = {
        "service": service,
        "rates": rates,
        "areas": areas,
        "without_price": sorted(reached - priced),
        "without_area": sorted(zone or "—" for zone in priced - reached),
        "form": ServiceForm.of(service),
        "rate_form": RateForm(),
        "area_form": AreaForm(),
        **forms,
    }
    return htmx.render(request, "logistics/service.html", "logistics/_service.html", context, status=status)


@seller_page("logistics.ship")
@require_POST
def edit(request: HttpRequest, service_id: int) -> HttpResponse:
    """Its limits and times."""
    service = _service(service_id)
    form = ServiceForm(request.POST)
    if form.is_valid():
        try:
            rate_book.change_service(service_id=service.pk, values=form.values(), **_by(request))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Saved. It holds for parcels that are packed from now on.")
            return htmx.redirect(request, _address(request, "service", service_id=service.pk), text)
    return _shown(request, service, form=form, status=422)


@seller_page("logistics.ship")
@require_POST
def set_rate(request: HttpRequest, service_id: int) -> HttpResponse:
    """A price up to a weight."""
    service = _service(service_id)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            rate_book.set_rate(service_id=service.pk, **form.cleaned_data, **_by(request))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return htmx.redirect(request, _address(request, "service", service_id=service.pk), _("Saved."))
    return _shown(request, service, rate_form=form, status=422)


@seller_page("logistics.ship")
@require_POST
def remove_rate(request: HttpRequest, service_id: int, rate_id: int) -> HttpResponse:
    rate = get_object_or_404(ServiceRate, pk=rate_id, service_id=service_id)
    rate_book.remove_rate(rate_id=rate.pk, **_by(request))
    return htmx.redirect(request, _address(request, "service", service_id=service_id), _("Removed."))


@seller_page("logistics.ship")
@require_POST
def set_area(request: HttpRequest, service_id: int) -> HttpResponse:
    """Where it goes, in which zone."""
    service = _service(service_id)
    form = AreaForm(request.POST)
    if form.is_valid():
        try:
            area = rate_book.area_of(**form.cleaned_data)
            rate_book.set_area(service_id=service.pk, area=area, **_by(request))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return htmx.redirect(request, _address(request, "service", service_id=service.pk), _("Saved."))
    return _shown(request, service, area_form=form, status=422)


@seller_page("logistics.ship")
@require_POST
def remove_area(request: HttpRequest, service_id: int, area_id: int) -> HttpResponse:
    area = get_object_or_404(ServiceArea, pk=area_id, service_id=service_id)
    rate_book.remove_area(area_id=area.pk, **_by(request))
    return htmx.redirect(request, _address(request, "service", service_id=service_id), _("Removed."))


@seller_page("logistics.ship")
def take_file(request: HttpRequest) -> HttpResponse:
    """Prices or areas as a csv. What was read comes back as text, so that it can be mended and sent again."""
    form = RateFileForm()
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            form = _posted(request)
            if form.is_valid():
                if request.POST.get("do") != "try":
                    return _taken(request, form.cleaned_data["text"])
                context["draft"] = rate_file.look(text=form.cleaned_data["text"])
        except rate_file.BadRateFile as error:
            form = form if form.is_bound else RateFileForm({"text": " "})
            form.is_valid()
            form.errors.pop("text", None)
            for problem in error.problems:
                form.add_error(None, problem)
    status = 422 if form.errors else 200
    context |= {"form": form, "examples": (rate_file.RATES, rate_file.AREAS)}
    return htmx.render(
        request, "logistics/rate_file.html", "logistics/_rate_file.html", context, status=status
    )


def _posted(request: HttpRequest) -> RateFileForm:
    values = request.POST.copy()
    upload = request.FILES.get("file")
    if upload is not None:
        values["text"] = rate_file.text_of(upload.read(rate_file.BYTES_AT_MOST + 1))
    return RateFileForm(values)


def _taken(request: HttpRequest, text: str) -> HttpResponse:
    draft = rate_file.bring_in(text=text, **_by(request))
    count = len(draft.changes)
    words = ngettext("%(n)s service has new figures.", "%(n)s services have new figures.", count)
    return htmx.redirect(request, _address(request, "carriers"), words % {"n": count})


@seller_page("logistics.view")
@require_safe
def give_file(request: HttpRequest, what: str) -> HttpResponse:
    """All prices, or all areas, as they are."""
    if what not in FILES:
        raise Http404
    text = "\ufeff" + rate_file.write(is_rates=FILES[what])
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="carrier-{what}.csv"'
    return response


@seller_page("logistics.view")
@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """Dry run: who would have carried the parcels of the last days, and for how much."""
    found = rating_trial.run(now=clock.now())
    context = {
        "trial": found,
        "days": rating_trial.DAYS,
        "most": rating_trial.PARCELS_AT_MOST,
        "has_services": CarrierService.objects.filter(is_active=True, carrier__is_active=True).exists(),
        "shown": rating_trial.SHOWN,
    }
    return htmx.render(request, "logistics/rating_trial.html", "logistics/_rating_trial.html", context)
