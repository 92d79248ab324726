"""A database full of open orders: a handful taken in by the program's own rules, then copied by the server itself.

Copies differ in number, shop, deadline and stage. Triggers and reference checks are off while they are made; the queue's
counts are made afterwards from the rows, as the migration does for what is there.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from core import clock
from orders import intake
from tenancy import scoping
from tenancy.models import Seller
from tests import make, make_orders
from tests.bench.ground import Ground

STAGES = (
    "review",
    "hold",
    "to_pick",
    "to_pick",
    "to_pick",
    "to_pick",
    "picking",
    "to_pack",
    "to_label",
    "awaiting_scan",
)
COUNTS = """
    insert into orders_queuecount (seller_id, shop_id, name, hour, rows)
    select seller_id, shop_id, name, hour, count(*)
    from orders_slaclock as clock,
        lateral orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
    group by seller_id, shop_id, name, hour
    on conflict (seller_id, name, shop_id, hour) do update set rows = excluded.rows
"""
SUMS = """
    insert into orders_sellercount (seller_id, name, hour, rows)
    select seller_id, name, hour, sum(rows) from orders_queuecount group by seller_id, name, hour
    on conflict (seller_id, name, hour) do update set rows = excluded.rows
"""


@dataclass(frozen=True)
class Many:
    """The sellers and their shops."""

    sellers: list[Seller]
    shops: dict[int, list[int]]  # seller id -> shop ids


def fill(ground: Ground, *, name: str, sellers: int, shops_each: int, orders: int) -> Many:
    """So many open orders over so many shops, beside what is there."""
    made, shops = [], {}
    now = clock.now()
    for number in range(sellers):
        seller = make.make_seller(slug=f"{name}-{number}", name=f"{name} {number}".title())
        with scoping.scope(sellers=[seller.pk]):
            make_orders.make_sku()
            own = [
                make.make_shop(
                    seller=seller,
                    slug=f"shop-{one}",
                    platform_shop_id=f"{name}-{number}-{one}",
                )
                for one in range(shops_each)
            ]
            picture = make_orders.platform_order("57600000000000000", now=now)
            intake.import_orders(shop=own[0], orders=[picture], source="api", now=now)
        made.append(seller)
        shops[seller.pk] = [shop.pk for shop in own]
    with psycopg.connect(ground.cluster.dsn("superuser", ground.database), autocommit=True) as server:
        server.execute("set session_replication_role = replica")
        for seller in made:
            _copy(server, seller_id=seller.pk, shops=shops[seller.pk], count=orders // sellers)
        server.execute("truncate orders_queuechange")
        server.execute(COUNTS)
        server.execute(SUMS)
        server.execute("vacuum analyze")
    return Many(made, shops)


def _copy(server: psycopg.Connection, *, seller_id: int, shops: list[int], count: int) -> None:
    """An order, its clock and its lines, `count` times. Deadlines lie from 4 hours ago to 3 days ahead."""
    values = {"seller": seller_id, "shops": shops, "count": count, "stages": list(STAGES)}
    shop = "(%(shops)s::bigint[])[1 + g %% cardinality(%(shops)s::bigint[])]"
    _insert(
        server,
        "orders_order",
        {
            "shop_id": shop,
            "platform_order_id": "(576100000000000000 + %(seller)s * 10000000 + g)::text",
            "public_id": "'O-' || %(seller)s || '-' || g",
            "intake_digest": "md5(g::text)",
            "seller_note": "g::text",
        },
        source="orders_order as old, generate_series(1, %(count)s) as g where old.seller_id = %(seller)s",
        values=values,
    )
    due = "now() + make_interval(secs => ((g * 7919::bigint) %% 273600) - 14400)"
    _insert(
        server,
        "orders_slaclock",
        {
            "shop_id": "new.shop_id",
            "order_id": "new.id",
            "tab": "(%(stages)s::text[])[1 + (g * 31) %% cardinality(%(stages)s::text[])]",
            "is_open": "true",
            "due_at": due,
            "cancel_due_at": f"{due} + interval '3 days'",
        },
        source=_BESIDE.format("orders_slaclock"),
        values=values,
    )
    _insert(
        server,
        "orders_orderline",
        {"shop_id": "new.shop_id", "order_id": "new.id"},
        source=_BESIDE.format("orders_orderline"),
        values=values,
    )
    server.execute("update orders_order set seller_note = '' where seller_id = %s", [seller_id])


_BESIDE = """
    {} as old, (
        select id, shop_id, seller_note::bigint as g from orders_order
        where seller_id = %(seller)s and seller_note <> ''
    ) as new where old.seller_id = %(seller)s
"""


def _insert(server, table: str, changed: dict[str, str], *, source: str, values: dict) -> None:
    rows = server.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attname <> 'id'",
        [table],
    )
    columns = [row[0] for row in rows]
    chosen = [changed.get(column, f'old."{column}"') for column in columns]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("insert into {} ({}) select {} from {}").format(
        sql.Identifier(table), names, sql.SQL(", ".join(chosen)), sql.SQL(source)
    )
    server.execute(statement, values)
