"""Expected deliveries and transfers: the list, making one, and the station at the dock that receives it."""

import uuid

from django.core.exceptions import PermissionDenied
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
from warehouse import deliveries, lots, selectors, stock_lists, transfer_picks, transfers
from warehouse.models import Delivery
from warehouse.stock_forms import DeliveryForm, ReceiptForm, TransferForm
from warehouse.views.sections import sections

PAGE = 100


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _address(request: HttpRequest, delivery: Delivery) -> str:
    return reverse(
        "warehouse:delivery", kwargs={"seller": request.seller.slug, "public_id": delivery.public_id}
    )


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is on its way, or what came."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in ("", "over") else ""
    labels = {"": _("Coming"), "over": _("Over")}
    context = {
        "sections": sections(request, "deliveries"),
        "table_id": "deliveries",
        "page": Paginator(stock_lists.deliveries(is_over=tab == "over"), PAGE).get_page(
            request.GET.get("page")
        ),
        "tabs": [
            {"label": label, "href": f"?tab={name}", "current": tab == name, "count": None}
            for name, label in labels.items()
        ],
        "has_many_sites": selectors.warehouses().count() > 1,
    }
    return htmx.render(request, "warehouse/deliveries.html", "warehouse/_deliveries.html", context)


@seller_page("stock.adjust")
def new(request: HttpRequest) -> HttpResponse:
    """Announce a delivery."""
    form = DeliveryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = deliveries.announce(
                warehouse_id=values["warehouse"],
                lines=values["units"],
                supplier=values["supplier"],
                reference=values["reference"],
                expected_on=values["expected_on"],
                **_by(request),
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(
                request, _address(request, made), _("%(number)s is there.") % {"number": made}
            )
    return _make(request, form, title=_("Announce a delivery"))


@seller_page("stock.adjust")
def new_transfer(request: HttpRequest) -> HttpResponse:
    """Put a transfer together."""
    form = TransferForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = transfers.prepare(
                origin_id=values["origin"],
                warehouse_id=values["warehouse"],
                lines=values["units"],
                reference=values["reference"],
                **_by(request),
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(
                request, _address(request, made), _("%(number)s is there.") % {"number": made}
            )
    return _make(request, form, title=_("Send goods to another warehouse"))


def _make(request: HttpRequest, form, *, title: str) -> HttpResponse:
    context = {"sections": sections(request, "deliveries"), "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return htmx.render(
        request, "warehouse/delivery_make.html", "warehouse/_delivery_make.html", context, status=status
    )


@seller_page("stock.view")
@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """The lines, and the station while it can be received."""
    return _station(request, public_id)


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Goods stand at the dock: one unit, or as many as were typed."""
    delivery = get_object_or_404(Delivery, public_id=public_id)
    form, code = ReceiptForm(request.POST), request.POST.get("code", "").strip()
    if not form.is_valid():
        text = _("Units are a number of 1 or more, and dates are days of the calendar.")
        return _station(request, public_id, answer={"ok": False, "text": text}, given=request.POST)
    values = form.cleaned_data
    if values["is_unannounced_taken"] and not request.access.can("stock.adjust"):
        raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
    is_same = values["lot_sku"].upper() in ("", code.upper())
    try:
        done = deliveries.receive(
            delivery_id=delivery.pk,
            code=code,
            units=values["units"],
            key=values["key"] or uuid.uuid4().hex,
            lot=values["lot"] if is_same else "",
            expires_on=values["expires_on"] if is_same else None,
            damaged=values["damaged"] or 0,
            is_unannounced_taken=values["is_unannounced_taken"],
            **_by(request),
        )
    except RuleViolation as error:
        kept = request.POST if isinstance(error, lots.LotNeeded | lots.BadLot) and is_same else {}
        return _station(
            request,
            public_id,
            answer={"ok": False, "text": str(error)},
            given={**_plain(kept), "lot_sku": code} if _asks_lot(error) else {},
        )
    kept = {"lot": done.lot.code, "expires_on": done.lot.expires_on, "lot_sku": code} if done.lot else {}
    return _station(request, public_id, answer={"ok": True, "text": done.text}, given=kept)


def _asks_lot(error: RuleViolation) -> bool:
    return isinstance(error, lots.LotNeeded | lots.BadLot)


def _plain(given) -> dict[str, str]:
    return {name: given[name] for name in ("units", "damaged", "lot", "expires_on") if name in given}


def _station(
    request: HttpRequest, public_id: str, *, answer: dict | None = None, given: dict | None = None
) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("warehouse", "origin"), public_id=public_id)
    blank = {"units": 1, "damaged": 0, "key": uuid.uuid4().hex}
    lines = stock_lists.delivery_lines(delivery=delivery)
    context = {
        "sections": sections(request, "deliveries"),
        "delivery": delivery,
        "lines": lines,
        "is_open": delivery.state in deliveries.OPEN,
        "picked": sum(transfer_picks.picked(transfer=delivery).values()) if delivery.origin_id else 0,
        "form": ReceiptForm(initial={**blank, **_without_key(given or {})}),
        "has_lots": any(line.sku.is_by_lot for line in lines) or bool(given),
        "answer": answer,
    }
    is_bad = answer is not None and not answer["ok"]
    response = htmx.render(
        request, "warehouse/delivery.html", "warehouse/_delivery.html", context, status=422 if is_bad else 200
    )
    return htmx.scanned(response, ok=answer["ok"], text=answer["text"]) if answer else response


def _without_key(given) -> dict[str, object]:
    return {name: given[name] for name in given if name != "key"}


@seller_page("stock.adjust")
@require_POST
def act(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Send, close or cancel."""
    delivery = get_object_or_404(Delivery, public_id=public_id)
    if what == "send":
        transfers.send(transfer_id=delivery.pk, **_by(request))
        text = _("%(number)s is on its way.")
    elif what == "close":
        deliveries.close(delivery_id=delivery.pk, **_by(request))
        text = _("%(number)s is closed.")
    elif delivery.origin_id:
        transfers.cancel(transfer_id=delivery.pk, **_by(request))
        text = _("%(number)s is cancelled.")
    else:
        deliveries.cancel(delivery_id=delivery.pk, **_by(request))
        text = _("%(number)s is cancelled.")
    return htmx.redirect(request, _address(request, delivery), text % {"number": delivery.number})
