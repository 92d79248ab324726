"""The yardstick: the very rows that a round of ours left behind, by COPY and upsert, into a copy of the same database.

Same server, same tables with all their keys, checks and row level security, durable. One transaction, one COPY and one
INSERT … ON CONFLICT DO UPDATE per table: nobody could store these rows faster without leaving something out.
"""

import time

import psycopg
from psycopg import sql

from tests.bench.ground import Ground

# In the order of their foreign keys.
TABLES = (
    "relay_inboundmessage",
    "orders_order",
    "orders_orderline",
    "orders_buyercontact",
    "orders_slaclock",
    "orders_package",
    "orders_packageline",
    "orders_orderhistory",
    "warehouse_stocklevel",
    "warehouse_reservation",
    "warehouse_stockpush",
    "relay_outboxevent",
    "relay_eventdelivery",
)
CHANGED_IN_PLACE = ("warehouse_stocklevel", "warehouse_stockpush")


class RawLoad:
    """Takes the rows of each round out of our database and loads them into the other one."""

    def __init__(self, *, ground: Ground, seller_id: int) -> None:
        name = f"{ground.database}_raw"
        ground.cluster.drop_database(name)
        ground.cluster.create_database(name, template=ground.database)
        self.ours = psycopg.connect(ground.cluster.dsn("superuser", ground.database), autocommit=True)
        self.theirs = psycopg.connect(ground.cluster.dsn("owner", name))
        self.databases = [ground.cluster.dsn("owner", one) for one in (ground.database, name)]
        self.seller_id = seller_id
        self.marks = {table: self._newest(table) for table in TABLES}
        self.copied = 0

    def _newest(self, table: str) -> int:
        query = sql.SQL("select coalesce(max(id), 0) from {}").format(sql.Identifier(table))
        return self.ours.execute(query).fetchone()[0]

    def take(self) -> dict[str, bytes]:
        """The rows that are new since the last time, as COPY writes them."""
        taken = {}
        for table in TABLES:
            since = 0 if table in CHANGED_IN_PLACE else self.marks[table]
            query = sql.SQL("copy (select * from {} where id > {} order by id) to stdout (format binary)")
            with self.ours.cursor().copy(query.format(sql.Identifier(table), sql.Literal(since))) as copy:
                taken[table] = b"".join(copy)
            self.marks[table] = self._newest(table)
        return taken

    def load(self, rows: dict[str, bytes]) -> float:
        """Seconds to store them."""
        begun = time.perf_counter()
        with self.theirs.transaction(), self.theirs.cursor() as cursor:
            cursor.execute("select set_config('app.sellers', %s, true)", [f"{{{self.seller_id}}}"])
            for table, data in rows.items():
                self.copied += self._upsert(cursor, table, data)
        return time.perf_counter() - begun

    def settle(self) -> None:
        """Fresh statistics for both sides, as the server gathers them by itself within a minute."""
        for dsn in self.databases:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("analyze")

    def _upsert(self, cursor: psycopg.Cursor, table: str, data: bytes) -> int:
        target, staging = sql.Identifier(table), sql.Identifier(f"new_{table}")
        cursor.execute(sql.SQL("create temp table {} (like {}) on commit drop").format(staging, target))
        with cursor.copy(sql.SQL("copy {} from stdin (format binary)").format(staging)) as copy:
            copy.write(data)
        cursor.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall() if row[0] not in ("id", "seller_id")]
        changes = sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(one)) for one in columns
        )
        insert = sql.SQL("insert into {} select * from {} on conflict (seller_id, id) do update set {}")
        cursor.execute(insert.format(target, staging, changes))
        return cursor.rowcount

    def count(self, table: str) -> int:
        """Rows in the copy."""
        with psycopg.connect(self.theirs.info.dsn, password=self.theirs.info.password) as connection:
            connection.execute("select set_config('app.sellers', %s, false)", [f"{{{self.seller_id}}}"])
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
            return connection.execute(query).fetchone()[0]

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()
