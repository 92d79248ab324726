"""The broker is killed while orders come: webhooks are still answered, and nothing that it forgot is missed."""

from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, world
from tests.drills.stage import Stage

KILLS = 3


@registry.case
def broker(stage: Stage) -> list[Check]:
    world.prepare(stage)
    before = _refused_webhooks(stage)
    for _kill in range(KILLS):
        world.order(stage, region="VN", count=5)
        stage.kill("broker")
        world.order(stage, region="US", count=5)
        world.came_true(stage, stage.is_ready, timeout=60)
    world.came_true(stage, lambda: compare.orders(stage).agree, timeout=90)
    world.came_true(stage, compare.is_quiet, timeout=60)
    return [
        Check(check="webhooks not answered", expected=0, got=_refused_webhooks(stage) - before),
        *compare.orders(stage).checks(),
        *compare.books(),
    ]


def _refused_webhooks(stage: Stage) -> int:
    return stage.sandbox("dump")["journal"].get("webhook_failed", 0)
