"""The database server dies without a warning while orders come: what was answered is kept, the rest is fetched again."""

from django.db.models import Sum

from relay.models import InboundMessage, UnroutedMessage
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, world
from tests.drills.stage import Stage

KILLS = 2


@registry.case
def database(stage: Stage) -> list[Check]:
    world.prepare(stage)
    for _kill in range(KILLS):
        for region in ("VN", "MY", "US"):
            world.order(stage, region=region, count=6)
        stage.kill("database")
        world.came_true(stage, stage.is_ready, timeout=60)
    world.came_true(stage, lambda: compare.orders(stage).agree, timeout=120)
    world.came_true(stage, compare.is_quiet, timeout=60)
    return [
        Check(check="webhooks answered but not kept", expected=0, got=_not_kept(stage)),
        *compare.orders(stage).checks(),
        *compare.books(),
    ]


def _not_kept(stage: Stage) -> int:
    """The sandbox counts what was answered with 200; we count what we stored, repeats and pushes of unknown shops included."""
    answered = stage.sandbox("dump")["journal"].get("webhook_sent", 0)
    with world.everything():
        kept = InboundMessage.objects.aggregate(total=Sum("times_received"))["total"] or 0
    # Of the orders that were there before their shops were connected.
    unrouted = UnroutedMessage.objects.count()
    return max(answered - kept - unrouted, 0)
