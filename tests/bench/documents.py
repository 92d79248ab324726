"""Two hundred packing slips of a wave as one file, by the very job that the wave page starts; beside it one WeasyPrint
document a slip, from the same values and the same template, in turns.

Correct means: 200 pages of 100 × 150 mm in wave order, and from each page, rendered at 203 dpi, its own barcode read back.
"""

import json
import os
import subprocess
import sys
import time

import pypdfium2
import zxingcpp
from django.template.loader import render_to_string

from console.launch import places
from core import clock, pdf
from orders.models import Package
from relay import job_files, jobs
from relay.models import Job
from tenancy import scoping
from tenancy.actors import AUTO
from tests import make, make_orders
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from warehouse import packing_slips, papers
from warehouse.models import PaperKind, PaperSize

SLIPS = int(os.environ.get("BENCH_SLIPS", 200))
GOAL = 1 / 3
DPI = 203
# A shop of each language, selling under names of that language.
NAMES = {
    "US": "Ceramic mug",
    "CN": "陶瓷马克杯",
    "TH": "แก้วเซรามิก",
    "VN": "Cốc gốm sứ",
    "MX": "Taza de cerámica",
    "ID": "Cangkir keramik",
}
SKUS = 4


@registry.case
def slips(ground: Ground) -> list[Figure]:
    seller_id, ids = _packages()
    last: list[Job] = []
    ours, single = registry.in_turn(
        ours=lambda: _by_job(seller_id, ids, last),
        reference=lambda: _one_by_one(seller_id, ids),
    )
    correct = _is_right(seller_id, ids, last[-1])
    worker = _in_a_worker(seller_id, ids)
    return [
        Figure(
            metric=f"{SLIPS} slips to one file; reference: a document a slip",
            unit="s",
            ours=ours,
            reference=single,
            goal=GOAL,
            correct=correct,
        ),
        Figure(
            metric=f"peak memory of a worker that makes {SLIPS} slips",
            unit="MB",
            ours=worker["peak_mb"],
            correct=correct,
        ),
    ]


def _packages() -> tuple[int, list[int]]:
    """Packages of one to three lines, over shops of six languages."""
    seller = make.make_seller(slug="slips", name="Slips")
    with scoping.scope(sellers=[seller.pk]):
        shops = [
            make.make_shop(
                seller=seller, slug=f"shop-{region}", region=region, platform_shop_id=f"s-{region}"
            )
            for region in NAMES
        ]
        for place in range(SKUS):
            make_orders.make_sku(f"ITEM-{place}")
        found = []
        for number in range(SLIPS):
            shop = shops[number % len(shops)]
            lines = tuple(
                make_orders.line(
                    f"ITEM-{(number + step) % SKUS}", quantity=1 + step, product_name=NAMES[shop.region]
                )
                for step in range(1 + number % 3)
            )
            package = make_orders.make_approved_package(
                shop=shop, platform_order_id=f"5764614140{number:08d}", lines=lines
            )
            found.append(package.pk)
    return seller.pk, found


def _started(seller_id: int, ids: list[int]) -> Job:
    with scoping.scope(sellers=[seller_id]):
        outcome = papers.print_now(
            kind=PaperKind.SLIP,
            ids=ids,
            size=PaperSize.LABEL,
            reason="measured",
            actor=AUTO,
            now=clock.now(),
            zone="UTC",
        )
    return outcome.job


def _by_job(seller_id: int, ids: list[int], last: list[Job]) -> float:
    begun = time.perf_counter()
    job = _started(seller_id, ids)
    while jobs.run_chunk(seller_id=seller_id, job_id=job.pk) is not None:
        pass
    seconds = time.perf_counter() - begun
    last.append(job)
    return seconds


def _one_by_one(seller_id: int, ids: list[int]) -> float:
    """The values are read once, as ours are; then a document each."""
    begun = time.perf_counter()
    with scoping.scope(sellers=[seller_id]):
        rows = Package.objects.select_related("order", "shop").in_bulk(ids)
        found = packing_slips.slips([rows[pk] for pk in ids])
    for slip in found:
        pdf.render(render_to_string("warehouse/papers/slip.html", {"pages": [slip], "fonts": pdf.FONTS}))
    return time.perf_counter() - begun


def _is_right(seller_id: int, ids: list[int], job: Job) -> bool:
    with scoping.scope(sellers=[seller_id]):
        stored = job_files.stored(Job.objects.get(pk=job.pk))
        numbers = dict(Package.objects.filter(pk__in=ids).values_list("pk", "public_id"))
    document = pypdfium2.PdfDocument(stored)
    read = []
    for page in document:
        size = [round(side / 72 * 25.4) for side in page.get_size()]
        found = zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil())
        read.append((size, [code.text for code in found]))
    return read == [([100, 150], [numbers[pk]]) for pk in ids]


def _in_a_worker(seller_id: int, ids: list[int]) -> dict:
    """The same job in a process of its own, so that its peak memory is the job's."""
    job = _started(seller_id, ids)
    command = [sys.executable, "-m", "tests.bench.rig.export_worker", str(seller_id), str(job.pk)]
    done = subprocess.run(command, cwd=places.CHECKOUT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
