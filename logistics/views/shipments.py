"""Shipments: the list by state, search over many ids, and one parcel with its number, its uploads and its way."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import rating_words, reading, selectors, tracking_upload, voiding
from logistics.forms import NumberForm
from logistics.models import Shipment
from logistics.views import filters
from tenancy import actors
from tenancy.pages import seller_page

TABS = (
    ("open", gettext_lazy("On the way"), ""),
    ("pending", gettext_lazy("No label yet"), ""),
    ("labelled", gettext_lazy("Labelled"), ""),
    ("handed_over", gettext_lazy("Awaiting scan"), ""),
    ("in_transit", gettext_lazy("In transit"), ""),
    ("delivered", gettext_lazy("Delivered"), ""),
    ("problem", gettext_lazy("Returned or lost"), "red"),
    ("cancelled", gettext_lazy("Cancelled"), ""),
    ("all", gettext_lazy("All"), ""),
)


@seller_page("logistics.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Shipments of one tab, or those that were searched for."""
    words = filters.words_of(request.GET.get("q", ""))
    carrier, found = request.GET.get("carrier", "")[:30], selectors.find(words) if words else None
    rows = _filtered(request, carrier=carrier, found=found)
    counts = selectors.tab_counts(rows)
    tab = request.GET.get("tab", "")
    if tab not in counts:
        tab = "all" if words else "open"
    page = filters.page_of(request, rows.filter(state__in=selectors.TABS[tab]).order_by("-created_at", "-pk"))
    context = {
        "page": page,
        "rows": [reading.row_of(shipment) for shipment in reading.with_uploads(page.object_list)],
        "tabs": _tabs(request, counts=counts, current=tab),
        "missing": found.missing if found else (),
        "words": words,
        "carriers": selectors.carriers(),
        "carrier": carrier,
        "table_id": "shipments",
    }
    return htmx.render(request, "logistics/shipments.html", "logistics/_shipments.html", context)


def _filtered(request: HttpRequest, *, carrier: str, found: selectors.Found | None) -> QuerySet[Shipment]:
    rows = selectors.shipments()
    if shop_id := filters.shop_id(request):
        rows = rows.filter(shop_id=shop_id)
    if carrier:
        rows = rows.filter(carrier__code=carrier)
    return rows.filter(pk__in=found.ids) if found else rows


def _tabs(request: HttpRequest, *, counts: dict[str, int], current: str) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "count": counts[name],
            "href": filters.href(request, tab=name),
            "current": name == current,
            "tone": tone,
        }
        for name, label, tone in TABS
    ]


@seller_page("logistics.view")
@require_safe
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One parcel."""
    return _shown(request, _shipment(public_id))


def _shipment(public_id: str) -> Shipment:
    rows = selectors.shipments().prefetch_related("tracked", "uploads", "cases")
    return get_object_or_404(rows, public_id=public_id)


def _shown(
    request: HttpRequest, shipment: Shipment, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    row = reading.row_of(reading.with_uploads([shipment])[0])
    context = {
        "row": row,
        "shipment": shipment,
        "void_words": voiding.REASONS.get(shipment.void_reason, ""),
        "parcel": reading.parcel_of(shipment),
        "carrier_why": rating_words.sentence(shipment.choice),
        "events": shipment.events.order_by("-happened_at", "-pk"),
        "form": form or NumberForm(initial={"carrier": shipment.carrier_id}),
    }
    return htmx.render(request, "logistics/shipment.html", "logistics/_shipment.html", context, status=status)


def _back(request: HttpRequest, shipment: Shipment, text: str) -> HttpResponse:
    address = reverse(
        "logistics:shipment", kwargs={"seller": request.seller.slug, "public_id": shipment.public_id}
    )
    return htmx.redirect(request, address, text)


@seller_page("logistics.ship")
@require_POST
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give the number to the platform without waiting for the policy, or try a refused one again."""
    shipment = _shipment(public_id)
    tracking_upload.upload_now(shipment_id=shipment.pk, actor=actors.of_user(request.user), now=clock.now())
    return _back(request, shipment, _("The number is on its way to the platform."))


@seller_page("logistics.ship")
@require_POST
def number(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give, change or correct the parcel's number, whichever its state allows."""
    shipment = _shipment(public_id)
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _shown(request, shipment, form=form, status=422)
    try:
        text = reading.number_rule_of(shipment)(
            shipment_id=shipment.pk,
            carrier=form.cleaned_data["carrier"],
            number=form.cleaned_data["number"],
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as refusal:
        form.add_error("number", str(refusal))
        return _shown(request, _shipment(public_id), form=form, status=422)
    return _back(request, shipment, text)
