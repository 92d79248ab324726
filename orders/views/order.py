"""One order: where it stands, why, what is in it, and everything that happened to it."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import selectors as catalog
from core import clock, htmx
from logistics import selectors as logistics
from orders import contacts, deadline_check, notes, queue, queue_bulk, queue_marks, review, selectors
from orders import timeline as timelines
from orders.models import BuyerContact, Flag, Order, PackageState, SlaClock
from orders.queue import QueueRow
from orders.queue_sheets import plain
from orders.views.bulk import task_of
from orders.views.fix_tools import tools_of
from orders.views.fixes import fixes
from tenancy import actors, audit
from tenancy.pages import seller_page
from warehouse import selectors as warehouse

_ON_FLOOR = (PackageState.PICKING, PackageState.PICKED)
ONE = {"approve": review.approve, "hold": review.hold, "release": review.release}


def _row(public_id: str) -> QueueRow:
    clocks = SlaClock.objects.select_related("order", "shop").filter(order__public_id=public_id)
    return queue.rows_of(clocks=[get_object_or_404(clocks)], now=clock.now())[0]


def _items(row: QueueRow) -> list[dict[str, object]]:
    """Each line with the SKU that it means, what is left of it, and where it lies."""
    sku_ids = {line.sku_id for line in row.lines if line.sku_id}
    parts = catalog.bundle_items(sku_ids=sku_ids)
    available = warehouse.available_by_sku(sku_ids=sku_ids)
    bins = warehouse.bins_by_sku(sku_ids=sku_ids)
    return [
        {
            "line": line,
            "available": available.get(line.sku_id),
            "bins": bins.get(line.sku_id, [])[:4],
            "is_bundle": line.sku_id in parts,
        }
        for line in row.lines
    ]


def _packages(order: Order) -> list[dict[str, object]]:
    shipments = {
        shipment.package_id: shipment
        for shipment in logistics.shipments_of_orders(order_ids=[order.pk]).get(order.pk, [])
    }
    rows = list(order.packages.prefetch_related("lines__sku").order_by("pk"))
    ids = [package.pk for package in rows]
    photos = warehouse.photos_of_packages(package_ids=ids)
    served = warehouse.allocations(package_ids=ids)
    bins = warehouse.pick_bins_of_packages(package_ids=ids)
    places = warehouse.places_of_packages(
        package_ids=[package.pk for package in rows if package.state in _ON_FLOOR]
    )
    return [
        {
            "package": package,
            "shipment": shipments.get(package.pk),
            "photos": photos.get(package.pk, []),
            "served": served.get(package.pk),
            "bins": bins.get(package.pk, []),
            "place": places.get(package.pk, ""),
        }
        for package in rows
    ]


def _timeline(row: QueueRow, *, kind: str) -> dict[str, object]:
    """The time line of one kind or all, and the kinds that there are."""
    found = timelines.entries(order=row.order, zone=row.clock.shop.time_zone)
    found = timelines.with_undo(found, can=row.can, holds=row.holds)
    shown = [entry for entry in found if not kind or entry.kind == kind]
    return {"row": row, "timeline": shown, "kinds": timelines.kinds(found), "kind": kind}


@seller_page("orders.view")
@require_safe
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """The whole page."""
    row = _row(public_id)
    context = {
        **_timeline(row, kind=request.GET.get("kind", "")),
        "items": _items(row),
        "fixes": fixes(
            holds=row.holds,
            lines=row.lines,
            seller=request.seller.slug,
            tools=tools_of(rows=[row]),
            zone=row.clock.shop.time_zone,
        ),
        "packages": _packages(row.order),
        "cases": logistics.open_cases_of(order_id=row.order.pk),
        "cancel_requests": selectors.cancel_requests().filter(order=row.order),
        "returns": row.order.returns.order_by("pk"),
        "flags": Flag.choices,
        "tags": queue_marks.tag_names(),
        "contact": BuyerContact.objects.filter(order=row.order).first(),
    }
    return render(request, "orders/order.html", context)


@seller_page("orders.view")
@require_safe
def expand(request: HttpRequest, public_id: str) -> HttpResponse:
    """What unfolds below a row of the queue."""
    row = _row(public_id)
    context = {
        **_timeline(row, kind=""),
        "items": _items(row),
        "packages": _packages(row.order),
        "fixes": fixes(holds=row.holds, lines=row.lines, seller=request.seller.slug),
    }
    return render(request, "orders/_more.html", {**context, "timeline": context["timeline"][:6]})


@seller_page("orders.view")
@require_safe
def why(request: HttpRequest, public_id: str) -> HttpResponse:
    """Why this deadline: the rule, its version, the platform's word, the difference."""
    row = _row(public_id)
    checks = deadline_check.checks(row.clock)
    context = {
        "row": row,
        "checks": checks,
        "explanation": deadline_check.explain(row.clock, found=checks),
    }
    return htmx.render(request, "orders/why.html", "orders/_why.html", context)


@seller_page("orders.view")
@require_safe
def timeline(request: HttpRequest, public_id: str) -> HttpResponse:
    """The time line alone, of one kind or all."""
    context = _timeline(_row(public_id), kind=request.GET.get("kind", ""))
    return htmx.render(request, "orders/timeline.html", "orders/_timeline.html", context)


@seller_page("orders.view")
@require_safe
def timeline_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The time line as a file."""
    row = _row(public_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{row.order.platform_order_id}-history.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("When"), _("Kind"), _("What"), _("By"), _("Reason")])
    for entry in reversed(_timeline(row, kind=request.GET.get("kind", ""))["timeline"]):
        at = clock.local(entry.at, zone=row.clock.shop.time_zone)
        writer.writerow(
            [f"{at:%Y-%m-%d %H:%M:%S}", entry.kind_label, entry.text, entry.by, plain(entry.reason)]
        )
    return response


@seller_page("orders.review")
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve, hold or release this order, with a note."""
    found = get_object_or_404(Order, public_id=public_id)
    name = request.POST.get("act", "")
    if name not in ONE:
        raise queue_bulk.NothingToDo(_("Choose what to do: approve, hold or release."))
    options = {"reason": request.POST.get("reason", "")} if name == "release" else {}
    result = ONE[name](
        order_id=found.pk,
        note=notes.checked(request.POST.get("note", "")),
        actor=actors.of_user(request.user),
        now=clock.now(),
        **options,
    )
    if result.outcome == "skipped":
        return htmx.redirect(request, _back(request, public_id), result.reason, "warning")
    return htmx.redirect(request, _back(request, public_id), _("Done."))


def _back(request: HttpRequest, public_id: str) -> str:
    if request.POST.get("page") == "review":
        address = reverse("orders:review", kwargs={"seller": request.seller.slug})
        return f"{address}?{request.POST.get('query', '')}"
    return reverse("orders:order", kwargs={"seller": request.seller.slug, "public_id": public_id})


@seller_page("orders.review")
@require_POST
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep a note in the time line."""
    found = get_object_or_404(Order, public_id=public_id)
    notes.note_many(
        order_ids=[found.pk],
        text=request.POST.get("text", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return htmx.redirect(request, _back(request, public_id), _("The note was kept."))


@seller_page("orders.review")
@require_POST
def mark(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a flag or a tag on this order, or take it off."""
    found = get_object_or_404(Order, public_id=public_id)
    task = task_of(request)
    if task.act not in ("flag", "tag", "untag"):
        raise queue_bulk.NothingToDo(_("Choose a flag or a tag."))
    task.run(order_ids=[found.pk], actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _back(request, public_id), _("Done."))


@seller_page("orders.review")
@require_POST
def buyer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the buyer's contact data for this one look, and keep who looked."""
    found = get_object_or_404(Order, public_id=public_id)
    contact = BuyerContact.objects.filter(order=found).first()
    audit.record(
        actor=actors.of_user(request.user),
        now=clock.now(),
        action="buyer.shown",
        subject_type="order",
        subject_id=found.public_id,
    )
    context = {"row": _row(public_id), "contact": contact, "address": contacts.opened(contact)}
    return htmx.render(request, "orders/buyer.html", "orders/_buyer.html", context)
