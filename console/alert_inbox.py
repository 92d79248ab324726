"""Reads of the alerts' pages: the inbox with its orders and where each alert was told; a channel's dry run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet

from console import alert_channels, alert_texts, alerts
from console.alert_texts import SHOWN, Section
from console.models import (
    Alert,
    AlertChannel,
    AlertedOrder,
    AlertMessage,
    AlertRead,
    AlertState,
    MessagePart,
    ShowPart,
)
from console.quiet_hours import quiet_until
from integrations.group_bots.notes import Note
from orders import queue_by_shop
from orders.models import Order, OrderHold, SlaClock
from orders.queue import PAUSING
from orders.sla_levels import LEFT, RANKS, Level
from relay.effects import OPEN_STATES
from tenancy.models import Seller, Shop
from warehouse import selectors as warehouse
from warehouse import show_alerts, staff_alerts
from warehouse.models import MaterialAlert, ShowAlert
from warehouse.show_alerts import LateShow

MOST_COUNTED = 99


@dataclass(frozen=True)
class InboxOrder:
    """An order of an alert as it stands now."""

    order: Order
    clock: SlaClock | None


@dataclass
class InboxRow:
    """One alert as the inbox shows it."""

    alert: Alert
    is_unread: bool
    headline: str
    href: str
    orders: list[InboxOrder] = field(default_factory=list)
    messages: list[AlertMessage] = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(self.alert.order_count - len(self.orders), 0)


def inbox(
    *, shop_id: int | None, level: str, user_id: int, only_unread: bool, now: datetime
) -> QuerySet[Alert]:
    """The newest first, of the levels that appear in the app."""
    levels = [one for one in alert_channels.app_levels() if level in ("", one)]
    if only_unread:
        found = alerts.unread(user_id=user_id, levels=levels, now=now)
    else:
        found = Alert.objects.filter(state=AlertState.RAISED, level__in=levels)
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    return found.select_related("shop").order_by("-raised_at", "-pk")


def unread_count(*, user_id: int, with_floor: bool, now: datetime) -> int:
    """For the badge: nobody counts further than this."""
    found = alerts.unread(user_id=user_id, levels=alert_channels.app_levels(), now=now)
    count = found[: MOST_COUNTED + 1].count()
    if with_floor:
        for kind in (MaterialAlert, ShowAlert):
            count += staff_alerts.unseen(kind=kind, user_id=user_id).count()
    return count


@dataclass(frozen=True)
class MaterialRow:
    """A packing material that is low, or was restocked within the last day, with what is there now."""

    alert: MaterialAlert
    on_hand: int
    line: int
    is_unread: bool


def materials(*, user_id: int, only_unread: bool, now: datetime) -> list[MaterialRow]:
    """What runs low first, then what was settled; in two queries."""
    rows = staff_alerts.shown(kind=MaterialAlert, user_id=user_id, only_unread=only_unread, now=now)
    found = list(rows.select_related("sku", "warehouse"))
    rows = warehouse.stock_levels().filter(sku__in={alert.sku_id for alert in found})
    levels = {(row.warehouse_id, row.sku_id): row for row in rows}
    return [
        MaterialRow(
            alert,
            levels[alert.warehouse_id, alert.sku_id].on_hand,
            levels[alert.warehouse_id, alert.sku_id].safety_stock,
            alert.cleared_at is None and user_id not in alert.seen_by,
        )
        for alert in found
    ]


@dataclass(frozen=True)
class ShowRow:
    """A show whose goods are late, or came to their place within the last day; `late` is what is left to do."""

    alert: ShowAlert
    late: LateShow | None
    left: str
    is_unread: bool
    messages: list[AlertMessage]


def shows(*, shop_id: int | None, user_id: int, only_unread: bool, now: datetime) -> list[ShowRow]:
    """What is late first, then what was settled; in four queries."""
    found = staff_alerts.shown(kind=ShowAlert, user_id=user_id, only_unread=only_unread, now=now)
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    rows = list(found.select_related("show__shop"))
    ids = [alert.show_id for alert in rows if alert.cleared_at is None]
    late = {one.show.pk: one for one in show_alerts.late_shows(show_ids=ids, now=now)} if ids else {}
    messages: dict[int, list[AlertMessage]] = defaultdict(list)
    for part in ShowPart.objects.filter(alert__in=rows).select_related("message__channel").order_by("pk"):
        messages[part.alert_id].append(part.message)
    return [
        ShowRow(
            alert,
            one := late.get(alert.show_id) if alert.cleared_at is None else None,
            alert_texts.show_left(one) if one else "",
            alert.cleared_at is None and user_id not in alert.seen_by,
            messages[alert.pk],
        )
        for alert in rows
    ]


def rows_of(*, page: Sequence[Alert], user_id: int, seller_slug: str) -> list[InboxRow]:
    """The alerts of a page with their first orders and messages, in four queries whatever its length."""
    ids = [alert.pk for alert in page]
    read = set(AlertRead.objects.filter(alert_id__in=ids, user_id=user_id).values_list("alert_id", flat=True))
    rows = {
        alert.pk: InboxRow(
            alert=alert,
            is_unread=alert.pk not in read,
            headline=alert_texts.headline(level=alert.level, count=alert.order_count),
            href=alert_texts.queue_address(shop=alert.shop, seller_slug=seller_slug, level=alert.level),
        )
        for alert in page
    }
    orders = _first_of(alert_ids=ids)
    clocks = {one.order_id: one for one in SlaClock.objects.filter(order_id__in=[o.order_id for o in orders])}
    for told in orders:
        rows[told.alert_id].orders.append(InboxOrder(told.order, clocks.get(told.order_id)))
    parts = MessagePart.objects.filter(alert_id__in=ids).select_related("message__channel").order_by("pk")
    for part in parts:
        rows[part.alert_id].messages.append(part.message)
    return list(rows.values())


def _first_of(*, alert_ids: Sequence[int]) -> list[AlertedOrder]:
    """The first orders of each alert: one short walk of an index for each, whatever it holds."""
    own = AlertedOrder.objects.filter(alert_id=OuterRef("pk")).order_by("due_at")
    found = Alert.objects.filter(pk__in=alert_ids).values_list(ArraySubquery(own.values("pk")[:SHOWN]))
    ids = [pk for (pks,) in found for pk in pks]
    return list(AlertedOrder.objects.filter(pk__in=ids).select_related("order").order_by("due_at", "pk"))


# --- the settings page ---


@dataclass
class ChannelRow:
    """One channel, what it takes, and how it goes."""

    channel: AlertChannel
    levels: list[str]
    shops: list[Shop]
    waiting: int
    tests: int
    quiet_until: datetime | None


def channel_rows(*, channels: Sequence[AlertChannel], seller: Seller, now: datetime) -> list[ChannelRow]:
    """Constant number of queries."""
    open_messages = AlertMessage.objects.filter(effect_state__in=OPEN_STATES)
    waiting: dict[tuple[int, bool], int] = defaultdict(int)
    for channel_id, is_test, count in (
        open_messages.order_by().values_list("channel_id", "is_test").annotate(Count("pk"))
    ):
        waiting[channel_id, is_test] = count
    shops = {shop.pk: shop for shop in Shop.objects.order_by("name")}
    return [
        ChannelRow(
            channel=channel,
            levels=[str(Level(level).label) for level in channel.levels],
            shops=[shops[pk] for pk in channel.shop_ids or [] if pk in shops],
            waiting=waiting[channel.pk, False],
            tests=waiting[channel.pk, True],
            quiet_until=quiet_until(
                now=now, since=channel.quiet_from, until=channel.quiet_until, zone=seller.time_zone
            ),
        )
        for channel in channels
    ]


def recent_messages(*, channel: AlertChannel, limit: int = 20) -> list[AlertMessage]:
    return list(AlertMessage.objects.filter(channel=channel).order_by("-created_at", "-pk")[:limit])


@dataclass(frozen=True)
class DryRun:
    """What a channel would get about one shop if everything that is near were told now."""

    shop: Shop
    note: Note
    quiet_until: datetime | None


def dry_run(*, channel: AlertChannel, seller: Seller, now: datetime) -> list[DryRun]:
    """Reads only, the counts from the queue's own. Quiet hours are shown, not obeyed: overdue orders ignore them."""
    tiles = queue_by_shop.tiles_by_shop(now=now)
    end = quiet_until(now=now, since=channel.quiet_from, until=channel.quiet_until, zone=seller.time_zone)
    late: dict[int, list[LateShow]] = defaultdict(list)
    for one in show_alerts.late_now(now=now) if channel.takes_shows else []:
        late[one.show.shop_id].append(one)
    found = []
    for shop in Shop.objects.filter(pk__in={*tiles, *late}).order_by("name"):
        if channel.shop_ids is not None and shop.pk not in channel.shop_ids:
            continue
        mine = tiles.get(shop.pk)
        sections = _sections(shop, mine, levels=channel.levels, now=now) if mine else []
        if sections or late[shop.pk]:
            note = alert_texts.note(
                shop=shop,
                seller_slug=seller.slug,
                sections=sections,
                late_shows=late[shop.pk],
                is_kept_back=False,
                now=now,
            )
            is_late = any(section.level == Level.OVERDUE for section in sections)
            found.append(DryRun(shop, note, None if is_late else end))
    return found


def _sections(shop: Shop, tiles: Mapping[str, int], *, levels: Sequence[str], now: datetime) -> list[Section]:
    """Orders between each line that the channel takes and the next nearer one."""
    held = OrderHold.objects.filter(reason__in=PAUSING, lifted_at__isnull=True).order_by()
    running = SlaClock.objects.filter(is_open=True, shop=shop).exclude(order_id__in=held.values("order_id"))
    found, passed, line = [], 0, None
    for level in sorted(levels, key=lambda one: RANKS[Level(one)], reverse=True):
        reached = tiles["overdue"] + (tiles[level] if level != Level.OVERDUE else 0)
        until = now + LEFT[Level(level)]
        near = running.filter(due_at__lte=until)
        near = near if line is None else near.filter(due_at__gt=line)
        if reached > passed:
            found.append(Section(level, reached - passed, _numbered(near)))
        passed, line = reached, until
    return found


def _numbered(clocks: QuerySet[SlaClock]) -> list[tuple[str, datetime]]:
    """Number and deadline of the first; the walk reads the index alone, a join could make it sort everything."""
    first = list(clocks.order_by("due_at", "id").values_list("order_id", "due_at")[:SHOWN])
    numbers = dict(
        Order.objects.filter(pk__in=[order_id for order_id, _due_at in first]).values_list(
            "pk", "platform_order_id"
        )
    )
    return [(numbers[order_id], due_at) for order_id, due_at in first]
