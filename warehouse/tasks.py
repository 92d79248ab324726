"""Wake-ups and sweeps of the warehouse."""

from celery import shared_task

from core import clock
from integrations.models import ShopLink
from orders.models import HoldReason, OrderHold
from relay import effects
from tenancy import scoping
from warehouse import shortages, sites
from warehouse.models import StockPush, WarehouseLink


@shared_task(queue="platform")
def sweep_stock_pushes(**_: object) -> None:
    """Carry out pushes that are due, and learn the warehouses of shops that were connected since."""
    now = clock.now()
    with scoping.unscoped("sweep: which sellers have stock pushes due"):
        due = StockPush.objects.filter(effect_state__in=effects.OPEN_STATES, not_before__lte=now)
        sellers = list(due.order_by().values_list("seller_id", flat=True).distinct())
    for seller_id in sellers:
        effects.run_due(kind=StockPush._meta.label_lower, seller_id=seller_id)


@shared_task(queue="platform")
def sync_new_sites(**_: object) -> None:
    """Shops that were connected but whose warehouses nobody has asked for yet."""
    with scoping.unscoped("sweep: which connected shops have no warehouses yet"):
        known = WarehouseLink.objects.values("shop_id")
        links = ShopLink.objects.exclude(shop_id__in=known)
        shops = list(links.order_by("pk").values_list("seller_id", "shop_id"))
    for seller_id, shop_id in shops:
        sites.sync_warehouses(seller_id=seller_id, shop_id=shop_id, now=clock.now())


@shared_task(queue="floor")
def sweep_short_orders(**_: object) -> None:
    """Orders out of stock whose goods are there after all."""
    with scoping.unscoped("sweep: which sellers have orders out of stock"):
        held = OrderHold.objects.filter(reason=HoldReason.OUT_OF_STOCK, lifted_at__isnull=True)
        sellers = list(held.order_by().values_list("seller_id", flat=True).distinct())
    for seller_id in sellers:
        with scoping.scope(sellers=[seller_id]):
            shortages.retry_short(now=clock.now())
