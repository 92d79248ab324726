"""Worker and web die again and again while orders come, the platform fails and webhooks are lost, doubled and late."""

from orders.models import Order
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, world
from tests.drills.stage import Stage

ROUNDS = ("worker", "web", "worker", "web")
REGIONS = ("VN", "MY", "SG", "TH", "US")
PER_SHOP = 5
SETTLE_SECONDS = 150


@registry.case
def intake(stage: Stage) -> list[Check]:
    world.prepare(stage)
    world.bad_weather(stage)
    made: list[str] = []
    for victim in ROUNDS:
        batch = [one for region in REGIONS for one in world.order(stage, region=region, count=PER_SHOP)]
        _live(stage, made)
        world.kill_when(stage, victim, lambda batch=batch: _stored(batch) > 0)
        made += batch
    world.came_true(stage, stage.is_ready, timeout=60)
    world.clear_weather(stage)
    world.came_true(stage, lambda: compare.orders(stage).agree, timeout=SETTLE_SECONDS)
    world.came_true(stage, compare.is_quiet, timeout=60)
    return [*compare.orders(stage).checks(), *compare.books()]


def _stored(ids: list[str]) -> int:
    with world.everything():
        return Order.objects.filter(platform_order_id__in=ids).count()


def _live(stage: Stage, ids: list[str]) -> None:
    """What became of earlier orders meanwhile: one is cancelled, one the buyer wants to cancel, one is shipped elsewhere."""
    rows = stage.sandbox("dump")["orders"]
    waiting = [one for one in ids if rows[one]["status"] == "AWAITING_SHIPMENT"][-3:]
    acts = (("cancel", {}), ("buyer_cancel", {}), ("advance", {"status": "IN_TRANSIT"}))
    for order_id, (act, body) in zip(waiting, acts, strict=False):
        stage.sandbox(f"orders/{order_id}/{act}", body)
