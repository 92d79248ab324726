"""A live-show spike on one SKU, as its orders come through intake, beside one locked transaction an order; and how soon
the platform learns of changed stock while 50 orders come every second."""

import os
import statistics
import time
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from catalog.models import Listing, ListingState
from core import clock
from orders import intake
from orders.models import Order, OrderState, Package, PackageState
from relay import outbox
from relay.models import DeliveryState, EventDelivery, OutboxEvent
from tenancy import scoping
from tests import make_orders
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import show as shows
from tests.bench.rig.shop import Platform
from tests.bench.rig.show import Show
from warehouse import ledger_check, sellable
from warehouse.models import Reservation, StockLevel, StockPush

ORDERS = int(os.environ.get("BENCH_ORDERS", 5000))
LATE = 0.2  # of the buyers want more than there is
STREAMED, PULLED = 1000, 50
PLAIN = 300  # orders of each reference round
ROUNDS = 5
GOAL = 20.0
A_SECOND, SECONDS = 50, 30
SOON = 5.0


@registry.case
def spike(ground: Ground) -> list[Figure]:
    """All orders are in; how fast is each of them promised its unit, or held? Then: how long does one wait for that."""
    show = shows.open_show(name="ours", units=round(ORDERS * (1 - LATE)))
    plain = shows.open_show(name="plain", units=PLAIN * ROUNDS * 5)
    shows.take_in(show, range(ORDERS))
    shows.take_in(plain, range(PLAIN * ROUNDS * 3))
    shows.settle(ground)
    connection.close()
    ours = _promised_a_second(show)
    same = max(
        statistics.median(shows.one_by_one(plain, orders=PLAIN, hands=hands) for _round in range(ROUNDS))
        for hands in (1, 4)
    )
    bare = statistics.median(shows.bare(plain, ground, orders=PLAIN, hands=1) for _round in range(ROUNDS))
    correct = not _wrong(show, orders=ORDERS) and _durable()
    name = f"promised, {ORDERS} orders for {show.units} units; reference: FOR UPDATE, one order a transaction"
    return [
        Figure(metric=name, unit="orders/s", ours=ours, reference=same, goal=GOAL, correct=correct),
        Figure(
            metric="the same; reference: bare SQL, no time line, no facts, no state machine",
            unit="orders/s",
            ours=ours,
            reference=bare,
            correct=correct,
        ),
        _stream(ground),
    ]


def _promised_a_second(show: Show) -> float:
    """Over the deliveries that promise something; nobody counts the time in which the last buyers are told to wait."""
    taken, promised = 0.0, 0
    while _waiting(show):
        begun = time.perf_counter()
        outbox.deliver_due(seller_id=show.seller.pk, limit=1)
        seconds = time.perf_counter() - begun
        with scoping.scope(sellers=[show.seller.pk]):
            now_promised = StockLevel.objects.get().reserved
        taken, promised = taken + (seconds if now_promised > promised else 0), now_promised
    _reserve(show)
    return promised / taken


def _reserve(show: Show) -> float:
    """Seconds until every order has its unit or is held."""
    begun = time.perf_counter()
    while _waiting(show):
        outbox.deliver_due(seller_id=show.seller.pk, limit=1)
    taken = time.perf_counter() - begun
    while outbox.deliver_due(seller_id=show.seller.pk):
        pass
    return taken


def _waiting(show: Show) -> bool:
    """Whether the warehouse has not answered every approval yet."""
    with scoping.scope(sellers=[show.seller.pk]):
        return EventDelivery.objects.filter(
            state=DeliveryState.WAITING, subscriber__contains="warehouse", event__name="order.approved"
        ).exists()


def _stream(ground: Ground) -> Figure:
    """Pulls of 50 orders: from the moment a pull is stored until each of its orders is promised or held."""
    show = shows.open_show(name="stream", units=round(STREAMED * (1 - LATE)))
    waits = []
    for start in range(0, STREAMED, PULLED):
        shows.take_in(show, range(start, start + PULLED))
        if start == PULLED:
            shows.settle(ground)
        waits += [_reserve(show)] * PULLED
    waits.sort()
    return Figure(
        metric=f"stored to promised, pulls of {PULLED}: p99",
        unit="s",
        ours=waits[int(len(waits) * 0.99)],
        correct=not _wrong(show, orders=STREAMED),
    )


def _wrong(show: Show, *, orders: int) -> list[str]:
    with scoping.scope(sellers=[show.seller.pk]):
        level = StockLevel.objects.get()
        promised = Reservation.objects.aggregate(units=Sum("quantity"))["units"]
        held = Order.objects.filter(state=OrderState.ON_HOLD).count()
        allocated = Package.objects.filter(state=PackageState.ALLOCATED).count()
        differences = ledger_check.check_ledger()
    expected = [
        ("oversold", max(level.reserved - level.on_hand, 0), 0),
        ("promised units", promised, show.units),
        ("reserved on the level", level.reserved, show.units),
        ("packages with stock", allocated, show.units),
        ("orders held", held, orders - show.units),
        ("ledger differences", len(differences), 0),
    ]
    wrong = [f"{name}: {got}, not {want}" for name, got, want in expected if got != want]
    for line in wrong:
        print(f"  wrong: {line}")
    return wrong


def _durable() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("show synchronous_commit")
        (commit,) = cursor.fetchone()
        cursor.execute("show fsync")
        return (commit, cursor.fetchone()[0]) == ("on", "on")


@registry.case
def to_the_platform(ground: Ground) -> list[Figure]:
    """50 orders a second over a shop's listings; the worker reserves them and tells the platform, at its own pace."""
    ground.start("sandbox")
    platform = Platform(ground=ground)
    seller, shop = platform.connect()
    connection.close()
    ground.start("worker", "beat")
    with scoping.scope(sellers=[seller.pk]):
        listings = list(
            Listing.objects.filter(
                shop=shop, state=ListingState.ACTIVE, sku__is_bundle=False, is_stock_pushed=True
            ).select_related("sku")
        )
    time.sleep(5)  # what connecting has changed goes out first
    begun = clock.now()
    _sell(seller, shop, listings)
    _until_told(seller)
    with scoping.scope(sellers=[seller.pk]):  # a bundle of the platform's own follows its parts there
        told = [one for one in listings if Listing.objects.get(pk=one.pk).is_stock_pushed]
    waits, is_right = _waits(platform, seller, told, since=begun)
    return [
        Figure(
            metric=f"stock change to platform at {A_SECOND} orders/s: p95 of {len(waits)} changes",
            unit="s",
            ours=waits[int(len(waits) * 0.95)],
            goal=SOON,
            correct=is_right,
        )
    ]


def _sell(seller, shop, listings: list[Listing]) -> None:
    """Every fifth of a second ten more, each of one unit of the next listing."""
    size, number = A_SECOND // 5, 0
    for _turn in range(SECONDS * 5):
        due = time.perf_counter() + 0.2
        now = clock.now()
        orders = []
        for _order in range(size):
            listing = listings[number % len(listings)]
            line = make_orders.line(
                listing.seller_sku,
                platform_sku_id=listing.platform_sku_id,
                platform_product_id=listing.platform_product_id,
            )
            orders.append(
                make_orders.platform_order(
                    f"5780000000{number:08d}", now=now, buyer_user_id=f"b{number}", lines=(line,)
                )
            )
            number += 1
        with scoping.scope(sellers=[seller.pk]):
            intake.import_orders(shop=shop, orders=orders, source="api", now=now)
        time.sleep(max(due - time.perf_counter(), 0))


def _until_told(seller, *, patience: float = 60) -> None:
    """Nothing waits to be delivered or pushed any more."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        with scoping.scope(sellers=[seller.pk]):
            busy = EventDelivery.objects.filter(state=DeliveryState.WAITING).exists()
            busy = busy or StockPush.objects.filter(effect_state__in=["waiting", "claimed"]).exists()
        if not busy:
            return
        time.sleep(0.5)


def _waits(
    platform: Platform, seller, listings: list[Listing], *, since: datetime
) -> tuple[list[float], bool]:
    """Seconds from each change of stock to the platform's own note of a figure that has it in, for every listing.

    Nothing comes in meanwhile, so that a figure no higher than what was left after a change knows of that change.
    """
    told = platform.control.get("dump").json()["platform_stock"]
    by_sku: dict[int, list[list[dict]]] = {}
    for listing in listings:
        by_sku.setdefault(listing.sku_id, []).append(told[listing.platform_sku_id]["history"])
    with scoping.scope(sellers=[seller.pk]):
        rows = OutboxEvent.objects.filter(name="stock.changed", published_at__gte=since)
        changes = [(row.payload, row.published_at.timestamp()) for row in rows.order_by("pk")]
        ours = sellable.quantities_of(listings=listings)
    waits, is_right = [], bool(changes)
    for payload, at in changes:
        for history in by_sku.get(payload["sku_id"], ()):
            knowing = [
                push["at"]
                for push in history
                if push["at"] >= at and push["quantity"] <= payload["available"]
            ]
            is_right = is_right and bool(knowing)
            waits.append(min(knowing, default=at + 3600) - at)
    last = []
    for listing in listings:
        history, wanted = told[listing.platform_sku_id]["history"], sum(ours[listing.pk].values())
        last.append(bool(history) and history[-1]["quantity"] == wanted)
        if not last[-1]:
            print(f"  wrong: the platform shows {history[-1:]} of {listing.seller_sku}, not {wanted}")
    return sorted(waits), is_right and all(last) and not _differences(seller)


def _differences(seller) -> list[object]:
    with scoping.scope(sellers=[seller.pk]):
        return ledger_check.check_ledger()
