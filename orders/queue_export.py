"""Export of the queue: as many rows as there are, chunk by chunk into one file. Buyers' data only on request, and kept who asked."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import RuleViolation
from orders import contacts, queue_columns, queue_marks, queue_sheets, queue_slots, queue_walk
from orders.models import BuyerContact, OrderHold, OrderLine, SlaClock
from orders.queue import QueueRow
from orders.queue_columns import SheetRow
from orders.queue_sheets import CSV, XLSX
from relay import job_files, jobs
from relay.jobs import JobKind, Step
from relay.models import Job
from tenancy import audit
from tenancy.actors import Actor
from tenancy.models import Seller, Shop

KIND = "orders.export"
CHUNK = 1000
MOST_ROWS = 1_000_000


class CannotExport(RuleViolation):
    """An unknown format, or more rows than a sheet holds."""

    code = "cannot_export"


def start(
    *,
    filter_values: dict[str, Any],
    columns: list[str],
    form: str,
    has_contacts: bool,
    actor: Actor,
    now: datetime,
) -> Job:
    """Begin an export of the rows that a filter has now. Buyers' data leaves an audit entry."""
    if form not in (CSV, XLSX):
        raise CannotExport(_("Choose csv or xlsx."))
    total = queue_walk.count(values=filter_values, now=now)
    if not total:
        raise CannotExport(_("There is nothing to export in this filter."))
    if total > MOST_ROWS:
        raise CannotExport(_("At most %(most)s rows fit into one file.") % {"most": f"{MOST_ROWS:,}"})
    params = {
        "filter": filter_values,
        "columns": queue_columns.known(columns),
        "form": form,
        "has_contacts": has_contacts,
        "asked_at": now.isoformat(),
        "place": None,
        "bytes": 0,
    }
    job = jobs.start(kind=KIND, params=params, total=total, actor=actor, now=now)
    if has_contacts:
        audit.record(
            actor=actor,
            now=now,
            action="buyer.exported",
            subject_type="job",
            subject_id=job.public_id,
            rows=total,
        )
    return job


def step(*, job: Job, actor: Actor, now: datetime) -> Step:
    """The next rows appended to the file; with the last ones the file is finished."""
    params, is_xlsx = job.params, job.params["form"] == XLSX
    if params.get("is_written"):
        return _finished(job)
    as_of = datetime.fromisoformat(params["asked_at"])
    clocks, place = queue_walk.chunk(
        values=params["filter"], place=params["place"], size=CHUNK, now=as_of, loaded=_columns_read()
    )
    is_first = params["bytes"] == 0
    rows = _rows(clocks, params=params, now=as_of, with_heading=is_first)
    to_bytes = queue_sheets.xlsx_bytes if is_xlsx else queue_sheets.csv_bytes
    content = to_bytes(rows, is_first=is_first)
    path = job_files.relative_path(job=job, ending=".rows" if is_xlsx else ".csv")
    end = job_files.append(path=path, at=params["bytes"], content=content)
    fresh = {**params, "place": place, "bytes": end, "is_written": place is None}
    if place is None and not is_xlsx:
        return _finished(job, done=len(clocks))
    return Step(params=fresh, done=len(clocks))


def _finished(job: Job, *, done: int = 0) -> Step:
    """The file gets its name; an xlsx is packed first, in a chunk of its own. The rows it was packed from go later."""
    form = job.params["form"]
    path = job_files.relative_path(job=job, ending=f".{form}")
    if form == XLSX:
        rows = job_files.relative_path(job=job, ending=".rows")
        queue_sheets.finish_xlsx(rows=job_files.absolute(rows), target=job_files.absolute(path))
        job_files.forget_after_commit(path=rows)
    slug = Seller.objects.get(pk=job.seller_id).slug
    name = f"{slug}-orders-{clock.local(job.created_at, zone='UTC'):%Y%m%d-%H%M}.{form}"
    return Step(params=None, done=done, file=path, file_name=name)


def _rows(
    clocks: list[SlaClock], *, params: dict[str, Any], now: datetime, with_heading: bool
) -> list[list[object]]:
    headings = queue_columns.headings(params["columns"])
    contacts_too = params["has_contacts"]
    found: list[list[object]] = []
    if with_heading:
        found.append([words for words, _cell in headings] + (_contact_headings() if contacts_too else []))
    rows = _queue_rows(clocks, now=now)
    order_ids = [row.order.pk for row in rows]
    parcels = queue_slots.parcels_of(order_ids=order_ids)
    kept = _contacts(order_ids) if contacts_too else {}
    for row in rows:
        it = SheetRow(row=row, parcels=parcels.get(row.order.pk, ()))
        cells = [cell(it) for _words, cell in headings]
        found.append(cells + (_contact_cells(kept.get(row.order.pk)) if contacts_too else []))
    return found


def _columns_read() -> QuerySet[SlaClock]:
    """Clocks and orders with what a sheet shows and no more: half of the time goes into reading columns."""
    of_order = (
        "platform_order_id",
        "total_amount",
        "currency",
        "placed_at",
        "platform_status",
        "shipping_type",
    )
    return SlaClock.objects.select_related("order").only(
        "seller_id",
        "shop_id",
        "tab",
        "due_at",
        "due_kind",
        "order__seller_id",
        "order__shop_id",
        "order__item_count",
        *(f"order__{name}" for name in of_order),
    )


def _queue_rows(clocks: list[SlaClock], *, now: datetime) -> list[QueueRow]:
    """The rows with what a sheet shows of them."""
    shops = Shop.objects.in_bulk()
    rows = {clock.order_id: QueueRow(clock=clock, now=now) for clock in clocks}
    for row in rows.values():
        row.clock.shop = shops[row.clock.shop_id]
    for order_id, mark in queue_marks.marks_of(order_ids=rows).items():
        rows[order_id].mark = mark
    for order_id, names in queue_marks.tags_of(order_ids=rows).items():
        rows[order_id].tags = names
    lines = OrderLine.objects.filter(order_id__in=list(rows)).order_by("pk")
    wanted = (
        "seller_id",
        "shop_id",
        "order_id",
        "quantity",
        "cancelled_quantity",
        "product_name",
        "seller_sku",
    )
    for line in lines.only(*wanted):
        rows[line.order_id].lines.append(line)
    holds = OrderHold.objects.filter(order_id__in=list(rows), lifted_at__isnull=True).order_by("pk")
    for hold in holds.only("seller_id", "shop_id", "order_id", "reason"):
        rows[hold.order_id].holds.append(hold)
    return list(rows.values())


def _contacts(order_ids: list[int]) -> dict[int, BuyerContact]:
    rows = BuyerContact.objects.filter(order_id__in=order_ids, erased_at=None)
    return {contact.order_id: contact for contact in rows}


def _contact_headings() -> list[str]:
    return [_("Full name"), _("Phone"), _("Address"), _("Postal code"), _("Region")]


def _contact_cells(contact: BuyerContact | None) -> list[object]:
    address = contacts.opened(contact)
    region = ", ".join(part for part in (address.province, address.region_code) if part)
    return [address.name, address.phone, address.full_address, address.postal_code, region]


def _clean_up(job: Job) -> None:
    for ending in (".rows", ".half", f".{job.params['form']}"):
        job_files.forget(path=job_files.relative_path(job=job, ending=ending))


jobs.register(
    JobKind(
        name=KIND,
        words=gettext_lazy("Export of orders"),
        step=step,
        permission="orders.export",
        clean_up=_clean_up,
        file_permission=lambda job: "orders.contacts" if job.params["has_contacts"] else "orders.export",
    )
)
