"""Stock moved over the lines that ads react to, by the rules that staff use."""

from core import clock, ids
from marketing.models import AdPolicy
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import receiving
from warehouse.models import StockLevel

CLERK = Actor(kind="user", label="drill")
MOST_AT_ONCE = 100_000


def drop_below_safety(*, seller_id: int, sku_id: int) -> int:
    """One unit under the line. What is available then."""
    with scoping.scope(sellers=[seller_id]):
        level = StockLevel.objects.filter(sku_id=sku_id).order_by("-on_hand").first()
        target = max(level.safety_stock - 1, 0)
        _change(sku_id, target - (level.on_hand - level.reserved), reason="correction")
        return target


def raise_above_resume(*, seller_id: int, sku_id: int) -> int:
    """Well over the line at which ads run again."""
    with scoping.scope(sellers=[seller_id]):
        margin = AdPolicy.objects.get().resume_margin_percent
        level = StockLevel.objects.filter(sku_id=sku_id).order_by("-on_hand").first()
        target = level.safety_stock * (100 + margin) // 100 + 10
        _change(sku_id, target - (level.on_hand - level.reserved), reason="received")
        return target


def receive(*, sku_id: int, units: int) -> None:
    """So many more, at the seller in scope."""
    _change(sku_id, units, reason="received")


def _change(sku_id: int, units: int, *, reason: str) -> None:
    if units:
        wanted = receiving.Adjustment(
            sku_id=sku_id, quantity=units, reason=reason, key=ids.public_id("drl"), reference="drill"
        )
        receiving.adjust(wanted=wanted, actor=CLERK, now=clock.now())
