"""Stock per SKU and warehouse, the ledger, and the desk where one SKU is received, corrected, moved and counted."""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Sku
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import counting, receiving, safety, selectors, stock_lists
from warehouse.forms import AdjustForm, CountForm, MoveForm, ReceiveForm, sku_of
from warehouse.models import MovementReason, StockLevel, Warehouse
from warehouse.receiving import Adjustment
from warehouse.views.sections import sections

PAGE = 100
DESK = {"receive": ReceiveForm, "adjust": AdjustForm, "move": MoveForm, "count": CountForm}


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@seller_page("stock.view")
@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """The stock table; low ones and sold out ones on tabs of their own."""
    words, tab = request.GET.get("q", "").strip(), request.GET.get("tab", "")
    warehouse_id = _whole(request.GET.get("warehouse", ""))
    counts = selectors.stock_counts(warehouse_id=warehouse_id)
    found = selectors.stock_page(words=words, warehouse_id=warehouse_id, tab=tab)
    kept = f"&warehouse={warehouse_id}" if warehouse_id else ""
    labels = {
        "": (_("All"), counts["all"]),
        "low": (_("Low"), counts["low"]),
        "out": (_("None left"), counts["out"]),
    }
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    by_lot = [level.sku_id for level in page if level.sku.is_by_lot]
    context = {
        "sections": sections(request, "stock"),
        "table_id": "stock",
        "page": page,
        "lots": stock_lists.lots_by_sku(sku_ids=by_lot) if by_lot else {},
        "tabs": [
            {
                "label": label,
                "count": count,
                "href": f"?tab={name}{kept}",
                "current": tab == name,
                "tone": "red" if name else "",
            }
            for name, (label, count) in labels.items()
        ],
        "words": words,
        "warehouses": selectors.warehouses(),
        "warehouse_id": warehouse_id,
    }
    return htmx.render(request, "warehouse/stock.html", "warehouse/_stock.html", context)


@seller_page("stock.view")
@require_GET
def movements(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first."""
    code, reason = request.GET.get("sku", "").strip(), request.GET.get("reason", "")
    sku = sku_of(code) if code else None
    found = selectors.movements(
        sku_id=sku.pk if sku else None, reason=reason if reason in MovementReason.values else ""
    )
    context = {
        "sections": sections(request, "movements"),
        "table_id": "movements",
        "page": Paginator(found if sku or not code else found.none(), PAGE).get_page(request.GET.get("page")),
        "code": code,
        "reason": reason,
        "reasons": MovementReason.choices,
    }
    return htmx.render(request, "warehouse/movements.html", "warehouse/_movements.html", context)


@seller_page("stock.view")
@require_GET
def lots(request: HttpRequest) -> HttpResponse:
    """Lots that are somewhere, the first to expire on top."""
    words, tab = request.GET.get("q", "").strip(), request.GET.get("tab", "")
    tab = tab if tab == "withheld" else ""
    page = Paginator(stock_lists.lots(words=words, tab=tab), PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections(request, "lots"),
        "table_id": "lots",
        "page": page,
        "words": words,
        "tab": tab,
        "places": stock_lists.places_of_lots(lot_ids=[lot.pk for lot in page]),
        "today": clock.local(clock.now(), zone=request.seller.time_zone).date(),
    }
    return htmx.render(request, "warehouse/lots.html", "warehouse/_lots.html", context)


@seller_page("stock.adjust")
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """One SKU: where it lies, and the forms that change that."""
    code = request.GET.get("sku", "").strip()
    sku = sku_of(code) if code else None
    answer = None
    if code and sku is None:
        answer = {"ok": False, "text": _("No SKU has the code “%(code)s”.") % {"code": code}}
    return _desk(request, sku, answer=answer)


@seller_page("stock.adjust")
@require_POST
def desk_scan(request: HttpRequest) -> HttpResponse:
    """A scanned item comes to the desk."""
    code = request.POST.get("code", "").strip()
    sku = sku_of(code)
    text = _("No SKU has the code “%(code)s”.") % {"code": code}
    if sku is not None:
        text = f"{sku.seller_sku} · {sku.name}"
    return _desk(request, sku, answer={"ok": sku is not None, "text": text})


@seller_page("stock.adjust")
@require_POST
def desk_do(request: HttpRequest, sku_id: int, what: str) -> HttpResponse:
    """Carry out one of the desk's forms: receive, adjust, move or count."""
    sku = get_object_or_404(Sku, pk=sku_id)
    if what not in DESK:
        raise Http404
    form = DESK[what](request.POST, prefix=what, sku=sku)
    if not form.is_valid():
        return _desk(request, sku, forms={what: form})
    try:
        text = _carry_out(request, what, sku, form.cleaned_data)
    except RuleViolation as error:
        form.add_error(None, str(error))
        return _desk(request, sku, forms={what: form})
    return _desk(request, sku, answer={"ok": True, "text": text})


def _carry_out(request: HttpRequest, what: str, sku: Sku, values: dict) -> str:
    by = {"actor": actors.of_user(request.user), "now": clock.now()}
    if what == "count":
        counting.count(
            bin_id=values["bin"].pk,
            sku_id=sku.pk,
            counted=values["counted"],
            lot=values["lot"],
            expires_on=values["expires_on"],
            **by,
        )
        return _("%(sku)s in %(bin)s is %(units)d now.") % {
            "sku": sku, "bin": values["bin"], "units": values["counted"]
        }  # fmt: skip
    if what == "move":
        receiving.put_away(
            sku_id=sku.pk,
            source_id=values["source"].pk,
            target_id=values["target"].pk,
            quantity=values["quantity"],
            key=f"page:{values['key']}",
            lot=values["lot"],
            **by,
        )
        return _("%(units)d × %(sku)s moved to %(bin)s.") % {
            "units": values["quantity"], "sku": sku, "bin": values["target"]
        }  # fmt: skip
    wanted = Adjustment(
        sku_id=sku.pk,
        quantity=values["quantity"],
        reason=values.get("reason", MovementReason.RECEIVED),
        key=f"page:{values['key']}",
        reference=values.get("reference", ""),
        note=values.get("note", ""),
        bin_id=values["bin"].pk if values["bin"] else None,
        lot=values["lot"],
        expires_on=values.get("expires_on"),
    )
    receiving.adjust(wanted=wanted, **by)
    return _("%(units)+d × %(sku)s written down.") % {"units": values["quantity"], "sku": sku}


def _desk(
    request: HttpRequest, sku: Sku | None, *, forms: dict | None = None, answer: dict | None = None
) -> HttpResponse:
    given = forms or {}
    blank = {"key": uuid.uuid4().hex}
    context = {
        "sections": sections(request, "desk"),
        "sku": sku,
        "answer": answer,
        "forms": {
            name: given.get(name) or form(prefix=name, initial=blank, sku=sku) for name, form in DESK.items()
        },
        "opened": next(iter(given), "receive"),
        "places": selectors.bins_of_sku(sku_id=sku.pk) if sku else [],
        "lots": stock_lists.lots_by_sku(sku_ids=[sku.pk]) if sku and sku.is_by_lot else {},
        "levels": selectors.stock_levels().filter(sku=sku) if sku else [],
    }
    is_bad = bool(given) or (answer is not None and not answer["ok"])
    response = htmx.render(
        request, "warehouse/desk.html", "warehouse/_desk.html", context, status=422 if is_bad else 200
    )
    return htmx.scanned(response, ok=answer["ok"], text=answer["text"]) if answer else response


@seller_page("stock.adjust")
@require_POST
def set_safety(request: HttpRequest, sku_id: int, warehouse_id: int) -> HttpResponse:
    """The line under which the ads react."""
    sku = get_object_or_404(Sku, pk=sku_id)
    site = get_object_or_404(Warehouse, pk=warehouse_id)
    units = _whole(request.POST.get("units", "").strip())
    if units is None:
        raise safety.BadSafetyStock(_("Safety stock is a number of units, 0 for none."))
    safety.set_safety_stock(
        sku_id=sku.pk, warehouse_id=site.pk, units=units, actor=actors.of_user(request.user), now=clock.now()
    )
    text = _("Safety stock of %(sku)s is %(units)d.") % {"sku": sku.seller_sku, "units": units}
    if not htmx.wants_fragment(request):
        return htmx.redirect(
            request, reverse("warehouse:stock", kwargs={"seller": request.seller.slug}), text
        )
    level = StockLevel.objects.select_related("sku", "warehouse").get(sku=sku, warehouse=site)
    response = htmx.render(
        request, "warehouse/_stock_row.html", "warehouse/_stock_row.html", {"level": level}
    )
    return htmx.toast(response, text)
