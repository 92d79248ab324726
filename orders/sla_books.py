"""Books from the database: a shop's rules with what its seller edited, kept in memory until something changes."""

from datetime import datetime

from django.db.models import OuterRef, Subquery

from integrations.models import ShopLink
from orders.calendars import Span
from orders.models import CalendarNotice, RuleVersion, ShopTerms
from orders.sla_book import Book, Notice, Place
from orders.sla_clocks import ShopFacts
from orders.sla_rules import Rule, from_data, region_code, shipped
from tenancy.models import Shop

_SHOPS_KEPT = 2_000
_books: dict[int, Book] = {}


def facts_of(shop: Shop) -> ShopFacts:
    """One query tells where the shop stands and whether the book that is in memory still holds."""
    terms = ShopTerms.objects.filter(shop=OuterRef("pk"))
    found = (
        Shop.objects.filter(pk=shop.pk)
        .annotate(
            cross=Subquery(ShopLink.objects.filter(shop=OuterRef("pk")).values("is_cross_border")[:1]),
            part=Subquery(terms.values("sub_region")[:1]),
            changed=Subquery(terms.values("rules_changed_at")[:1]),
        )
        .values_list("cross", "part", "changed")
        .get()
    )
    is_cross_border, sub_region, changed_at = found
    place = Place(region_code(shop.region), shop.time_zone, sub_region or "", bool(is_cross_border))
    return ShopFacts(
        region=shop.region,
        time_zone=shop.time_zone,
        promise_hours=shop.promise_hours,
        peak_promise_hours=shop.peak_promise_hours,
        peak_from_on=shop.peak_from_on,
        peak_until_on=shop.peak_until_on,
        is_cross_border=place.is_cross_border,
        book=_book(shop_id=shop.pk, place=place, changed_at=changed_at),
    )


def _book(*, shop_id: int, place: Place, changed_at: datetime | None) -> Book:
    book = _books.get(shop_id)
    if book is None or book.place != place or book.changed_at != changed_at:
        book = compiled(place=place, changed_at=changed_at)
        if len(_books) >= _SHOPS_KEPT:
            _books.clear()
        _books[shop_id] = book
    return book


def compiled(*, place: Place, changed_at: datetime | None = None) -> Book:
    """The book of a place as the seller in scope has it now."""
    rules = [rule for rule in shipped() if rule.region == place.region]
    return Book(place, (*rules, *own_rules(region=place.region)), notices(region=place.region), changed_at)


def own_rules(*, region: str = "") -> list[Rule]:
    """The seller's versions that were not undone."""
    rows = RuleVersion.objects.filter(undone_at__isnull=True).order_by("key", "version")
    found = [from_data(row.record) for row in rows]
    return [rule for rule in found if not region or rule.region == region]


def notices(*, region: str) -> tuple[Notice, ...]:
    """What was announced for a region and not withdrawn."""
    rows = CalendarNotice.objects.filter(region=region, withdrawn_at__isnull=True).order_by("starts_on", "pk")
    return tuple(
        Notice(
            row.region,
            row.effect,
            Span(row.starts_on, row.ends_on, row.words, row.extra_days),
            row.sub_region,
        )
        for row in rows
    )
