"""What a change of the rulebook would do to the open orders, before anybody makes it. Writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models.functions import Mod

from orders import sla_books, sla_recount
from orders.sla_book import Book, Notice
from orders.sla_clocks import ShopFacts
from orders.sla_recount import Touched
from orders.sla_rules import Rule
from tenancy.models import Shop

LOOKED_AT = 4_000  # of more orders, every n-th stands for the others


@dataclass(frozen=True)
class Preview:
    """“Would move 214 open orders: 12 would be overdue.”"""

    touched: int
    moved: int
    overdue: int  # of the moved, those that would be past their pressing deadline and are not yet
    relieved: int  # the other way round
    is_about: bool  # worked out from a part of them


def of_rule(rule: Rule, *, touched: Touched, now: datetime) -> Preview:
    """A new version beside all others."""

    def changed(book: Book) -> Book:
        return replace(book, rules=(*book.rules, rule))

    return _preview(touched, changed=changed, now=now)


def of_notice(notice: Notice, *, touched: Touched, now: datetime) -> Preview:
    """One more notice."""

    def changed(book: Book) -> Book:
        return replace(book, notices=(*book.notices, notice))

    return _preview(touched, changed=changed, now=now)


def _preview(touched: Touched, *, changed: Callable[[Book], Book], now: datetime) -> Preview:
    clocks = touched.clocks()
    total = clocks.count()
    every = -(-total // LOOKED_AT) or 1
    if every > 1:
        clocks = clocks.annotate(turn=Mod("pk", every)).filter(turn=0)
    facts = _facts(touched, changed=changed)
    looked_at = moved = overdue = relieved = 0
    for row in sla_recount.rows(clocks):
        looked_at += 1
        counted = row.count(shop=facts[row.shop_id], now=now)
        if not sla_recount.has_moved(row, counted):
            continue
        moved += 1
        was_late = row.due_at is not None and row.due_at <= now
        is_late = counted.pressing is not None and counted.pressing.at <= now
        overdue += is_late and not was_late
        relieved += was_late and not is_late
    share = total / looked_at if looked_at else 0.0
    return Preview(
        touched=total,
        moved=round(moved * share),
        overdue=round(overdue * share),
        relieved=round(relieved * share),
        is_about=every > 1,
    )


def _facts(touched: Touched, *, changed: Callable[[Book], Book]) -> dict[int, ShopFacts]:
    found = {}
    for shop in Shop.objects.filter(pk__in=touched.shop_ids):
        facts = sla_books.facts_of(shop)
        found[shop.pk] = replace(facts, book=changed(facts.book))
    return found
