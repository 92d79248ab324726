"""The SLA queue's reads: what a filter matches, one page by deadline, and the rows' content.

Pages are cut by (due_at, id), never by offset: the hundredth page costs what the first does. Whatever is asked for often
reads clocks alone, by an index.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from orders import queue_marks, review_words
from orders.models import (
    ClockKind,
    HoldReason,
    Order,
    OrderHold,
    OrderLine,
    OrderMark,
    OrderState,
    SlaClock,
)
from orders.queue_search import Found
from orders.sla_clocks import TABS

OPEN, ANY = "open", "any"
# Over or on its way: the newest first; everything else by deadline, the most overdue on top.
CLOSED_TABS = frozenset({"in_transit", "done", "cancelled", ANY})
ARCHIVES = ("done", "cancelled")
TAB_WORDS = {
    OPEN: _("All open"),
    "review": _("To review"),
    "hold": _("On hold"),
    "to_pick": _("To pick"),
    "picking": _("Picking"),
    "to_pack": _("To pack"),
    "to_label": _("To label"),
    "to_hand_over": _("To hand over"),
    "awaiting_scan": _("Awaiting scan"),
    "in_transit": _("In transit"),
    "done": _("Done"),
    "cancelled": _("Cancelled"),
    ANY: _("All"),
}
TAB_TONES = {
    "review": "yellow",
    "hold": "orange",
    "to_pick": "blue",
    "picking": "indigo",
    "to_pack": "indigo",
    "to_label": "blue",
    "to_hand_over": "cyan",
    "awaiting_scan": "cyan",
    "in_transit": "green",
    "done": "green",
}
CLOCK_WORDS = {
    ClockKind.DISPATCH: _("to ship"),
    ClockKind.COLLECTION: _("to scan"),
    ClockKind.CANCEL: _("to auto-cancel"),
    ClockKind.DELIVERY: _("to deliver"),
    ClockKind.PROMISE: _("promised"),
}
TILES = ("overdue", "h4", "h12", "h24", "auto_cancel", "cancel_requested", "label_failed")
HOURS = {"h4": 4, "h12": 12, "h24": 24}
PAUSING = (HoldReason.PLATFORM_HOLD, HoldReason.UNPAID)
AUTO_CANCEL_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class QueueFilter:
    """Everything that narrows the queue. `carrier_orders` is a query of order ids: shipments are a later stage.

    `newest_id` is for work that goes on for a while: clocks that came later are not part of it.
    """

    tab: str = OPEN
    reason: str = ""
    tile: str = ""
    shop_id: int | None = None
    carrier_orders: QuerySet | None = None
    found: Found | None = None
    flags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_noted: bool = False
    is_warned: bool = False
    newest_id: int | None = None

    @property
    def needs_a_look(self) -> bool:
        """More than shop, tab, tile and reason narrows it: maintained counts do not know how many that are."""
        return bool(
            self.found is not None
            or self.carrier_orders is not None
            or self.flags
            or self.tags
            or self.is_noted
            or self.is_warned
            or self.newest_id is not None
        )


@dataclass(frozen=True)
class Cursor:
    """The edge of a page: the row that it starts after (or, going back, before)."""

    due_at: datetime | None
    clock_id: int
    is_back: bool = False


@dataclass(frozen=True)
class QueuePage:
    clocks: list[SlaClock]
    has_previous: bool
    has_next: bool


@dataclass
class QueueRow:
    """One order as the list, the cards and the export show it."""

    clock: SlaClock
    now: datetime
    lines: list[OrderLine] = field(default_factory=list)
    holds: list[OrderHold] = field(default_factory=list)
    mark: OrderMark | None = None
    tags: list[str] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.clock.order

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What review points out without stopping it, as label and detail."""
        return review_words.warnings_of(self.order, zone=self.clock.shop.time_zone)

    @property
    def quantity(self) -> int:
        return sum(line.open_quantity for line in self.lines) or self.order.item_count

    @property
    def more_lines(self) -> int:
        return max(len(self.lines) - 1, 0)

    @property
    def tab_words(self) -> str:
        return str(TAB_WORDS.get(self.clock.tab, self.clock.tab))

    @property
    def tone(self) -> str:
        return TAB_TONES.get(self.clock.tab, "neutral")

    @property
    def is_paused_for_long(self) -> bool:
        """It stands still and nobody can say until when."""
        until = self.clock.paused_until
        return self.clock.is_paused and (until is None or until <= self.now)

    @property
    def clock_words(self) -> str:
        """Which deadline presses, in a word that fits beside the time."""
        return str(CLOCK_WORDS.get(self.clock.due_kind, ""))

    @property
    def can(self) -> tuple[str, ...]:
        """What a person may decide about it now; the bulk bar counts by these words."""
        state = self.order.state
        if state == OrderState.APPROVED:
            return ("hold",) if self.clock.is_open else ()
        if state == OrderState.ON_HOLD:
            return ("approve", "release", "hold")
        return ("approve", "hold") if state == OrderState.PENDING_REVIEW else ()


def matching(*, chosen: QueueFilter, now: datetime) -> QuerySet[SlaClock]:
    """The clocks of the orders behind a filter."""
    clocks = in_tile(narrowed(chosen), tile=chosen.tile, now=now)
    clocks = _in_tab(clocks, tab=chosen.tab)
    if chosen.reason:
        held = OrderHold.objects.filter(
            order_id=OuterRef("order_id"), reason=chosen.reason, lifted_at__isnull=True
        )
        clocks = clocks.filter(Exists(held))
    return clocks


def narrowed(chosen: QueueFilter) -> QuerySet[SlaClock]:
    """Shop, carrier, search and marks: what tabs and tiles have in common."""
    clocks = SlaClock.objects.all()
    if chosen.shop_id is not None:
        clocks = clocks.filter(shop_id=chosen.shop_id)
    if chosen.carrier_orders is not None:
        clocks = clocks.filter(order_id__in=chosen.carrier_orders)
    if chosen.found is not None:
        wanted = Q(order_id__in=chosen.found.order_ids)
        if chosen.found.sku_ids:
            lines = OrderLine.objects.filter(sku_id__in=chosen.found.sku_ids).order_by()
            wanted |= Q(order_id__in=lines.values("order_id"))
        clocks = clocks.filter(wanted)
    marks = queue_marks.marked(
        flags=chosen.flags, tags=chosen.tags, is_noted=chosen.is_noted, is_warned=chosen.is_warned
    )
    for orders in marks:
        clocks = clocks.filter(order_id__in=orders)
    return clocks if chosen.newest_id is None else clocks.filter(pk__lte=chosen.newest_id)


def _in_tab(clocks: QuerySet[SlaClock], *, tab: str) -> QuerySet[SlaClock]:
    if tab == OPEN:
        return clocks.filter(is_open=True)
    return clocks if tab == ANY else clocks.filter(tab=tab)


def paused_orders() -> QuerySet:
    """Ids of the orders whose clock stands still: the holds know it, without a look at the orders."""
    held = OrderHold.objects.filter(reason__in=PAUSING, lifted_at__isnull=True).order_by()
    return held.values("order_id")


def reached(tile: str, *, now: datetime) -> Q:
    """The deadlines that a tile is about."""
    if tile == "overdue":
        return Q(due_at__lte=now)
    if tile in HOURS:
        return Q(due_at__gt=now, due_at__lte=now + timedelta(hours=HOURS[tile]))
    return Q(cancel_due_at__lte=now + AUTO_CANCEL_WITHIN)


def tile_condition(tile: str, *, now: datetime) -> Q:
    """What a tile means. A clock that stands still is not late."""
    if tile == "cancel_requested":
        return Q(is_cancel_requested=True)
    if tile == "label_failed":
        return Q(is_label_failed=True)
    return reached(tile, now=now) & ~Q(order_id__in=paused_orders())


def in_tile(clocks: QuerySet[SlaClock], *, tile: str, now: datetime) -> QuerySet[SlaClock]:
    return clocks.filter(tile_condition(tile, now=now), is_open=True) if tile else clocks


def page_of(
    *,
    chosen: QueueFilter,
    cursor: Cursor | None,
    size: int,
    now: datetime,
    loaded: QuerySet[SlaClock] | None = None,
) -> QueuePage:
    """One page; earliest deadline first on open work, the newest first on what is over. `loaded`: how rows are read."""
    clocks = matching(chosen=chosen, now=now)
    is_back = cursor is not None and cursor.is_back
    is_falling = (chosen.tab in CLOSED_TABS) != is_back
    ids: list[int] = []
    parts = _by_arrival if chosen.tab == ANY else _by_deadline
    for segment in parts(clocks, cursor=cursor, is_falling=is_falling):
        ids += segment.values_list("pk", flat=True)[: size + 1 - len(ids)]
        if len(ids) > size:
            break
    is_more, ids = len(ids) > size, ids[:size]
    if is_back:
        ids.reverse()
    # The walk reads the index alone; a join within it can make the planner sort everything first.
    whole = SlaClock.objects.select_related("order", "shop") if loaded is None else loaded
    found = whole.in_bulk(ids)
    return QueuePage(
        clocks=[found[pk] for pk in ids],
        has_previous=is_more if is_back else cursor is not None,
        has_next=True if is_back else is_more,
    )


def _by_arrival(
    clocks: QuerySet[SlaClock], *, cursor: Cursor | None, is_falling: bool
) -> list[QuerySet[SlaClock]]:
    """Everything there is, by when it came here: no index has all deadlines in one order."""
    if cursor is not None:
        clocks = clocks.filter(**{"id__lt" if is_falling else "id__gt": cursor.clock_id})
    return [clocks.order_by("-id" if is_falling else "id")]


def _by_deadline(
    clocks: QuerySet[SlaClock], *, cursor: Cursor | None, is_falling: bool
) -> list[QuerySet[SlaClock]]:
    """Orders with a deadline and those without, each a plain index range; without one sorts as the latest."""
    dated = _ordered(clocks.filter(due_at__isnull=False), is_falling=is_falling)
    undated = _ordered(clocks.filter(due_at__isnull=True), is_falling=is_falling)
    if cursor is None:
        return [undated, dated] if is_falling else [dated, undated]
    beyond = {"id__lt" if is_falling else "id__gt": cursor.clock_id}
    if cursor.due_at is None:
        rest = undated.filter(**beyond)
        return [rest, dated] if is_falling else [rest]
    side, strictly = ("due_at__lte", "due_at__lt") if is_falling else ("due_at__gte", "due_at__gt")
    rest = dated.filter(Q(**{strictly: cursor.due_at}) | Q(**beyond), **{side: cursor.due_at})
    return [rest] if is_falling else [rest, undated]


def _ordered(clocks: QuerySet[SlaClock], *, is_falling: bool) -> QuerySet[SlaClock]:
    return clocks.order_by("-due_at", "-id") if is_falling else clocks.order_by("due_at", "id")


def rows_of(*, clocks: Iterable[SlaClock], now: datetime) -> list[QueueRow]:
    """Lines, open holds, marks and tags of a page of clocks, in four queries whatever its length."""
    rows = {clock.order_id: QueueRow(clock=clock, now=now) for clock in clocks}
    for order_id, mark in queue_marks.marks_of(order_ids=rows).items():
        rows[order_id].mark = mark
    for order_id, names in queue_marks.tags_of(order_ids=rows).items():
        rows[order_id].tags = names
    for line in OrderLine.objects.filter(order_id__in=list(rows)).select_related("sku").order_by("pk"):
        rows[line.order_id].lines.append(line)
    for hold in OrderHold.objects.filter(order_id__in=list(rows), lifted_at__isnull=True).order_by("pk"):
        rows[hold.order_id].holds.append(hold)
    return list(rows.values())


def order_ids(*, chosen: QueueFilter, limit: int, now: datetime) -> list[int]:
    """The first orders of a filter, for an act on all of them."""
    clocks = matching(chosen=chosen, now=now)
    if chosen.tab == ANY:
        clocks = clocks.order_by("-id")
    else:
        clocks = _ordered(clocks, is_falling=chosen.tab in CLOSED_TABS)
    return list(clocks.values_list("order_id", flat=True)[:limit])


def is_tab(name: str) -> bool:
    return name in TABS or name in (OPEN, ANY)
