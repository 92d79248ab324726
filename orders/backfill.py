"""A shop's past, up to 90 days of it, newest first: a long job whose mark is the moment it has come back to.

It can wait: it takes a share of the calls and steps aside while hinted-at orders of the same shop are due. Orders that are
over keep their own times and ask nothing of the floor.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import RuleViolation
from core.http import NeedsReauthorization, RemoteError
from integrations import connections
from integrations.connections import NotConnected
from integrations.ports import OrderList, Page, ShopPlatform
from orders import broken_orders
from orders.models import OrderPull, PlatformStatus
from relay import backoff, jobs
from relay.jobs import RowResult, Step
from relay.models import OPEN_JOBS, Job, RowState
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Shop

KIND = "orders.backfill"
LONGEST = timedelta(days=90)
SHARE = 0.25  # of the calls that the platform allows; the rest belongs to live orders
PAGE = 100
STEP_ASIDE_S = 5.0
MOST_STEPS_ASIDE = 6  # then a page is read all the same: slow, but never stuck
MOST_FAILURES = 40
# Orders that the floor may have to work on are read in full; of the others the list tells enough.
_OPEN = frozenset(
    (
        PlatformStatus.UNPAID,
        PlatformStatus.ON_HOLD,
        PlatformStatus.AWAITING_SHIPMENT,
        PlatformStatus.PARTIALLY_SHIPPING,
        PlatformStatus.AWAITING_COLLECTION,
    )
)


class CannotBackfill(RuleViolation):
    """The past of this shop cannot be fetched (now)."""

    code = "cannot_backfill"
    status = 409


class BadDays(CannotBackfill):
    """Not a number of days that can be fetched."""

    code = "bad_days"
    status = 422


@dataclass(frozen=True)
class Fetched:
    """One page from the platform, or why there is none this time."""

    page: Page = field(default_factory=lambda: Page(items=()))
    orders: OrderList = field(default_factory=OrderList)
    wait_s: float = 0.0
    why: str = ""  # empty when there is a page; else steps_aside, ended, or the failure's code


@transaction.atomic
def start(*, shop_id: int, days: int, actor: Actor, now: datetime) -> Job:
    """Begin to fetch what was placed in the last `days` days. One at a time per shop."""
    shop = Shop.objects.lock().get(pk=shop_id)
    if not 1 <= days <= LONGEST.days:
        raise BadDays(_("Choose between 1 and %(days)s days.") % {"days": LONGEST.days})
    if connections.connection_of(seller_id=shop.seller_id, shop_id=shop.pk) is None:
        raise CannotBackfill(
            _("This shop works by files. Connect it first, or upload the export of that time.")
        )
    if running(shop_id=shop.pk) is not None:
        raise CannotBackfill(_("The past of this shop is being fetched already."))
    params = {
        "shop_id": shop.pk,
        "from": clock.to_epoch(now - timedelta(days=days)),
        "back_to": clock.to_epoch(now),
        "token": "",
        "edge": [],
        "failures": 0,
        "aside": 0,
        "why": "",
    }
    return jobs.start(kind=KIND, params=params, actor=actor, now=now)


def running(*, shop_id: int) -> Job | None:
    """The run of this shop that has not ended."""
    return Job.objects.filter(kind=KIND, state__in=OPEN_JOBS, asked__shop_id=shop_id).first()


def go_on(*, shop_ids: Collection[int], now: datetime) -> None:
    """Runs that waited for a new authorization need not wait any longer."""
    waiting = Job.objects.filter(kind=KIND, state__in=OPEN_JOBS, asked__shop_id__in=list(shop_ids))
    waiting.update(not_before=now)


def fetch(*, job: Job, now: datetime) -> Fetched:
    """The next page, outside of any transaction. What goes wrong over there is waited out."""
    at = job.params
    with scoping.scope(sellers=[job.seller_id]):
        has_live_work = OrderPull.objects.filter(shop_id=at["shop_id"], not_before__lte=now).exists()
    if has_live_work and at["aside"] < MOST_STEPS_ASIDE:
        return Fetched(wait_s=STEP_ASIDE_S, why="steps_aside")
    try:
        client = connections.shop_client(seller_id=job.seller_id, shop_id=at["shop_id"], share=SHARE)
        page = client.orders_placed(
            placed_from=_moment(at["from"]),
            placed_to=_moment(at["back_to"]),
            page_token=at["token"],
            page_size=PAGE,
        )
        return Fetched(page=page, orders=_in_full(client, page))
    except NotConnected as error:
        raise CannotBackfill(_("The shop was disconnected.")) from error
    except NeedsReauthorization:
        return Fetched(wait_s=backoff.LONGEST_S, why="ended")
    except RemoteError as error:
        if at["failures"] >= MOST_FAILURES:
            raise
        wait = backoff.delay(at["failures"] + 1, at_least_s=error.retry_after or 0.0)
        return Fetched(wait_s=wait.total_seconds(), why=error.code or "failed")


def _in_full(client: ShopPlatform, page: Page) -> OrderList:
    wanted = [item.platform_order_id for item in page.items if item.status in _OPEN]
    wanted += [one.platform_order_id for one in page.broken if one.platform_order_id]
    over = OrderList(
        [item for item in page.items if item.status not in _OPEN],
        broken=[one for one in page.broken if not one.platform_order_id],
    )
    return over.plus(client.get_orders(platform_order_ids=wanted)) if wanted else over


def step(*, job: Job, actor: Actor, now: datetime, fetched: Fetched) -> Step:
    """Take the page in and move the mark, in one transaction: what is killed reads this page once more, no more."""
    at = job.params
    if fetched.why == "steps_aside":
        return Step(params={**at, "aside": at["aside"] + 1}, wait_s=fetched.wait_s)
    if fetched.why:
        failures = at["failures"] + (fetched.why != "ended")
        return Step(params={**at, "failures": failures, "why": fetched.why}, wait_s=fetched.wait_s)
    shop = Shop.objects.get(pk=at["shop_id"])
    result = broken_orders.take_in(
        shop=shop, orders=fetched.orders, broken=fetched.orders.broken, source="api", now=now
    )
    edge = set(at["edge"])
    here = [item for item in fetched.page.items if item.platform_order_id not in edge]
    fresh = result.new + result.changed
    rows = [
        RowResult(one.platform_order_id, None, RowState.FAILED, broken_orders.explain(one))
        for one in fetched.orders.broken
        if one.platform_order_id not in edge
    ]
    return Step(
        params=_next(at, fetched.page),
        done=min(fresh, len(here)),
        skipped=max(len(here) - fresh, 0),
        failed=len(rows),
        rows=rows,
        total=job.total if job.total is not None else fetched.page.total,
    )


def _next(at: dict[str, Any], page: Page) -> dict[str, Any] | None:
    """Where the next page begins: by time, which stays true for ever; by their token only within one crowded second."""
    if not page.next_token or not (page.items or page.broken):
        return None
    rested = {**at, "failures": 0, "aside": 0, "why": ""}
    oldest = min((clock.to_epoch(item.placed_at) for item in page.items), default=at["back_to"])
    if oldest + 1 >= at["back_to"]:
        return {**rested, "token": page.next_token}
    edge = [item.platform_order_id for item in page.items if clock.to_epoch(item.placed_at) == oldest]
    return {**rested, "back_to": oldest + 1, "token": "", "edge": edge}


def _moment(epoch: int) -> datetime:
    found = clock.from_epoch(epoch)
    if found is None:
        raise CannotBackfill(_("The mark of this run is damaged. Start it again."))
    return found


jobs.register(
    jobs.JobKind(
        name=KIND,
        words=gettext_lazy("Fetching a shop's past"),
        step=step,
        fetch=fetch,
        permission="settings.connect",
    )
)
