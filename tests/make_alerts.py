"""Makes orders with a deadline and channels for alerts, through the rules."""

from datetime import datetime, time, timedelta

from console import alert_channels
from console.alert_channels import ChannelTerms
from console.alert_messages import RUNNER
from console.models import AlertChannel
from integrations.ports import PlatformDeadlines
from orders.models import Order, SlaClock
from orders.sla_levels import Level
from relay import effects
from tenancy.actors import AUTO
from tenancy.models import Shop
from tests.make_orders import NOW, make_order

KIND = RUNNER.model._meta.label_lower
NIGHT = {"quiet_from": time(14), "quiet_until": time(17)}  # in Vietnam it is 15:00 at NOW
BASE = "http://127.0.0.1:8100/bots"
URLS = {
    "feishu": f"{BASE}/feishu/open-apis/bot/v2/hook/group-0001-feishu",
    "dingtalk": f"{BASE}/dingtalk/robot/send?access_token=group-0001-dingtalk",
    "wecom": f"{BASE}/wecom/cgi-bin/webhook/send?key=group-0001-wecom",
    "slack": f"{BASE}/slack/services/T00000000/B00000000/group-0001-slack",
}


def make_due_order(shop: Shop, *, hours: float, number: int = 1, now: datetime = NOW, **values) -> Order:
    """An open order whose pressing deadline is so many hours away."""
    due_at = now + timedelta(hours=hours)
    order = make_order(
        shop=shop,
        platform_order_id=f"5764614130387{number:05d}",
        deadlines=PlatformDeadlines(ship_by=due_at),
        **values,
    )
    move_deadline(order, due_at)
    return order


def move_deadline(order: Order, due_at: datetime) -> None:
    """The deadline is another one from now on, whatever clock presses."""
    SlaClock.objects.filter(order=order).update(due_at=due_at)


def make_channel(kind: str = "slack", *, now: datetime = NOW, **terms) -> AlertChannel:
    """A channel that takes every level, of the group that the sandbox knows by this chat's name."""
    wanted = {"name": f"floor {kind}", "levels": Level.values, "url": URLS.get(kind, ""), **terms}
    return alert_channels.add(kind=kind, terms=ChannelTerms(**wanted), actor=AUTO, now=now)


def send(seller) -> int:
    """Let what is due leave. Returns how many messages were tried."""
    return effects.run_due(kind=KIND, seller_id=seller.pk)


def group(world, chat: str):
    """What the sandbox knows of this chat's group."""
    return world.bots.group(chat, f"group-0001-{chat}")


def texts(world, chat: str) -> list[str]:
    """What the group has been told, a text per message."""
    return [f"{one['title']}\n{one['text']}" for one in group(world, chat).messages]
