"""Sets review rules, makes their causes, and delivers what review alone listens to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from integrations.ports import PlatformAddress
from orders import review_rules
from orders.models import Order, OrderHold, RuleMode, UsualQuantity
from orders.review_kinds import BY_REASON
from orders.review_rules import Rule
from relay import events
from relay.models import DeliveryState, EventDelivery
from tenancy.actors import Actor
from tests.make_orders import ADDRESS_VN, NOW, make_listing, make_sku
from warehouse.models import Warehouse, WarehouseLink

MAI = Actor(kind="user", label="Mai", id=1)
LATER = NOW + timedelta(minutes=5)
MASKED = PlatformAddress(
    name="T***", phone="(+84)***01", region_code="VN", province="Hà Nội", lines=("***",), is_masked=True
)


def address(**values) -> PlatformAddress:
    """A fine address but for what is given."""
    kept = {name: getattr(ADDRESS_VN, name) for name in ADDRESS_VN.__struct_fields__}
    return PlatformAddress(**{**kept, **values})


def set_rule(reason: str, mode: str, *, shop=None, **values) -> Rule:
    """As shipped, but for what is given."""
    rule = replace(review_rules.SHIPPED[reason], mode=mode, **values)
    if BY_REASON[reason].threshold and rule.threshold is None and mode != RuleMode.OFF:
        rule = replace(rule, threshold=Decimal(100), currency=values.get("currency", "VND"))
    return review_rules.set_rule(shop_id=shop.pk if shop else None, rule=rule, actor=MAI, now=NOW)


def hear() -> None:
    """Deliver what review listens to, and nothing else: these tests have no stock to promise."""
    waiting = EventDelivery.objects.filter(
        state=DeliveryState.WAITING, subscriber__startswith="orders.review_handlers"
    )
    while rows := list(waiting.select_related("event").order_by("pk")):
        for row in rows:
            listener = events.subscriber(row.subscriber)
            event = listener.event.from_payload(row.event.payload)
            listener.handle([event] if listener.takes_many else event)
            row.state = DeliveryState.DONE
            row.save(update_fields=["state"])


def open_reasons(order: Order) -> list[tuple[str, str]]:
    holds = OrderHold.objects.filter(order=order, lifted_at__isnull=True).order_by("reason")
    return list(holds.values_list("reason", "detail"))


def tie_site(shop, site: str, *, code: str = "MAIN") -> Warehouse:
    """The platform's warehouse means this one of ours."""
    ours = Warehouse.objects.get_or_create(code=code, defaults={"name": code.title()})[0]
    WarehouseLink.objects.create(shop=shop, warehouse=ours, platform_warehouse_id=site)
    return ours


def retired_sku(shop, line, *, code: str) -> None:
    """A listing that means a SKU out of use."""
    make_listing(
        shop=shop, platform_sku_id=line.platform_sku_id, sku=make_sku(code, is_active=False), title=code
    )


def usual_is_two(_shop=None) -> None:
    """95 of 100 orders want two mugs at most."""
    UsualQuantity.objects.create(sku=make_sku(), units=2, orders=40, learned_at=NOW)
