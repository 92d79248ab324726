"""Orders in: one upsert for webhook, poll and file. The newest picture wins, nothing is taken twice.

A batch costs a constant number of queries. New orders are reviewed before they are written, so that each row is written once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from catalog import listings
from integrations.ports import PlatformOrder
from orders import (
    cancellation,
    contacts,
    history,
    intake_rows,
    parts,
    platform_parcels,
    review,
    review_cases,
    review_facts,
    sla,
    sla_drift,
)
from orders.events import OrderChanged
from orders.models import (
    BuyerContact,
    HistoryKind,
    Order,
    OrderLine,
    OrderState,
    PlatformStatus,
    SlaClock,
)
from orders.review_cases import Case
from orders.states import ORDER_MACHINE, OrderAction
from relay import outbox
from tenancy.actors import PLATFORM
from tenancy.models import Shop

log = structlog.get_logger(__name__)

RETRIES = 3
# A new order in one of these states needs our floor; further on somebody else has seen to it.
_FRESH = (PlatformStatus.UNPAID, PlatformStatus.ON_HOLD, PlatformStatus.AWAITING_SHIPMENT)


@dataclass(frozen=True)
class IntakeResult:
    """What became of a batch. `order_ids` are those that are new or changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    order_ids: tuple[int, ...] = ()

    def __add__(self, other: "IntakeResult") -> "IntakeResult":
        return IntakeResult(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.order_ids + other.order_ids,
        )


def import_orders(*, shop: Shop, orders: Sequence[PlatformOrder], source: str, now: datetime) -> IntakeResult:
    """Take in a batch of one shop (best 50-100). Safe to repeat, and beside another worker with the same orders."""
    if not orders:
        return IntakeResult()
    for attempt in range(RETRIES):
        try:
            with transaction.atomic():
                result = _Batch(shop=shop, orders=orders, source=source, now=now).take()
        except IntegrityError:
            # Another worker stored one of these in the same moment; now its row is there to be compared with.
            if attempt == RETRIES - 1:
                raise
            continue
        log.info("orders.taken_in", shop_id=shop.pk, source=source, new=result.new, changed=result.changed)
        return result
    raise AssertionError("the loop returns or raises")


def _newest(orders: Iterable[PlatformOrder]) -> dict[str, PlatformOrder]:
    """One picture per order, in one order everywhere: two workers must not wait for each other crosswise."""
    newest: dict[str, PlatformOrder] = {}
    for order in orders:
        seen = newest.get(order.platform_order_id)
        if seen is None or order.updated_at >= seen.updated_at:
            newest[order.platform_order_id] = order
    return dict(sorted(newest.items()))


class _Batch:
    """One call of `import_orders`."""

    def __init__(self, *, shop: Shop, orders: Sequence[PlatformOrder], source: str, now: datetime) -> None:
        self.shop, self.source, self.now = shop, source, now
        self.pictures = _newest(orders)
        self.digests = {key: intake_rows.digest(picture) for key, picture in self.pictures.items()}

    def take(self) -> IntakeResult:
        stored = {
            order.platform_order_id: order
            for order in Order.objects.lock().filter(
                shop=self.shop, platform_order_id__in=list(self.pictures)
            )
        }
        fresh = [key for key in self.pictures if key not in stored]
        moved = [key for key, order in stored.items() if self._is_news(order, self.pictures[key])]
        if not fresh and not moved:
            return IntakeResult(unchanged=len(stored))
        self.facts = sla.shop_facts(self.shop)
        self.known = listings.for_lines(
            shop=self.shop,
            lines=[line for key in [*fresh, *moved] for line in self.pictures[key].lines],
            now=self.now,
        )
        made = self._make(fresh) if fresh else []
        changed = self._change([stored[key] for key in moved]) if moved else []
        sla_drift.announce((self.shop.pk, drift) for drift in self.facts.drifts)
        return IntakeResult(
            new=len(made),
            changed=len(changed),
            unchanged=len(stored) - len(changed),
            order_ids=tuple(order.pk for order in [*made, *changed]),
        )

    def _is_news(self, order: Order, picture: PlatformOrder) -> bool:
        if order.intake_digest == self.digests[order.platform_order_id]:
            return False
        if self.source == "api" and order.source == "file":
            return True  # the shop was connected: a file's times were only gathered from its columns
        if picture.updated_at < order.platform_updated_at:
            return False
        # A file knows less than the platform's own answer of the same moment.
        is_poorer = self.source == "file" and order.source == "api"
        return not (is_poorer and picture.updated_at == order.platform_updated_at)

    # --- new orders ---

    def _make(self, keys: list[str]) -> list[Order]:
        orders = []
        for key in keys:
            order = intake_rows.new_order(
                shop=self.shop, platform=self.pictures[key], source=self.source, now=self.now
            )
            order.intake_digest = self.digests[key]
            orders.append(order)
        cases = self._decide_new(orders)
        Order.objects.insert_many(orders)
        for case in cases:
            for line in case.lines:
                line.order_id = case.order.pk
        OrderLine.objects.insert_many(line for case in cases for line in case.lines)
        BuyerContact.objects.insert_values(self._contacts(orders, known={}))
        SlaClock.objects.insert_many(self._clock(case) for case in cases)
        history.record_many([self._taken_in(order) for order in orders])
        # Those that were over on arrival have been decided by what they are.
        review_cases.write(
            cases=[case for case in cases if case.order.state in review.REVIEWABLE],
            actor=review.AUTO,
            now=self.now,
            save_orders=False,
        )
        self._announce([order for order in orders if order.platform_status not in _FRESH])
        return orders

    def _decide_new(self, orders: list[Order]) -> list[Case]:
        lines = [
            intake_rows.lines(order, self.pictures[order.platform_order_id], self.known) for order in orders
        ]
        flat = [line for own in lines for line in own]
        shelf = iter(parts.parts_of(lines=flat))
        cases = []
        for order, own in zip(orders, lines, strict=True):
            picture = self.pictures[order.platform_order_id]
            case = Case(
                order=order,
                address=picture.address,
                lines=own,
                parts=[next(shelf) for _line in own],
                platform_package_id=_only(picture.platform_package_ids),
            )
            cases.append(case)
        fresh = [case for case in cases if case.order.state == OrderState.PENDING_REVIEW]
        review_facts.look_up(cases=fresh)
        for case in fresh:
            review_cases.decide(case, now=self.now)
        return cases

    def _clock(self, case: Case) -> SlaClock:
        order = case.order
        clock = SlaClock(
            seller_id=order.seller_id, shop_id=order.shop_id, order_id=order.pk, started_at=order.placed_at
        )
        return sla.set_clock(
            clock,
            order=order,
            facts=intake_rows.facts(order, self.pictures[order.platform_order_id]),
            shop=self.facts,
            package_states=["planned"] if case.needs_plan else [],
            now=self.now,
        )

    def _taken_in(self, order: Order):
        return history.entry(
            order=order,
            at=self.now,
            actor=PLATFORM,
            kind=HistoryKind.PLATFORM,
            action="order.taken_in",
            to_state=order.state,
            status=order.platform_status,
            source=self.source,
        )

    # --- orders that are here already ---

    def _change(self, orders: list[Order]) -> list[Order]:
        self.statuses = {order.pk: order.platform_status for order in orders}
        stored_lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
        for line in OrderLine.objects.filter(order_id__in=list(stored_lines)).order_by("pk"):
            stored_lines[line.order_id].append(line)
        kept = {
            order_id: (is_masked, digest)
            for order_id, is_masked, digest in BuyerContact.objects.filter(
                order_id__in=list(stored_lines), erased_at=None
            )
            .exclude(sealed="")
            .values_list("order_id", "is_masked", "digest")
        }
        known = {order_id: is_masked for order_id, (is_masked, _digest) in kept.items()}
        moved = contacts.readdressed(orders=orders, pictures=self.pictures, kept=kept)
        contacts.forget_waivers(order_ids=[order.pk for order in moved])
        erased = set(
            BuyerContact.objects.filter(order_id__in=list(stored_lines), erased_at__isnull=False).values_list(
                "order_id", flat=True
            )
        )
        merged = {}
        for order in orders:
            picture = self.pictures[order.platform_order_id]
            intake_rows.fill(order, picture, source=self.source)
            order.intake_digest = self.digests[order.platform_order_id]
            merged[order.pk] = intake_rows.merged_lines(order, picture, self.known, stored_lines[order.pk])
        self._write_lines([line for own, _changed in merged.values() for line in own])
        BuyerContact.objects.bulk_create(
            [
                BuyerContact(**values)
                for values in self._contacts(
                    [order for order in orders if order.pk not in erased], known=known
                )
            ],
            update_conflicts=True,
            unique_fields=["seller", "order"],
            update_fields=contacts.COLUMNS,
        )
        cancelled, completed, living = self._sort_out(orders)
        cases = self._decide_changed(living, merged)
        Order.objects.update_many(orders, intake_rows.WRITTEN)
        self._record_status(orders)
        review_cases.write(cases=cases, actor=review.AUTO, now=self.now, save_orders=False)
        cancellation.follow(orders=cancelled, actor=PLATFORM, now=self.now)
        cancellation.close_holds(order_ids=[order.pk for order in completed], actor=PLATFORM, now=self.now)
        platform_parcels.follow(orders=orders, pictures=self.pictures, now=self.now)
        self._write_clocks(orders)
        contacts.announce(orders=[order for order in moved if order.state in review.REVIEWABLE], now=self.now)
        self._announce([order for order in orders if order.platform_status != self.statuses[order.pk]])
        return orders

    def _write_lines(self, lines: list[OrderLine]) -> None:
        OrderLine.objects.update_many([line for line in lines if line.pk], intake_rows.LINE_WRITTEN)
        OrderLine.objects.insert_many([line for line in lines if not line.pk])

    def _sort_out(self, orders: list[Order]) -> tuple[list[Order], list[Order], list[Order]]:
        """Cancelled now, completed now, and those that review looks at again."""
        cancelled, completed, living = [], [], []
        for order in orders:
            if order.platform_status == PlatformStatus.CANCELLED:
                if cancellation.cancel(order):
                    cancelled.append(order)
            elif order.platform_status == PlatformStatus.COMPLETED:
                if ORDER_MACHINE.allows(order.state, OrderAction.COMPLETE):
                    order.state = ORDER_MACHINE.next(order.state, OrderAction.COMPLETE)
                    completed.append(order)
            elif order.state in review.REVIEWABLE:
                living.append(order)
        return cancelled, completed, living

    def _decide_changed(
        self, orders: list[Order], merged: Mapping[int, tuple[list[OrderLine], bool]]
    ) -> list[Case]:
        cases = review.cases_of(orders=orders) if orders else []
        for case in cases:
            picture = self.pictures[case.order.platform_order_id]
            case.has_changed_lines = merged[case.order.pk][1]
            case.platform_package_id = _only(picture.platform_package_ids)
            review_cases.decide(case, now=self.now)
        return cases

    def _record_status(self, orders: list[Order]) -> None:
        history.record_many(
            [
                history.entry(
                    order=order,
                    at=self.now,
                    actor=PLATFORM,
                    kind=HistoryKind.PLATFORM,
                    action="order.platform_status",
                    from_state=self.statuses[order.pk],
                    to_state=order.platform_status,
                    told_at=order.platform_updated_at.isoformat(),
                )
                for order in orders
                if order.platform_status != self.statuses[order.pk]
            ]
        )

    def _write_clocks(self, orders: list[Order]) -> None:
        by_id = {order.pk: order for order in orders}
        # The clocks first: the floor may be moving these packages at this moment.
        clocks = list(SlaClock.objects.lock().filter(order_id__in=list(by_id)))
        states = sla.package_states(by_id)
        for clock in clocks:
            order = by_id[clock.order_id]
            sla.set_clock(
                clock,
                order=order,
                facts=intake_rows.facts(order, self.pictures[order.platform_order_id]),
                shop=self.facts,
                package_states=states[order.pk],
                now=self.now,
            )
        SlaClock.objects.update_many(clocks, sla.WRITTEN)

    # --- both ---

    def _contacts(self, orders: list[Order], *, known: Mapping[int, bool]) -> list[dict[str, object]]:
        """By column. `known`: order id -> whether what is kept is masked. A mask never overwrites what could be read."""
        pairs = [(order, self.pictures[order.platform_order_id].address) for order in orders]
        return [
            contacts.values(order=order, address=address)
            for order, address in pairs
            if contacts.is_better(address=address, known_masked=known.get(order.pk))
        ]

    def _announce(self, orders: list[Order]) -> None:
        outbox.publish_many(
            OrderChanged(order_id=order.pk, platform_status=order.platform_status) for order in orders
        )


def _only(ids: Sequence[str]) -> str:
    """The parcel's id where there is just one."""
    return ids[0][:40] if len(ids) == 1 else ""
