"""Both sides beside each other: what the platform has and what we believe; and whether our own books add up."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F

from orders.models import Order, OrderLine, Package, PackageState
from relay import effects
from relay.models import DeliveryState, EventDelivery, InboundMessage, InboundState
from tenancy import scoping
from tenancy.models import Seller
from tests.drills.registry import Check
from tests.drills.rig.world import everything
from tests.drills.stage import Stage
from warehouse import ledger_check
from warehouse.models import StockLevel


@dataclass
class Orders:
    """Differences between the platform's orders and ours; empty when both agree."""

    total: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def agree(self) -> bool:
        return not (self.lost or self.doubled or self.states or self.lines)

    def checks(self) -> list[Check]:
        for name in ("lost", "doubled", "states", "lines"):
            if getattr(self, name):
                print(f"  {name}: {', '.join(getattr(self, name)[:5])}")
        return [
            Check(check=f"orders lost, of {self.total}", expected=0, got=len(self.lost)),
            Check(check="orders doubled", expected=0, got=len(self.doubled)),
            Check(check="order states that differ", expected=0, got=len(self.states)),
            Check(check="orders whose lines differ", expected=0, got=len(self.lines)),
        ]


def orders(stage: Stage) -> Orders:
    """Every order that the platform has, against ours."""
    theirs = stage.sandbox("dump")["orders"]
    found = Orders(total=len(theirs))
    with everything():
        rows = list(Order.objects.values_list("platform_order_id", "platform_status"))
        lines: dict[str, Counter] = {}
        for order_id, sku_id, units in OrderLine.objects.values_list(
            "order__platform_order_id", "platform_sku_id", "quantity"
        ):
            lines.setdefault(order_id, Counter())[sku_id] += units
    ours = dict(rows)
    found.doubled = [one for one, count in Counter(row[0] for row in rows).items() if count > 1]
    for order_id, order in theirs.items():
        if order_id not in ours:
            found.lost.append(order_id)
        elif ours[order_id] != order["status"].lower():
            found.states.append(order_id)
        elif lines.get(order_id) != Counter(line["sku_id"] for line in order["lines"]):
            found.lines.append(order_id)
    return found


def books() -> list[Check]:
    """Our own side: the ledger adds up, nothing is promised twice, nothing is stuck."""
    differences = 0
    for seller_id in Seller.objects.values_list("pk", flat=True):
        with scoping.scope(sellers=[seller_id]):
            differences += len(ledger_check.check_ledger())
    with everything():
        oversold = StockLevel.objects.filter(reserved__gt=F("on_hand")).count()
        negative = StockLevel.objects.filter(on_hand__lt=0).count()
        alive = Package.objects.exclude(state=PackageState.CANCELLED)
        twice = alive.values("order_id").order_by().annotate(count=Count("pk")).filter(count__gt=1).count()
        dead = EventDelivery.objects.filter(state=DeliveryState.DEAD).count()
        dead += InboundMessage.objects.filter(state=InboundState.DEAD).count()
    return [
        Check(check="ledger differences", expected=0, got=differences),
        Check(check="levels oversold", expected=0, got=oversold + negative),
        Check(check="orders with two living packages", expected=0, got=twice),
        Check(check="events and messages given up", expected=0, got=dead),
    ]


def is_quiet() -> bool:
    """Nothing waits to be handled, delivered or sent."""
    with everything():
        return not (
            EventDelivery.objects.filter(state=DeliveryState.WAITING).exists()
            or InboundMessage.objects.filter(state=InboundState.WAITING).exists()
            or any(
                runner.model.objects.filter(effect_state__in=effects.OPEN_STATES).exists()
                for runner in effects.runners().values()
            )
        )
