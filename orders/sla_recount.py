"""After a change of the rulebook: the open orders that it touches, counted again, a bounded number at a time.

A walk in key order over the clocks of the touched shops; what an order's intake wrote by the old book meanwhile is found
by `rules_as_of` in a second walk, a while later. A chunk locks its clocks first and then reads what they depend on.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.postgres import updates
from integrations.ports import PlatformDeadlines
from orders import sla, sla_books, sla_drift
from orders.models import ShippingType, SlaClock
from orders.sla_clocks import BITS, Clocks, OrderFacts, ShopFacts, clocks_for
from orders.sla_rules import REGULAR, Metric
from relay import jobs
from relay.jobs import JobKind, Step
from relay.models import Job
from tenancy.actors import Actor
from tenancy.models import Shop

KIND = "orders.deadlines"
CHUNK = 4_000  # clocks written in one transaction
WINDOW = 5_000  # clocks looked at in one query
WINDOWS = 20  # and so often, before a chunk without finds ends
SETTLE_S = 20.0  # an intake that began with the old book is over by then
_REGULAR_TYPES = ("", "normal", "zero_lottery", "auction")
_DUES = ("dispatch", "collection", "cancel_ship", "cancel_collect", "cancel", "deliver")
_ORDER = (
    "pk",
    "seller_id",
    "shop_id",
    "order_id",
    "order__placed_at",
    "order__platform_status",
    "order__paid_at",
    "order__ready_at",
    "order__order_type",
    "order__handling_days",
    "order__released_at",
    "order__shipping_type",
    "order__fulfillment_type",
    "given",
)
_COUNTED = (
    "due_at",
    "due_kind",
    "due_source",
    "rule_key",
    *(f"{name}_due_at" for name in _DUES),
    "promise_due_at",
    "drift",
    "paused_until",
    "at_risk_at",
    "breached_at",
)


@dataclass(frozen=True)
class Touched:
    """Which open orders a change is about. Times are ISO texts: this travels in a job."""

    shop_ids: list[int]
    order_type: str = ""  # empty: all
    shipping_type: str = ""
    rule_key: str = ""  # the rule that has a new version: what it differs by is news again
    placed_from: str = ""
    placed_until: str = ""
    due_from: str = ""

    def clocks(self) -> QuerySet[SlaClock]:
        found = SlaClock.objects.filter(is_open=True, shop_id__in=self.shop_ids)
        if self.order_type == REGULAR:
            found = found.filter(order__order_type__in=_REGULAR_TYPES)
        elif self.order_type:
            found = found.filter(order__order_type=self.order_type)
        if self.shipping_type:
            found = found.filter(order__shipping_type=self.shipping_type)
        if self.placed_from:
            found = found.filter(order__placed_at__gte=self.placed_from)
        if self.placed_until:
            found = found.filter(order__placed_at__lt=self.placed_until)
        if self.due_from:
            later = Q(paused_until__isnull=False)
            for name in _DUES:
                later |= Q(**{f"{name}_due_at__gte": self.due_from})
            found = found.filter(later)
        return found


class Row(NamedTuple):
    """One clock as it is stored, with what its order's deadlines depend on."""

    pk: int
    seller_id: int
    shop_id: int
    order_id: int
    placed_at: datetime
    platform_status: str
    paid_at: datetime | None
    ready_at: datetime | None
    order_type: str
    handling_days: int | None
    released_at: datetime | None
    shipping_type: str
    fulfillment_type: str
    given: int | None
    due_at: datetime | None
    due_kind: str
    due_source: str
    rule_key: str
    dispatch: datetime | None
    collection: datetime | None
    cancel_ship: datetime | None
    cancel_collect: datetime | None
    cancel: datetime | None
    deliver: datetime | None
    promise: datetime | None
    drift: int
    paused_until: datetime | None
    at_risk_at: datetime | None
    breached_at: datetime | None

    def deadlines(self) -> PlatformDeadlines:
        """What the platform gave. Of rows from before this was kept, every time counts as given."""
        has = self.given if self.given is not None else sum(BITS.values())
        cancel_ship = self.cancel_ship if self.given is not None else self.cancel_ship or self.cancel
        return PlatformDeadlines(
            ship_by=self.dispatch if has & BITS[Metric.LATE_DISPATCH] else None,
            collect_by=self.collection if has & BITS[Metric.LATE_COLLECTION] else None,
            cancel_ship_at=cancel_ship if has & BITS[Metric.CANCEL_SHIP] else None,
            cancel_collect_at=self.cancel_collect if has & BITS[Metric.CANCEL_COLLECT] else None,
            deliver_by=self.deliver if has & BITS[Metric.DELIVER_BY] else None,
        )

    def count(self, *, shop: ShopFacts, now: datetime) -> Clocks:
        """Its deadlines by this book."""
        is_ours = self.fulfillment_type == "seller" and self.shipping_type != ShippingType.NONE
        facts = OrderFacts(
            placed_at=self.placed_at,
            platform_status=self.platform_status,
            paid_at=self.paid_at,
            ready_at=self.ready_at,
            order_type=self.order_type,
            is_ours_to_ship=is_ours,
            deadlines=self.deadlines(),
            shipping_type=self.shipping_type,
            handling_days=self.handling_days,
            released_at=self.released_at,
        )
        return clocks_for(order=facts, shop=shop, now=now)


def rows(clocks: QuerySet[SlaClock]) -> Iterator[Row]:
    return map(Row._make, clocks.values_list(*_ORDER, *_COUNTED))


def start(*, touched: Touched, changed_at: datetime, actor: Actor, now: datetime) -> Job | None:
    """Begin the work; None when no open order is touched."""
    total = touched.clocks().count()
    if not total:
        return None
    params = {
        "touched": asdict(touched),
        "changed_at": changed_at.isoformat(),
        "after": 0,
        "is_second": False,
    }
    return jobs.start(kind=KIND, params={**params, "moved": 0}, total=total, actor=actor, now=now)


def step(*, job: Job, actor: Actor, now: datetime) -> Step:
    """One chunk of the walk."""
    params: dict[str, Any] = dict(job.params)
    touched = Touched(**params["touched"])
    stale = Q(rules_as_of__isnull=True) | Q(rules_as_of__lt=datetime.fromisoformat(params["changed_at"]))
    shops = _Shops(now=now)
    done = 0
    for _window in range(WINDOWS):
        until = _end_of_window(touched, after=params["after"])
        waiting = touched.clocks().filter(stale, pk__gt=params["after"])
        waiting = waiting.filter(pk__lte=until) if until else waiting
        count, moved = _recount(waiting, shops=shops, rule_key=touched.rule_key, now=now)
        done, params["moved"], params["after"] = done + count, params["moved"] + moved, until or 0
        if until is None or done >= CHUNK:
            break
    if until is not None:
        return Step(params=params, done=done)
    if params["is_second"]:
        return Step(params=None, done=done)
    return Step(params={**params, "is_second": True}, done=done, wait_s=SETTLE_S)


def _end_of_window(touched: Touched, *, after: int) -> int | None:
    """The key at which this window ends; None for the last one."""
    keys = SlaClock.objects.filter(pk__gt=after, shop_id__in=touched.shop_ids).order_by("pk")
    return keys.values_list("pk", flat=True)[WINDOW - 1 : WINDOW].first()


class _Shops:
    """Facts of the shops, read once per chunk."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.known: dict[int, ShopFacts] = {}

    def __getitem__(self, shop_id: int) -> ShopFacts:
        if shop_id not in self.known:
            self.known[shop_id] = sla_books.facts_of(Shop.objects.get(pk=shop_id))
        return self.known[shop_id]


def _recount(waiting: QuerySet[SlaClock], *, shops: _Shops, rule_key: str, now: datetime) -> tuple[int, int]:
    """Lock, read, count, write. Returns how many there were and how many moved."""
    ids = list(waiting.lock().values_list("pk", flat=True))
    if not ids:
        return 0, 0
    written, same, moved, drifts = [], defaultdict(list), 0, []
    for row in rows(SlaClock.objects.filter(pk__in=ids)):
        shop = shops[row.shop_id]
        clocks = row.count(shop=shop, now=now)
        values = _values(row, clocks, now=now)
        drifts += [
            (row.shop_id, drift._replace(order_id=row.order_id))
            for drift in clocks.drifts
            if drift.rule.key == rule_key or not row.drift & BITS[drift.metric]
        ]
        if tuple(values.values()) == row[-len(_COUNTED) :]:
            same[shop.book.changed_at].append(row.pk)
            continue
        moved += has_moved(row, clocks)
        key = {"id": row.pk, "seller_id": row.seller_id, "rules_as_of": shop.book.changed_at}
        written.append({**key, **values})
    updates.update_many(model=SlaClock, columns=[*_COUNTED, "rules_as_of"], rows=written)
    for changed_at, unchanged in same.items():
        SlaClock.objects.filter(pk__in=unchanged).update(rules_as_of=changed_at)
    sla_drift.announce(drifts)
    return len(ids), moved


def has_moved(row: Row, clocks: Clocks) -> bool:
    """Whether any of its deadlines is another one than before."""
    before = (row.due_at, row.dispatch, row.collection, row.cancel, row.deliver, row.promise)
    after = (
        clocks.pressing,
        clocks.dispatch,
        clocks.collection,
        clocks.cancel,
        clocks.deliver,
        clocks.promise,
    )
    return before != tuple(due.at if due else None for due in after)


def _values(row: Row, clocks: Clocks, *, now: datetime) -> dict[str, Any]:
    """The counted columns, in their order."""
    values = sla.deadline_values(clocks)
    values["at_risk_at"], values["breached_at"] = sla.warnings(
        values["due_at"], at_risk_at=row.at_risk_at, breached_at=row.breached_at, now=now
    )
    return {name: values[name] for name in _COUNTED}


jobs.register(
    JobKind(name=KIND, words=_("Deadlines by the changed rules"), step=step, permission="orders.view")
)
