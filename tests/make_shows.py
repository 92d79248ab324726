"""Makes live shows at every stage, through the rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from catalog.models import Material, Sku
from orders.models import Package
from tenancy.models import Shop
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_stock
from warehouse import forward_zone, packing, show_book, show_lane, show_tasks, shows
from warehouse.models import (
    Carton,
    CartonUse,
    Show,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
    StockMovement,
    Warehouse,
)
from warehouse.show_book import ShowFacts, Wanted

STARTS = NOW + timedelta(hours=5)
ENDS = STARTS + timedelta(hours=2)
ON = STARTS + timedelta(minutes=10)  # while it is live


def make_zone(site: Warehouse, *, bins: int = 3, liters: int = 0) -> None:
    """LIVE-01, LIVE-02, … beside the pack point."""
    forward_zone.make(
        warehouse_id=site.pk, code="LIVE", bins=bins, capacity_liters=liters, actor=MAI, now=NOW
    )


def facts(site: Warehouse, shop: Shop, **values) -> ShowFacts:
    return ShowFacts(
        **{
            "shop_id": shop.pk,
            "warehouse_id": site.pk,
            "title": "Mug night",
            "host": "Linh",
            "starts_at": STARTS,
            "ends_at": ENDS,
            **values,
        }
    )


def sized(sku: Sku) -> Sku:
    """Fits into Box S (key 3)."""
    sku.length_mm, sku.width_mm, sku.height_mm, sku.weight_g = 90, 90, 90, 200
    sku.save()
    return sku


def booked(
    site: Warehouse, shop: Shop, *, products: Sequence[Wanted] = (), now: datetime = NOW, **values
) -> Show:
    return show_book.book(facts=facts(site, shop, **values), products=products, actor=MAI, now=now)


def mug_show(
    site: Warehouse, shop: Shop, *, units: int = 20, expected: int = 10, prepack: int | None = 4, **values
) -> Show:
    """A booked show of one mug that lies in B-03-1."""
    sku = sized(make_stock("MUG", units, at="B-03-1"))
    wanted = Wanted(sku_id=sku.pk, expected=expected, prepack=prepack)
    return booked(site, shop, products=[wanted], **values)


def tasks(show: Show, kind: str) -> list[ShowTask]:
    return list(show_tasks.open_tasks(show=show, kind=kind))


def bring(show: Show, *, now: datetime = NOW) -> None:
    """Carry everything that is left, by scans."""
    for task in tasks(show, ShowTaskKind.BRING):
        given = show_tasks.Given()
        for code in (task.source.code, task.product.sku.seller_sku, task.target.code):
            done = show_tasks.scan(task_id=task.pk, given=given, code=code, actor=MAI, now=now)
            given = done.given


def prepack(show: Show, *, now: datetime = NOW) -> None:
    for task in tasks(show, ShowTaskKind.PACK):
        show_tasks.pack(
            task_id=task.pk, code=task.product.sku.seller_sku, quantity=task.left, actor=MAI, now=now
        )


def ready(show: Show) -> Show:
    """Brought and pre-packed, waiting to begin."""
    shows.prepare(show_id=show.pk, actor=MAI, now=NOW)
    bring(show)
    prepack(show)
    return Show.objects.get(pk=show.pk)


def live(show: Show) -> Show:
    if show.state == ShowState.PLANNED:
        ready(show)
    return shows.start(show_id=show.pk, actor=MAI, now=STARTS)


def feed(show: Show, *, now: datetime = ON) -> show_lane.Fed:
    return show_lane.feed(show_id=show.pk, now=now)


def pack_scanned(code: str, *, now: datetime = ON, weight_g: int = 290, carton: str = "3") -> Package:
    """One scan at the pack station, then the weight."""
    parcel, _answer = packing.open(code=code, actor=MAI, now=now)
    packing.finish(package_id=parcel.package.pk, carton_code=carton, weight_g=weight_g, actor=MAI, now=now)
    return Package.objects.get(pk=parcel.package.pk)


def product(show: Show, code: str = "MUG") -> ShowProduct:
    return ShowProduct.objects.select_related("bin", "carton").get(show=show, sku__seller_sku=code)


def carton_stock(units: int, *, carton: str = "3") -> Sku:
    """Box S is kept as a material, so many of it."""
    sku = make_stock("BOX-S", units, at="A-03-1")
    Sku.objects.filter(pk=sku.pk).update(material=Material.CARTON)
    CartonUse.objects.get_or_create(carton=Carton.objects.get(code=carton), sku=sku)
    return sku


def refused(kind, work, **values) -> str:
    """The sentence of a refusal that changed nothing."""
    before = (ShowTask.objects.count(), StockMovement.objects.count(), set(Show.objects.values_list("state")))
    with pytest.raises(kind) as found:
        work(**values)
    assert before == (
        ShowTask.objects.count(),
        StockMovement.objects.count(),
        set(Show.objects.values_list("state")),
    )
    return str(found.value)


def singles(shop, count, *, first=1, **values):
    """Packages of one mug each, the first due first."""
    return [
        allocated(shop=shop, number=number, lines={"MUG": 1}, due_in=timedelta(hours=20 + number), **values)
        for number in range(first, first + count)
    ]


def states(packages):
    for one in packages:
        one.refresh_from_db()
    return [one.state for one in packages]
