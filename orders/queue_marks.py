"""Flags and tags on orders: put on and taken off, one or many; what a page of the queue shows of them; filters by them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import history
from orders.models import Flag, HistoryKind, Order, OrderHistory, OrderMark, OrderTag, Tag
from orders.review import RowResult
from tenancy.actors import Actor

LONGEST_TAG = 40
MOST_TAGS = 200


class BadMark(RuleViolation):
    """No such flag, or no word that can be a tag."""

    code = "bad_mark"


def checked_tag(name: str) -> str:
    """The tag as it is stored; raises BadMark."""
    name = " ".join(name.replace(",", " ").split())
    if not name:
        raise BadMark(_("Name the tag first."))
    if len(name) > LONGEST_TAG:
        raise BadMark(_("A tag has at most %(count)s characters.") % {"count": LONGEST_TAG})
    return name


@transaction.atomic
def flag_many(*, order_ids: Collection[int], flag: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Put this flag on orders; an empty one takes their flags off."""
    if flag and flag not in Flag.values:
        raise BadMark(_("There is no such flag."))
    orders = _orders(order_ids)
    before = dict(
        OrderMark.objects.filter(order_id__in=[order.pk for order in orders]).values_list("order_id", "flag")
    )
    changed = [order for order in orders if before.get(order.pk, "") != flag]
    OrderMark.objects.bulk_create(
        [
            OrderMark(
                shop_id=order.shop_id,
                order=order,
                flag=flag,
                flagged_by=actor.label if flag else "",
                changed_at=now,
            )
            for order in changed
        ],
        update_conflicts=True,
        unique_fields=["seller", "order"],
        update_fields=["flag", "flagged_by", "changed_at"],
    )
    _keep(
        orders=changed,
        action="mark.flagged" if flag else "mark.unflagged",
        actor=actor,
        now=now,
        **({"flag": flag} if flag else {}),
    )
    same = _("It has this flag already.") if flag else _("It has no flag.")
    return _results(orders, changed=changed, why_not=same)


@transaction.atomic
def tag_many(*, order_ids: Collection[int], name: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Put a tag on orders; a new word becomes a tag of the seller."""
    name = checked_tag(name)
    tag = Tag.objects.filter(name=name).first()
    if tag is None:
        if Tag.objects.count() >= MOST_TAGS:
            raise BadMark(_("There are %(count)s tags already: use one of them.") % {"count": MOST_TAGS})
        tag, _is_new = Tag.objects.get_or_create(
            name=name, defaults={"created_at": now, "created_by": actor.label}
        )
    orders = _orders(order_ids)
    has_it = set(
        OrderTag.objects.filter(tag=tag, order_id__in=[order.pk for order in orders]).values_list(
            "order_id", flat=True
        )
    )
    changed = [order for order in orders if order.pk not in has_it]
    OrderTag.objects.bulk_create(
        [OrderTag(shop_id=order.shop_id, order=order, tag=tag) for order in changed], ignore_conflicts=True
    )
    _keep(orders=changed, action="mark.tagged", actor=actor, now=now, tag=name)
    return _results(orders, changed=changed, why_not=_("It has this tag already."))


@transaction.atomic
def untag_many(*, order_ids: Collection[int], name: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Take a tag off orders."""
    name = checked_tag(name)
    orders = _orders(order_ids)
    tagged = OrderTag.objects.filter(tag__name=name, order_id__in=[order.pk for order in orders])
    has_it = set(tagged.values_list("order_id", flat=True))
    changed = [order for order in orders if order.pk in has_it]
    OrderTag.objects.filter(tag__name=name, order_id__in=has_it).delete()
    _keep(orders=changed, action="mark.untagged", actor=actor, now=now, tag=name)
    return _results(orders, changed=changed, why_not=_("It does not have this tag."))


def _orders(order_ids: Collection[int]) -> list[Order]:
    """In one order for everybody, so that two bulk acts never wait for each other crosswise."""
    return list(Order.objects.lock().filter(pk__in=list(order_ids)))


def _keep(*, orders: Iterable[Order], action: str, actor: Actor, now: datetime, **data: object) -> None:
    lines: list[OrderHistory] = [
        history.entry(order=order, at=now, actor=actor, kind=HistoryKind.NOTE, action=action, **data)
        for order in orders
    ]
    if lines:
        history.record_many(lines)


def _results(orders: list[Order], *, changed: list[Order], why_not: str) -> list[RowResult]:
    done = {order.pk for order in changed}
    return [
        RowResult(order.pk, order.platform_order_id, "done", "")
        if order.pk in done
        else RowResult(order.pk, order.platform_order_id, "skipped", why_not)
        for order in orders
    ]


def marks_of(*, order_ids: Iterable[int]) -> dict[int, OrderMark]:
    """Order id -> its flag and newest note."""
    return {mark.order_id: mark for mark in OrderMark.objects.filter(order_id__in=list(order_ids))}


def tags_of(*, order_ids: Iterable[int]) -> dict[int, list[str]]:
    """Order id -> names of its tags."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = OrderTag.objects.filter(order_id__in=list(order_ids)).order_by("tag__name")
    for order_id, name in rows.values_list("order_id", "tag__name"):
        found[order_id].append(name)
    return found


def tag_names() -> list[str]:
    """Every tag of the seller, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True))


def marked(*, flags: Iterable[str], tags: Iterable[str], is_noted: bool, is_warned: bool) -> list[QuerySet]:
    """Queries of order ids; an order must be in all of them. Warnings are what review points out without stopping it."""
    found = [OrderMark.objects.filter(flag=flag).order_by().values("order_id") for flag in flags]
    found += [OrderTag.objects.filter(tag__name=name).order_by().values("order_id") for name in tags]
    if is_noted:
        found.append(OrderMark.objects.filter(note_count__gt=0).order_by().values("order_id"))
    if is_warned:
        found.append(Order.objects.exclude(warnings={}).order_by().values("pk"))
    return found
