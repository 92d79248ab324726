"""A live show: one SKU, more buyers than units, each with a door of his own; and plain ways to promise it, order by order."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
import psycopg
from django.db import connection, transaction

from core import clock
from orders import intake, packages
from orders.models import Package, PackageLine, PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy import scoping
from tenancy.actors import AUTO
from tenancy.models import Seller, Shop
from tests import make, make_orders, make_stock
from tests.bench.ground import Ground
from warehouse import ledger, setup
from warehouse.models import Reservation, StockLevel

PULLED = 500


@dataclass(frozen=True)
class Show:
    seller: Seller
    shop: Shop
    units: int


def open_show(*, name: str, units: int) -> Show:
    """A seller with so many units of the one thing that everybody wants."""
    seller = make.make_seller(slug=name, name=name.title())
    with scoping.scope(sellers=[seller.pk]):
        warehouse = setup.prepare_seller(seller)
        lines = [(make_orders.make_sku("LIVE").pk, units)]
        make_stock.receive_at_dock(lines=lines, warehouse=warehouse, reference="show", now=clock.now())
        shop = make.make_shop(seller=seller, slug="live", platform_shop_id=name)
    outbox.deliver_due(seller_id=seller.pk)
    return Show(seller, shop, units)


def take_in(show: Show, numbers: Iterable[int]) -> None:
    """Orders come through intake, as a pull brings them."""
    now, numbers = clock.now(), list(numbers)
    with scoping.scope(sellers=[show.seller.pk]):
        for start in range(0, len(numbers), PULLED):
            orders = [_order(number, now) for number in numbers[start : start + PULLED]]
            intake.import_orders(shop=show.shop, orders=orders, source="api", now=now)


def _order(number: int, now: datetime):
    door = f"{number} Hoa Sứ"
    address = msgspec.structs.replace(
        make_orders.ADDRESS_VN,
        name=f"Buyer {number}",
        phone=f"(+84)90{number:07d}",
        lines=(door,),
        full_address=f"{door}, Tân Phú, Quận 7, Hồ Chí Minh",
    )
    return make_orders.platform_order(
        f"5760000000{number:08d}",
        now=now,
        buyer_user_id=f"{number}",
        address=address,
        lines=(make_orders.line("LIVE"),),
    )


def settle(ground: Ground) -> None:
    """Fresh statistics, as the server gathers them by itself within a minute."""
    with psycopg.connect(ground.owner_dsn, autocommit=True) as server:
        server.execute("analyze")


def one_by_one(show: Show, *, orders: int, hands: int) -> float:
    """Orders a second when each has a transaction of its own and locks the level by SELECT … FOR UPDATE.

    The rows are ours: level, reservation, package, time line, the queue's tab, and what is announced.
    """

    def promise(package_id: int) -> None:
        with scoping.scope(sellers=[show.seller.pk]), transaction.atomic():
            _promise(package_id)

    return _rate(show, orders=orders, hands=hands, act=promise)


def _promise(package_id: int) -> None:
    now = clock.now()
    package = Package.objects.select_for_update(of=("self",)).get(pk=package_id)
    (line,) = PackageLine.objects.filter(package=package)
    level = StockLevel.objects.select_for_update(of=("self",)).get(sku_id=line.sku_id)
    if level.available < line.quantity:
        return
    level.reserved += line.quantity
    level.changed_at = now
    level.save(update_fields=["reserved", "changed_at"])
    Reservation.objects.create(
        shop_id=package.shop_id,
        package=package,
        warehouse_id=level.warehouse_id,
        sku_id=line.sku_id,
        quantity=line.quantity,
        made_at=now,
    )
    ledger.announce(levels=[level])
    packages.advance(package=package, action=PackageAction.ALLOCATE, actor=AUTO, now=now)


def bare(show: Show, ground: Ground, *, orders: int, hands: int) -> float:
    """The same by plain statements, and no more than the promise itself: no time line, no tab, nothing announced."""
    local = threading.local()
    with scoping.scope(sellers=[show.seller.pk]):
        level = StockLevel.objects.get()

    def promise(package_id: int) -> None:
        if not hasattr(local, "server"):
            local.server = psycopg.connect(ground.app_dsn)
            local.server.execute("select set_config('app.sellers', %s, false)", [f"{{{show.seller.pk}}}"])
            local.server.commit()
        with local.server.transaction():
            _promise_bare(local.server, level, package_id)

    return _rate(show, orders=orders, hands=hands, act=promise)


def _promise_bare(server: psycopg.Connection, level: StockLevel, package_id: int) -> None:
    row = server.execute(
        "select on_hand - reserved from warehouse_stocklevel where id = %s for update", [level.pk]
    ).fetchone()
    if row[0] < 1:
        return
    server.execute("update warehouse_stocklevel set reserved = reserved + 1 where id = %s", [level.pk])
    server.execute(
        "insert into warehouse_reservation"
        " (seller_id, shop_id, package_id, warehouse_id, sku_id, quantity, state, made_at)"
        " select seller_id, shop_id, id, %s, %s, 1, 'active', now() from orders_package where id = %s",
        [level.warehouse_id, level.sku_id, package_id],
    )
    server.execute("update orders_package set state = 'allocated' where id = %s", [package_id])


def _rate(show: Show, *, orders: int, hands: int, act: Callable[[int], None]) -> float:
    """Orders a second by so many hands at once."""
    with scoping.scope(sellers=[show.seller.pk]):
        waiting = Package.objects.filter(state=PackageState.PLANNED).order_by("-pk")
        todo = list(waiting.values_list("pk", flat=True)[:orders])
    taking = threading.Lock()

    def work() -> None:
        while True:
            with taking:
                if not todo:
                    break
                package_id = todo.pop()
            act(package_id)
        connection.close()

    begun = time.perf_counter()
    threads = [threading.Thread(target=work) for _hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return orders / (time.perf_counter() - begun)
