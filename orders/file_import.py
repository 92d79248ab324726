"""Seller Center's order export in: whole orders or none of them, the reason for every row that was left out.

An order with a bad row is left out whole; a file that cannot be read imports nothing. Both leave an `OrderImport`.
"""

import hashlib
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from integrations.ports import BrokenOrder
from integrations.tiktok_shop.seller_center import Reading, RowProblem, read_orders
from integrations.tiktok_shop.seller_center_sheet import UnusableFile
from orders import broken_orders, stage_times
from orders.events import OrderFileImported
from orders.intake import IntakeResult
from orders.models import OrderImport
from orders.models.cursor import ImportState
from relay import outbox
from tenancy.actors import Actor
from tenancy.models import Shop

log = structlog.get_logger(__name__)

BATCH = 250
PROBLEMS_KEPT = 1000


@transaction.atomic
def import_file(*, shop: Shop, filename: str, content: bytes, actor: Actor, now: datetime) -> OrderImport:
    """Take in a file. Look at `state`: refused (with the reason in `message`), partial (with `problems`) or done."""
    record = OrderImport(
        shop=shop,
        filename=filename[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        by_label=actor.label[:120],
        at=now,
    )
    try:
        reading = read_orders(
            content=content, time_zone=shop.time_zone, region=shop.region, currency=shop.currency
        )
    except UnusableFile as refusal:
        record.state, record.message = ImportState.REFUSED, str(refusal)[:300]
        record.save(force_insert=True)
        return record
    result = IntakeResult()
    problems = list(reading.problems)
    for start in range(0, len(reading.orders), BATCH):
        batch = reading.orders[start : start + BATCH]
        taken, refused = broken_orders.take_each(shop=shop, orders=batch, source="file", now=now)
        names = {one.platform_order_id for one in refused}
        stage_times.note_said(
            shop=shop, orders=[order for order in batch if order.platform_order_id not in names]
        )
        result += taken
        problems += [_refused(one, reading) for one in refused]
    _fill(record, reading, problems, result)
    record.save(force_insert=True)
    outbox.publish(OrderFileImported(import_id=record.pk))
    log.info("orders.file_imported", import_id=record.pk, shop_id=shop.pk, state=record.state)
    return record


def _refused(one: BrokenOrder, reading: Reading) -> RowProblem:
    """What only the database would not take: named by the first row of the order."""
    return RowProblem(
        row_number=reading.first_rows.get(one.platform_order_id, 0),
        column="Order ID",
        message=_("The order holds a value that cannot be stored."),
        order_id=one.platform_order_id,
    )


def _fill(record: OrderImport, reading: Reading, problems: list[RowProblem], result: IntakeResult) -> None:
    record.state = ImportState.PARTIAL if problems else ImportState.DONE
    record.row_count = reading.row_count
    record.order_count = len(reading.orders)
    record.new_count, record.changed_count = result.new, result.changed
    record.unchanged_count = result.unchanged
    record.problems = [_told(problem) for problem in problems[:PROBLEMS_KEPT]]
    record.problem_count = len(problems)


def _told(problem: RowProblem) -> dict[str, object]:
    return {
        "row": problem.row_number,
        "column": problem.column,
        "order_id": problem.order_id,
        "message": str(problem.message),
    }
