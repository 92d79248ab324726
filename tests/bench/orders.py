"""Orders in by poll pages; and the queue at a million open orders of 200 shops: its first page, its hundredth, its counts, a whole answer.

Beside each stands the same read without the walls, or the count that it saves. Database time is that of the statement as
the program sends it, inside a bound transaction, against the same index read by a role that no wall holds.
"""

import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
from django.db import connection, connections
from django.test import Client

from core import clock
from orders import queue, queue_counts, queue_urgent
from orders.models import SlaClock
from orders.queue import Cursor, QueueFilter
from tenancy import scoping
from tenancy.models import Role
from tests import make
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import many, polling
from tests.bench.rig.many import STAGES, Many

OPEN_ORDERS = int(os.environ.get("BENCH_OPEN_ORDERS", 1_000_000))
FEW = 10_000
SHOPS, CLIENTS = 200, 20  # one seller has all shops but those of the clients, which have one each
SIZE = 50
TIMES = 60
WRITERS = 8
WRITE_SECONDS = int(os.environ.get("BENCH_WRITE_SECONDS", 60))
PAGE_MS = 100
ONE_SHOP = """
    select id from orders_slaclock where seller_id = %s and shop_id = %s and is_open and due_at is not null
    order by due_at, id limit 51
"""
MANY_SHOPS = """
    select clock.id, clock.due_at from unnest(%s::bigint[], %s::bigint[]) as one (seller, shop), lateral (
        select id, due_at from orders_slaclock
        where seller_id = one.seller and shop_id = one.shop and is_open and due_at is not null
        order by due_at, id limit 50
    ) as clock order by clock.due_at, clock.id limit 50
"""
COUNT_TABS = "select tab, count(*) from orders_slaclock where seller_id = %s group by tab"


@registry.case
def intake(ground: Ground) -> list[Figure]:
    return polling.figures(ground)


@registry.case
def queue_reads(ground: Ground) -> list[Figure]:
    few = many.fill(ground, name="small", sellers=1, shops_each=SHOPS - CLIENTS, orders=FEW)
    small = _first_page_us(few)
    per_shop = OPEN_ORDERS // SHOPS
    large = many.fill(
        ground,
        name="large",
        sellers=1,
        shops_each=SHOPS - CLIENTS,
        orders=per_shop * (SHOPS - CLIENTS),
    )
    clients = many.fill(ground, name="client", sellers=CLIENTS, shops_each=1, orders=per_shop * CLIENTS)
    with _unwalled(ground) as server:
        return [
            _one_shop(large, server),
            _agency(clients, server),
            _hundredth_page(large),
            _size(small, large),
            _counts(large, server),
            _answer(large),
            _right_under_writes(clients),
        ]


def _unwalled(ground: Ground) -> psycopg.Connection:
    """A role that no wall holds. It plans every statement anew, as the program does: only the walls differ."""
    dsn = ground.cluster.dsn("superuser", ground.database)
    return psycopg.connect(dsn, autocommit=True, prepare_threshold=None)


def _microseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1e6


def _database_us(act: Callable[[], object]) -> float:
    """Microseconds in which the act waited for the database."""
    waited = 0.0

    def watch(execute, statement, values, many_, context):
        nonlocal waited
        begun = time.perf_counter()
        try:
            return execute(statement, values, many_, context)
        finally:
            waited += time.perf_counter() - begun

    with connection.execute_wrapper(watch):
        act()
    return waited * 1e6


def _pair(ours: Callable[[], object], reference: Callable[[], object]) -> tuple[float, float]:
    """Median microseconds of database time of both, in turn."""
    ours(), reference()
    pairs = [(_database_us(ours), _microseconds(reference)) for _time in range(TIMES)]
    return statistics.median(one for one, _ in pairs), statistics.median(one for _, one in pairs)


def _one_shop(made: Many, server: psycopg.Connection) -> Figure:
    seller = made.sellers[0]
    shop_id = made.shops[seller.pk][3]
    with scoping.scope(sellers=[seller.pk], shops=[shop_id]):
        clocks = queue.matching(chosen=QueueFilter(shop_id=shop_id), now=clock.now())
        walk = clocks.filter(due_at__isnull=False).order_by("due_at", "id").values_list("pk", flat=True)
        plain = [seller.pk, shop_id]
        ours, reference = _pair(
            lambda: list(walk[: SIZE + 1]), lambda: server.execute(ONE_SHOP, plain).fetchall()
        )
        correct = [(pk,) for pk in walk[: SIZE + 1]] == server.execute(ONE_SHOP, plain).fetchall()
    return Figure(
        metric=f"50 most urgent of one shop, {OPEN_ORDERS:,} open orders, under both walls; at most 2 ×",
        unit="µs",
        ours=ours,
        reference=reference,
        goal=2.0,
        correct=correct,
    )


def _agency(made: Many, server: psycopg.Connection) -> Figure:
    pairs = [(seller.pk, made.shops[seller.pk][0]) for seller in made.sellers]
    plain = [[seller_id for seller_id, _ in pairs], [shop_id for _, shop_id in pairs]]
    with scoping.scope(sellers=plain[0], shops=plain[1]):
        ours, reference = _pair(
            lambda: queue_urgent.nearest(size=SIZE), lambda: server.execute(MANY_SHOPS, plain).fetchall()
        )
        found = [(pk, due_at) for due_at, pk, _shop_id in queue_urgent.nearest(size=SIZE)]
        correct = found == server.execute(MANY_SHOPS, plain).fetchall()
    return Figure(
        metric=f"50 most urgent over an agency's {len(pairs)} shops of as many sellers; at most 2 ×",
        unit="µs",
        ours=ours,
        reference=reference,
        goal=2.0,
        correct=correct,
    )


def _page(chosen: QueueFilter, cursor: Cursor | None) -> queue.QueuePage:
    return queue.page_of(chosen=chosen, cursor=cursor, size=SIZE, now=clock.now())


def _hundredth_page(made: Many) -> Figure:
    seller, chosen = made.sellers[0], QueueFilter()
    with scoping.scope(sellers=[seller.pk]):
        cursor, seen = None, []
        for _page_number in range(99):
            page = _page(chosen, cursor)
            seen += [row.pk for row in page.clocks]
            cursor = Cursor(due_at=page.clocks[-1].due_at, clock_id=page.clocks[-1].pk)
        pages = [(_page_us(cursor), _page_us(None)) for _time in range(TIMES)]
        ours, reference = (statistics.median(column) for column in zip(*pages, strict=True))
        seen += [row.pk for row in _page(chosen, cursor).clocks]
        wanted = SlaClock.objects.filter(is_open=True).order_by("due_at", "id").values_list("pk", flat=True)
        correct = seen == list(wanted[: 100 * SIZE])
    return Figure(
        metric="page 100 of the queue beside page 1; at most 1.3 ×",
        unit="µs",
        ours=ours,
        reference=reference,
        goal=1.3,
        correct=correct,
    )


def _page_us(cursor: Cursor | None) -> float:
    return _database_us(lambda: _page(QueueFilter(), cursor))


def _first_page_us(made: Many) -> float:
    with scoping.scope(sellers=[made.sellers[0].pk]):
        _page_us(None)
        return statistics.median(_page_us(None) for _time in range(TIMES))


def _size(small: float, made: Many) -> Figure:
    ours = _first_page_us(made)
    with scoping.scope(sellers=[made.sellers[0].pk]):
        correct = len(_page(QueueFilter(), None).clocks) == SIZE
    return Figure(
        metric=f"first page at {OPEN_ORDERS:,} open orders beside {FEW:,}; at most 1.3 ×",
        unit="µs",
        ours=ours,
        reference=small,
        goal=1.3,
        correct=correct,
    )


def _counts(made: Many, server: psycopg.Connection) -> Figure:
    seller = made.sellers[0]
    with scoping.scope(sellers=[seller.pk]):
        kept = lambda: queue_counts.by_name(shop_id=None)  # noqa: E731 - measured as it is
        ours, reference = _pair(kept, lambda: server.execute(COUNT_TABS, [seller.pk]).fetchall())
        counted = dict(server.execute(COUNT_TABS, [seller.pk]).fetchall())
        correct = {name: rows for name, rows in kept().items() if name != "open"} == counted
    return Figure(
        metric=f"tab counts of a seller with {sum(counted.values()):,} orders, kept beside count(*)",
        unit="counts/s",
        ours=1e6 / ours,
        reference=1e6 / reference,
        goal=50,
        correct=correct,
    )


def _answer(made: Many) -> Figure:
    seller = made.sellers[0]
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(make.make_member(seller=seller, role=Role.OWNER))
    address = f"/s/{seller.slug}/orders/"
    browser.get(address)
    times, sizes = [], set()
    for turn in range(TIMES):
        tab = ("", "?tab=to_pick", "?tile=h12", "?tab=hold")[turn % 4]
        begun = time.perf_counter()
        answer = browser.get(address + tab)
        times.append((time.perf_counter() - begun) * 1000)
        sizes.add((answer.status_code, answer.content.count(b'id="row-')))
    return Figure(
        metric="whole answer of the queue's page, p95",
        unit="ms",
        ours=statistics.quantiles(times, n=20)[18],
        goal=PAGE_MS,
        correct=sizes == {(200, SIZE)},
    )


def _right_under_writes(made: Many) -> Figure:
    """Eight writers move orders about while a sweep adds up; afterwards, and all the while, the figures are right."""
    seller = made.sellers[1]
    stop = time.monotonic() + WRITE_SECONDS
    written: list[int] = []
    wrong: list[dict] = []

    def write(seed: int) -> None:
        chance, done = random.Random(seed), 0
        with scoping.scope(sellers=[seller.pk]):
            low, high = SlaClock.objects.order_by("pk").values_list("pk", flat=True)[0], None
            high = SlaClock.objects.order_by("-pk").values_list("pk", flat=True)[0]
        while time.monotonic() < stop:
            ids = sorted(chance.sample(range(low, high), chance.choice((1, 5, 50))))
            with scoping.scope(sellers=[seller.pk]):
                clocks = SlaClock.objects.filter(
                    pk__in=[row.pk for row in SlaClock.objects.lock().filter(pk__in=ids)]
                )
                tab = chance.choice([*STAGES, "done"])
                shift = timedelta(minutes=chance.randrange(-300, 300))
                clocks.update(tab=tab, is_open=tab != "done", due_at=clock.now() + shift)
            done += 1
        written.append(done)
        connections.close_all()

    def add_up() -> None:
        while time.monotonic() < stop:
            with scoping.scope(sellers=[seller.pk]):
                queue_counts.fold()
            time.sleep(1)
        connections.close_all()

    threads = [threading.Thread(target=write, args=[seed]) for seed in range(WRITERS)]
    threads.append(threading.Thread(target=add_up))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scoping.scope(sellers=[seller.pk]):
        wrong.append(queue_counts.wrong())
        queue_counts.fold(limit=10_000_000)
        wrong.append(queue_counts.wrong())
    return Figure(
        metric=f"counts that differ from the rows after {WRITE_SECONDS} s of writes by {WRITERS}, {sum(written):,} writes",
        unit="counts",
        ours=float(sum(map(len, wrong))),
        goal=0,
        correct=not any(wrong) and len(written) == WRITERS,
    )
