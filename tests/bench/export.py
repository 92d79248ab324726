"""Export of 200,000 orders by the very job that the page starts: seconds and peak memory, csv and xlsx.

Beside it: the server's own COPY of the same orders for csv, openpyxl's write-only workbook with the same cells for xlsx.
"""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import psycopg
import python_calamine

from console.launch import places
from core import clock
from orders import queue_columns, queue_export, queue_walk
from orders.models import SlaClock
from orders.queue import QueueFilter
from relay import job_files
from relay.models import Job
from tenancy import scoping
from tenancy.actors import AUTO
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import many

ROWS = int(os.environ.get("BENCH_EXPORT_ROWS", 200_000))
MOST_MB = 300
COPY = """
    copy (
        select o.platform_order_id, c.due_at, c.due_kind, s.name, l.product_name, l.quantity, o.total_amount, o.currency,
            c.tab, o.placed_at, o.platform_status, o.shipping_type
        from orders_slaclock c join orders_order o on o.id = c.order_id join tenancy_shop s on s.id = c.shop_id
        join orders_orderline l on l.order_id = o.id where c.seller_id = {} and c.is_open order by c.due_at, c.id
    ) to stdout (format csv)
"""


@registry.case
def export(ground: Ground) -> list[Figure]:
    made = many.fill(ground, name="export", sellers=1, shops_each=10, orders=ROWS)
    seller_id = made.sellers[0].pk
    with scoping.scope(sellers=[seller_id]):
        open_clocks = SlaClock.objects.filter(is_open=True).order_by("due_at", "pk")
        wanted = list(open_clocks.values_list("order__platform_order_id", flat=True))
    sheets = {form: _exported(seller_id=seller_id, form=form) for form in ("csv", "xlsx")}
    with sheets["csv"]["path"].open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    book = python_calamine.CalamineWorkbook.from_path(str(sheets["xlsx"]["path"]))
    cells = book.get_sheet_by_index(0).to_python()
    right = {
        "csv": [line[0].strip() for line in lines[1:]] == wanted,
        "xlsx": [str(row[0]) for row in cells[1:]] == wanted,
    }
    beside = {"csv": _copied(ground, seller_id=seller_id), "xlsx": _by_openpyxl(lines, folder=ground.run)}
    figures = []
    for form, sheet in sheets.items():
        figures.append(
            Figure(
                metric=f"{len(wanted):,} rows to {form}",
                unit="s",
                ours=sheet["seconds"],
                reference=beside[form],
                correct=right[form],
            )
        )
        figures.append(
            Figure(
                metric=f"peak memory, {form}",
                unit="MB",
                ours=sheet["peak_mb"],
                reference=MOST_MB,
                goal=1.0,
                correct=sheet["peak_mb"] <= MOST_MB,
            )
        )
    return figures


def _exported(*, seller_id: int, form: str) -> dict:
    with scoping.scope(sellers=[seller_id]):
        job = queue_export.start(
            filter_values=queue_walk.keep(chosen=QueueFilter(), carrier=""),
            columns=list(queue_columns.COLUMNS),
            form=form,
            has_contacts=False,
            actor=AUTO,
            now=clock.now(),
        )
    command = [sys.executable, "-m", "tests.bench.rig.export_worker", str(seller_id), str(job.pk)]
    done = subprocess.run(command, cwd=places.CHECKOUT, check=True, capture_output=True, text=True)
    with scoping.scope(sellers=[seller_id]):
        job = Job.objects.get(pk=job.pk)
    return {**json.loads(done.stdout.splitlines()[-1]), "path": job_files.stored(job)}


def _copied(ground: Ground, *, seller_id: int) -> float:
    """Seconds that the server takes for its own dump of about the same columns, read to the end."""
    with psycopg.connect(ground.cluster.dsn("superuser", ground.database)) as server:
        begun = time.perf_counter()
        with server.cursor().copy(COPY.format(int(seller_id))) as copy:
            for _block in copy:
                pass
        return time.perf_counter() - begun


def _by_openpyxl(lines: list[list[str]], *, folder: Path) -> float:
    """Seconds for the cells alone, which are in memory already."""
    begun = time.perf_counter()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append(line)
    book.save(folder / "reference.xlsx")
    return time.perf_counter() - begun
