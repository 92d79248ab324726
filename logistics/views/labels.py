"""The label table: parcels that wait for a number or a label, numbers typed, scanned or taken from a block, printing."""

import io
import zipfile

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import label_files, label_papers, labels, number_blocks, platform_labels, selectors
from logistics.models import Carrier, Shipment, ShipmentState
from logistics.views import filters
from tenancy import actors
from tenancy.pages import seller_page

AS_CHOSEN = "*"  # instead of one carrier's code
TABS = (
    ("number", gettext_lazy("Needs a number"), ""),
    ("platform", gettext_lazy("Platform label on its way"), ""),
    ("refused", gettext_lazy("Label refused"), "red"),
    ("print", gettext_lazy("To print"), ""),
    ("printed", gettext_lazy("Printed, still here"), ""),
)


@seller_page("logistics.handover")
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Parcels by what their label waits for, by deadline."""
    shop_id = filters.shop_id(request)
    counts = selectors.label_counts(shop_id=shop_id)
    tab = request.GET.get("tab", "")
    if tab not in counts:
        tab = next((name for name in ("number", "refused", "print") if counts[name]), "number")
    page = filters.page_of(request, selectors.label_rows(tab=tab, shop_id=shop_id))
    context = {
        "tab": tab,
        "tabs": [
            {
                "label": label,
                "count": counts[name],
                "href": filters.href(request, tab=name),
                "current": name == tab,
                "tone": tone,
            }
            for name, label, tone in TABS
        ],
        "page": page,
        "table_id": "labels",
        "carriers": _carriers_with_numbers() if tab == "number" else [],
    }
    return htmx.render(request, "logistics/labels.html", "logistics/_labels.html", context)


def _carriers_with_numbers() -> list[tuple[Carrier, int]]:
    found = Carrier.objects.filter(is_active=True, number_blocks__is_active=True).distinct().order_by("name")
    return [(carrier, count) for carrier in found if (count := number_blocks.left(carrier))]


@seller_page("logistics.handover")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take numbers from a block, or ask the platform again, for the ticked rows."""
    back = reverse("logistics:labels", kwargs={"seller": request.seller.slug})
    ids = _wanted(request)
    if not ids:
        return htmx.redirect(request, back, _("Nothing was selected."), "warning")
    if request.POST.get("act") == "again":
        rows = list(Shipment.objects.filter(pk__in=ids, state=ShipmentState.PENDING))
        count = platform_labels.ask(shipments_to_label=rows, now=clock.now())
        text = ngettext("Asked again for %(n)s label.", "Asked again for %(n)s labels.", count)
        return htmx.redirect(request, f"{back}?tab=platform", text % {"n": count})
    return _numbered(request, ids, back=back)


def _numbered(request: HttpRequest, ids: list[int], *, back: str) -> HttpResponse:
    """From the block of one carrier, or each from that of the carrier chosen for it."""
    by = {"shipment_ids": ids, "actor": actors.of_user(request.user), "now": clock.now()}
    if request.POST.get("carrier") == AS_CHOSEN:
        return _results(request, labels.take_numbers_as_chosen(**by), back=back)
    carrier = Carrier.objects.filter(code=request.POST.get("carrier", ""), is_active=True).first()
    if carrier is None:
        return htmx.redirect(request, back, _("Choose a carrier that has numbers left."), "warning")
    return _results(request, labels.take_numbers(carrier=carrier, **by), back=back)


def _wanted(request: HttpRequest) -> list[int]:
    """The ticked rows, or all of the tab."""
    tab = request.POST.get("tab", "")
    if request.POST.get("all") == "1" and tab in selectors.LABEL_TABS:
        rows = selectors.label_rows(tab=tab, shop_id=filters.shop_id(request))
        return list(rows.values_list("pk", flat=True)[: filters.MOST_AT_ONCE])
    return filters.chosen_ids(request)


def _results(request: HttpRequest, results: list[labels.RowResult], *, back: str) -> HttpResponse:
    failed = [result for result in results if not result.is_done]
    done = len(results) - len(failed)
    text = ngettext("%(n)s parcel has its number.", "%(n)s parcels have their numbers.", done) % {"n": done}
    if not failed:
        return htmx.redirect(request, f"{back}?tab=print", text)
    rows = {row.pk: row for row in selectors.shipments().filter(pk__in=[one.shipment.pk for one in failed])}
    context = {"done": done, "failed": [(rows[one.shipment.pk], one.message) for one in failed], "back": back}
    return render_template(request, "logistics/label_results.html", context)


@seller_page("logistics.handover")
@require_POST
def print_labels(request: HttpRequest) -> HttpResponse:
    """The labels of the chosen parcels: one PDF when it can be, an archive when the platform's papers are among them."""
    rows = {row.pk: row for row in selectors.shipments().filter(pk__in=_wanted(request))}
    if not rows:
        raise Http404
    labels.mark_printed(
        shipment_ids=rows,
        reason=request.POST.get("reason", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    theirs = [row for row in rows.values() if row.label_file]
    ours = [row for row in rows.values() if row.tracking_number and not row.label_file]
    papers = [
        (f"{row.tracking_number}.{row.label_file.rpartition('.')[2]}", label_files.read(path=row.label_file))
        for row in theirs
    ]
    if ours:
        papers.append(("labels.pdf", label_papers.own_labels(ours)))
    if len(papers) == 1:
        name, content = papers[0]
        return _file(content, name=name, kind=label_files.content_type(name))
    return _file(_archive(papers), name="labels.zip", kind="application/zip")


def _archive(papers: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in papers:
            archive.writestr(name, content)
    return out.getvalue()


def _file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@seller_page("logistics.handover")
@require_safe
def station(request: HttpRequest) -> HttpResponse:
    """Scan the parcel, then the number on the carrier's label."""
    context = _station(parcel=_parcel(request.GET.get("parcel", "")), carrier=request.GET.get("carrier", ""))
    return htmx.render(request, "logistics/label_station.html", "logistics/_label_station.html", context)


def _parcel(public_id: str) -> Shipment | None:
    return selectors.shipments().filter(public_id=public_id).first() if public_id else None


def _station(*, parcel: Shipment | None, carrier: str = "", answer: dict | None = None) -> dict[str, object]:
    code = carrier or (parcel.carrier.code if parcel and parcel.carrier else "")
    return {"parcel": parcel, "carrier": code, "carriers": selectors.carriers(), "answer": answer}


@seller_page("logistics.handover")
@require_POST
def station_scan(request: HttpRequest) -> HttpResponse:
    """One scan: a parcel when none is chosen, else its number."""
    code, carrier = request.POST.get("code", "").strip(), request.GET.get("carrier", "")
    parcel, text, is_ok = _parcel(request.GET.get("parcel", "")), "", True
    try:
        if parcel is None:
            parcel = selectors.one_waiting(code)
            text = _("Now scan the number on the label of order %(order)s.") % {
                "order": parcel.package.order.platform_order_id
            }
        else:
            text = _give(request, parcel, code=code, carrier=carrier)
            parcel = None
    except RuleViolation as refusal:
        text, is_ok = str(refusal), False
    context = _station(parcel=parcel, carrier=carrier, answer={"ok": is_ok, "text": text})
    response = htmx.render(
        request,
        "logistics/label_station.html",
        "logistics/_label_station.html",
        context,
        status=200 if is_ok else 422,
    )
    return htmx.scanned(response, ok=is_ok, text=text)


def _give(request: HttpRequest, parcel: Shipment, *, code: str, carrier: str) -> str:
    chosen = Carrier.objects.filter(code=carrier, is_active=True).first() or parcel.carrier
    if chosen is None:
        raise labels.NoCarrierChosen(_("Choose the carrier first, then scan its number."))
    labelled = labels.give_number(
        shipment_id=parcel.pk,
        carrier=chosen,
        number=code,
        source="typed",
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    text = _("%(number)s is on order %(order)s.") % {
        "number": labelled.shipment.tracking_number,
        "order": parcel.package.order.platform_order_id,
    }
    return f"{text} {labelled.warning}".strip()
