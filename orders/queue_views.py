"""Saved views of the queue: locked ones that everybody has, one's own, and those that the team shares."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from orders.models import SavedView
from tenancy.actors import Actor

# What of an address is a filter; places, pages and marks of the moment are not kept.
KEPT = ("tab", "tile", "reason", "shop", "carrier", "mark", "q", "view")
LONGEST_NAME = 60
LONGEST_QUERY = 4000
MOST_VIEWS = 50


class BadView(RuleViolation):
    """A view without a name, or more than a view holds."""

    code = "bad_view"


class NotYours(RuleViolation):
    """A locked view, or one of somebody else."""

    code = "not_yours"
    status = 403


@dataclass(frozen=True)
class LockedView:
    """A view that comes with the program."""

    key: str
    name: Promise
    query: str


LOCKED = (
    LockedView("urgent", gettext_lazy("Most pressing first"), ""),
    LockedView("overdue", gettext_lazy("Overdue"), "tile=overdue"),
    LockedView("soon", gettext_lazy("Due in 12 hours"), "tile=h12"),
    LockedView("auto_cancel", gettext_lazy("Auto-cancel within 24 hours"), "tile=auto_cancel"),
    LockedView("asks", gettext_lazy("Buyer asks to cancel"), "tile=cancel_requested"),
    LockedView("short", gettext_lazy("Held for stock"), "tab=hold&reason=out_of_stock"),
    LockedView("unmapped", gettext_lazy("Held for a SKU"), "tab=hold&reason=unmapped_sku"),
    LockedView("scan", gettext_lazy("Waits for the carrier's scan"), "tab=awaiting_scan"),
    LockedView("red", gettext_lazy("With a red flag"), "mark=flag%3Ared"),
    LockedView("noted", gettext_lazy("With notes"), "mark=noted"),
)


def cleaned(query: QueryDict) -> str:
    """The filters of an address in one writing, so that equal lists have equal texts."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        values = [value for value in query.getlist(name) if value]
        if (
            values
            and not (name == "tab" and values == ["open"])
            and not (name == "view" and values == ["list"])
        ):
            kept.setlist(name, values)
    return kept.urlencode()


def seen_by(*, user_id: int, shops: set[str]) -> list[SavedView]:
    """One's own and the shared ones, by name; a view of a shop that is closed to the person is not there."""
    rows = SavedView.objects.order_by("name", "pk")
    mine = [row for row in rows if row.owner_id == user_id or row.is_shared]
    return [row for row in mine if not (shop := QueryDict(row.query).get("shop")) or shop in shops]


def save(
    *,
    user_id: int,
    name: str,
    query: QueryDict,
    columns: list[str],
    is_shared: bool,
    actor: Actor,
    now: datetime,
) -> SavedView:
    """Keep the present filters under a name; one's own view of this name is saved anew."""
    name = " ".join(name.split())
    if not name:
        raise BadView(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise BadView(_("A name has at most %(count)s characters.") % {"count": LONGEST_NAME})
    text = cleaned(query)
    if len(text) > LONGEST_QUERY:
        raise BadView(_("These are too many ids for a view. Save one with fewer."))
    own = SavedView.objects.filter(owner_id=user_id)
    if not own.filter(name=name).exists() and own.count() >= MOST_VIEWS:
        raise BadView(_("You have %(count)s views already: delete one first.") % {"count": MOST_VIEWS})
    view, _is_new = SavedView.objects.update_or_create(
        owner_id=user_id,
        name=name,
        defaults={"query": text, "columns": columns, "is_shared": is_shared, "changed_at": now},
        create_defaults={
            "query": text,
            "columns": columns,
            "is_shared": is_shared,
            "owner_label": actor.label,
            "created_at": now,
            "changed_at": now,
        },
    )
    return view


def rename(*, view: SavedView, user_id: int, name: str, is_shared: bool, now: datetime) -> SavedView:
    """Another name, shared or not; the filters stay."""
    _own(view, user_id=user_id)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadView(_("Give the view a name."))
    view.name, view.is_shared, view.changed_at = name, is_shared, now
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_shared", "changed_at"])
    except IntegrityError as error:
        raise BadView(_("You have a view of this name already.")) from error
    return view


def remove(*, view: SavedView, user_id: int, is_manager: bool) -> None:
    """One's own; a manager may also take away what is shared."""
    if not (is_manager and view.is_shared):
        _own(view, user_id=user_id)
    view.delete()


def _own(view: SavedView, *, user_id: int) -> None:
    if view.owner_id != user_id:
        raise NotYours(_("This view belongs to %(name)s.") % {"name": view.owner_label})
