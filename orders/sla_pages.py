"""Reads for the rulebook's pages: rules with what holds today, what comes, the history in sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import sla_books, sla_words
from orders.models import CalendarNotice, ChangeKind, NoticeEffect, RuleChange, ShopTerms
from orders.sla_rules import Rule, from_data, markets, region_code, shipped
from tenancy.models import Shop

_PROMISE = {
    "promise_hours": gettext_lazy("hours"),
    "peak_promise_hours": gettext_lazy("in peak time"),
    "peak_from_on": gettext_lazy("peak from"),
    "peak_until_on": gettext_lazy("peak until"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule with its versions: the one for orders of today, and the next if one is waiting."""

    rule: Rule
    versions: tuple[Rule, ...]
    next: Rule | None

    @property
    def label(self) -> str:
        return str(sla_words.METRICS[self.rule.metric])

    @property
    def order_type(self) -> str:
        return str(sla_words.ORDER_TYPES.get(self.rule.order_type, self.rule.order_type))

    @property
    def words(self) -> str:
        return sla_words.rule_words(self.rule)

    @property
    def confidence(self) -> str:
        return str(sla_words.CONFIDENCE[self.rule.confidence])

    @property
    def place(self) -> str:
        parts = [self.rule.region, self.rule.sub_region.capitalize()]
        if self.rule.is_cross_border:
            parts.append(_("cross-border"))
        return " · ".join(part for part in parts if part)


def rule_rows(*, on: date, region: str = "", doubt: str = "") -> list[RuleRow]:
    """Every rule of the shipped book and the seller's own, by region. `doubt`: sure, unsure, off, own."""
    by_key: dict[str, list[Rule]] = {}
    for rule in (*shipped(), *sla_books.own_rules()):
        if not region or rule.region == region:
            by_key.setdefault(rule.key, []).append(rule)
    rows = [row_of(versions, on=on) for versions in by_key.values()]
    rows.sort(key=lambda row: (row.rule.region, row.rule.sub_region, row.rule.is_cross_border, row.rule.key))
    return [row for row in rows if _fits(row, doubt)]


def _fits(row: RuleRow, doubt: str) -> bool:
    return {
        "sure": row.rule.is_on and row.rule.is_sure,
        "unsure": row.rule.is_on and not row.rule.is_sure,
        "off": not row.rule.is_on,
        "own": any(rule.is_own for rule in row.versions),
    }.get(doubt, True)


def row_of(versions: list[Rule], *, on: date) -> RuleRow:
    holding = [rule for rule in versions if rule.holds_on(on)]
    rule = max(holding, key=lambda one: (one.is_own, one.version), default=versions[-1])
    later = [one for one in versions if one.valid_from > on and (one.is_own or not rule.is_own)]
    return RuleRow(rule, tuple(versions), min(later, key=lambda one: one.valid_from, default=None))


def regions_of_shops() -> list[str]:
    """Where the seller sells, for the filter."""
    return sorted({region_code(region) for region in Shop.objects.values_list("region", flat=True)})


def all_regions() -> list[str]:
    return sorted(markets())


@dataclass(frozen=True)
class ShopRow:
    """One shop's promise and place."""

    shop: Shop
    sub_region: str
    parts: tuple[str, ...]


def shop_rows() -> list[ShopRow]:
    places = dict(ShopTerms.objects.values_list("shop_id", "sub_region"))
    found = []
    for shop in Shop.objects.order_by("name"):
        market = markets().get(region_code(shop.region))
        parts = tuple(market.sub_regions) if market else ()
        found.append(ShopRow(shop, places.get(shop.pk, ""), parts))
    return found


def notices(*, today: date) -> list[dict[str, Any]]:
    """Newest first, with whether they are over."""
    rows = CalendarNotice.objects.order_by("-starts_on", "-pk")[:200]
    return [{"notice": row, "is_over": row.ends_on < today} for row in rows]


@dataclass(frozen=True)
class Line:
    """One change in the history, in a sentence for before and one for after."""

    change: RuleChange
    what: str
    before: str
    after: str

    @property
    def can_undo(self) -> bool:
        return self.change.undone_at is None and self.change.undo_of_id is None


def lines(changes: list[RuleChange]) -> list[Line]:
    return [
        Line(
            change=change,
            what=str(ChangeKind(change.kind).label),
            before=_words(change.kind, change.before),
            after=_words(change.kind, change.after),
        )
        for change in changes
    ]


def changes(*, shop_slugs: list[str] | None) -> QuerySet[RuleChange]:
    """The history, newest first; who sees only some shops reads of those, and of what holds for all."""
    found = RuleChange.objects.order_by("-at", "-pk")
    if shop_slugs is None:
        return found
    about_shops = (ChangeKind.PROMISE, ChangeKind.PLACE)
    return found.filter(~Q(kind__in=about_shops) | Q(subject__in=shop_slugs))


def _words(kind: str, data: dict[str, Any] | None) -> str:
    if data is None:
        return _("nothing")
    if kind == ChangeKind.RULE:
        rule = from_data(data)
        text = f"v{rule.version}: {sla_words.rule_words(rule)}"
        return text if rule.is_on else f"{text} {_('(switched off)')}"
    if kind == ChangeKind.NOTICE:
        effect = NoticeEffect(data["effect"]).label
        return f"{data['starts_on']} – {data['ends_on']}: {effect} · {data['words']}"
    if kind == ChangeKind.PLACE:
        return data["sub_region"].capitalize() or _("the whole region")
    parts = (f"{_PROMISE[name]} {value if value is not None else '—'}" for name, value in data.items())
    return _(", ").join(parts)
