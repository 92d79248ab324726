"""A changed rule and the open orders that follow it: how many a second, through the very job that a page starts.

The orders are loaded by COPY: four shops of one market, three weeks of orders, a third with the platform's own times.
"""

import json
import os
import random
import time
from datetime import UTC, date, datetime, timedelta

import psycopg
from django.db import connection
from django.db.models import JSONField
from psycopg import sql

from core import clock, ids
from orders import sla_books, sla_dry_run, sla_edits, sla_recount
from orders.models import Order, SlaClock
from relay import jobs
from relay.models import Job
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure

ORDERS = int(os.environ.get("BENCH_ORDERS", 100_000))
SHOPS = 4
DAYS = 21
GOAL = 1_000_000 / 600  # a million open orders within ten minutes
CHECKED = 2_000
MAI = Actor(kind="user", label="Mai")
KEY = "vn.late_dispatch.normal"
STATUSES = ("awaiting_shipment", "awaiting_shipment", "awaiting_collection", "on_hold")


def _defaults(model) -> dict[str, object]:
    """What every row has in the columns that do not matter here."""
    found = {}
    for field in model._meta.local_concrete_fields:
        if field.primary_key:
            continue
        value = field.get_default()
        if isinstance(value, dict | list):
            value = json.dumps(value) if isinstance(field, JSONField) else "{}"
        found[field.column] = "" if value is None and not field.null else value
    return found


def _copy(cursor: psycopg.Cursor, model, rows: list[dict[str, object]]) -> None:
    columns = list(rows[0])
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(model._meta.db_table), names)
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])


def _orders(*, seller: Seller, shops: list[Shop], now: datetime, chance: random.Random):
    """Rows of both tables, in portions."""
    order_base, clock_base = _defaults(Order), _defaults(SlaClock)
    for first in range(0, ORDERS, 50_000):
        orders, clocks = [], []
        for number in range(first + 1, min(first + 50_000, ORDERS) + 1):
            placed = now - timedelta(seconds=chance.randrange(DAYS * 86_400))
            own = {"seller_id": seller.pk, "shop_id": shops[number % SHOPS].pk}
            status = STATUSES[number % len(STATUSES)]
            orders.append(
                {
                    **order_base,
                    **own,
                    "id": number,
                    "public_id": ids.public_id("ord"),
                    "platform_order_id": f"5764{number:014d}",
                    "state": "approved",
                    "platform_status": status,
                    "shipping_type": "seller",
                    "currency": "VND",
                    "total_amount": 89_000,
                    "placed_at": placed,
                    "paid_at": placed,
                    "platform_updated_at": placed,
                    "first_seen_at": placed,
                }
            )
            given = number % 3 == 0
            clocks.append(
                {
                    **clock_base,
                    **own,
                    "id": number,
                    "order_id": number,
                    "tab": "to_pick",
                    "started_at": placed,
                    "due_at": placed + timedelta(hours=20),
                    "dispatch_due_at": placed + timedelta(hours=20),
                    "given": 1 if given else 0,
                    "drift": 0,
                }
            )
        yield orders, clocks


def _load(ground: Ground, *, now: datetime) -> Seller:
    seller = Seller.objects.create(slug="bench", name="Bench")
    with scoping.scope(sellers=[seller.pk]):
        shops = [
            Shop.objects.create(
                seller=seller,
                slug=f"vn-{number}",
                name=f"VN {number}",
                region="VN",
                time_zone="Asia/Ho_Chi_Minh",
                currency="VND",
            )
            for number in range(SHOPS)
        ]
    with psycopg.connect(ground.cluster.dsn("superuser", ground.database), autocommit=True) as admin:
        for orders, clocks in _orders(seller=seller, shops=shops, now=now, chance=random.Random(7)):
            with admin.cursor() as cursor:
                _copy(cursor, Order, orders)
                _copy(cursor, SlaClock, clocks)
        admin.execute("analyze")
    return seller


def _run(job: Job) -> float:
    """Seconds of work; what the job waits for between its two walks is not counted."""
    begun = time.perf_counter()
    while jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk) is not None:
        with scoping.scope(sellers=[job.seller_id]):
            Job.objects.filter(pk=job.pk).update(not_before=clock.now())
    return time.perf_counter() - begun


def _wrong(*, now: datetime, changed_at: datetime) -> int:
    """Clocks that are not as their order's intake would write them."""
    left = SlaClock.objects.filter(rules_as_of__isnull=True).count()
    left += SlaClock.objects.filter(rules_as_of__lt=changed_at).count()
    facts = {shop.pk: sla_books.facts_of(shop) for shop in Shop.objects.all()}
    every = max(ORDERS // CHECKED, 1)
    sample = SlaClock.objects.filter(pk__in=range(1, ORDERS + 1, every))
    return left + sum(
        sla_recount.has_moved(row, row.count(shop=facts[row.shop_id], now=now))
        for row in sla_recount.rows(sample)
    )


@registry.case
def rulebook(ground: Ground) -> list[Figure]:
    now = datetime.now(UTC)
    seller = _load(ground, now=now)
    valid_from = (now - timedelta(days=DAYS + 2)).date()
    with scoping.scope(sellers=[seller.pk]):
        _base, rule = sla_edits.drafted(key=KEY, changes={"amount": 2}, valid_from=valid_from)
        touched = sla_edits.touched_by_rule(rule)
        begun = time.perf_counter()
        preview = sla_dry_run.of_rule(rule, touched=touched, now=now)
        dry_run_s = time.perf_counter() - begun
    taken = [_edited(seller, amount=amount, valid_from=valid_from) for amount in (1, 2, 1)]
    with scoping.scope(sellers=[seller.pk]):
        newest = Shop.objects.first()
        wrong = _wrong(now=clock.now(), changed_at=sla_books.facts_of(newest).book.changed_at)
    connection.close()
    rate = ORDERS / sorted(taken)[1]
    print(f"  a million would take {1_000_000 / rate / 60:.1f} minutes; {wrong} wrong")
    return [
        Figure(
            metric=f"{ORDERS} open orders after a changed rule",
            unit="orders/s",
            ours=rate,
            goal=GOAL,
            correct=wrong == 0,
        ),
        Figure(
            metric=f"dry run over {ORDERS} open orders",
            unit="s",
            ours=dry_run_s,
            correct=preview.touched == ORDERS and preview.moved > 0,
        ),
    ]


def _edited(seller: Seller, *, amount: int, valid_from: date) -> float:
    with scoping.scope(sellers=[seller.pk]):
        change = sla_edits.save_version(
            key=KEY,
            changes={"amount": amount},
            valid_from=valid_from,
            reason="bench",
            actor=MAI,
            now=clock.now(),
        )
        job = Job.objects.get(pk=change.job_id)
    return _run(job)
