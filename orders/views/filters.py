"""What the queue's address asks for, and the links that change one thing of it. Every filter lives in the URL."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from logistics import selectors as logistics
from orders import queue, queue_search
from orders.models import Flag, HoldReason
from orders.queue import Cursor, QueueFilter
from tenancy.models import Shop

MOST_WORDS = 300  # more would not fit into an address
MOST_MARKS = 10
TILES = (
    ("overdue", gettext_lazy("Overdue"), "flame", "red"),
    ("h4", gettext_lazy("Due in 4 h"), "alert-triangle", "red"),
    ("h12", gettext_lazy("Due in 12 h"), "clock-hour-4", "orange"),
    ("h24", gettext_lazy("Due in 24 h"), "clock", "yellow"),
    ("auto_cancel", gettext_lazy("Auto-cancel 24 h"), "ban", "red"),
    ("cancel_requested", gettext_lazy("Asks to cancel"), "message-circle", "orange"),
    ("label_failed", gettext_lazy("Label failed"), "receipt", "red"),
)
_SEPARATORS = re.compile(r"[\s,;，；、]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Asked:
    """The address, understood. `params` is the query without the place in it."""

    chosen: QueueFilter
    params: QueryDict
    words: list[str]
    dropped_words: int
    shop: Shop | None
    carrier: str
    marks: list[str]
    view: str
    cursor: Cursor | None
    rows_before: int

    def href(self, **changes: str | list[str] | None) -> str:
        """The same list with some things changed, from its first page."""
        params = self.params.copy()
        for name, value in changes.items():
            params.pop(name, None)
            if value:
                params.setlist(name, value if isinstance(value, list) else [value])
        return f"?{params.urlencode()}"


def words_of(text: str) -> list[str]:
    """Pasted ids, split at spaces, commas and new lines, each once."""
    cleaned = (_CONTROL.sub("", word) for word in _SEPARATORS.split(text))
    return list(dict.fromkeys(word[:80] for word in cleaned if word))


def understand(query: QueryDict, *, default_tab: str = queue.OPEN) -> Asked:
    """Read a query; what it does not know is left out, a shop that is not there is a 404."""
    params = query.copy()
    place = {name: (params.pop(name, [""]) or [""])[-1] for name in ("after", "before", "at")}
    marks = list(dict.fromkeys(mark[:60] for mark in params.getlist("mark") if mark))[:MOST_MARKS]
    if "mark" in params:
        params.setlist("mark", marks)
    words = words_of(params.get("q", ""))
    shop, carrier = _shop(params.get("shop", "")), params.get("carrier", "")[:30]
    tab, tile, reason = params.get("tab", ""), params.get("tile", ""), params.get("reason", "")
    if not queue.is_tab(tab):
        tab = queue.ANY if words and default_tab == queue.OPEN else default_tab
    found = None
    if words:
        taken = words[:MOST_WORDS]
        found = queue_search.find_ids(words=taken, by_number=logistics.orders_by_number(numbers=taken))
    chosen = QueueFilter(
        tab=tab,
        tile=tile if tile in queue.TILES else "",
        reason=reason if tab == "hold" and reason in HoldReason.values else "",
        shop_id=shop.pk if shop else None,
        carrier_orders=logistics.orders_of_carrier(code=carrier) if carrier else None,
        found=found,
        flags=tuple(mark[5:] for mark in marks if mark[5:] in Flag.values and mark.startswith("flag:")),
        tags=tuple(mark[4:] for mark in marks if mark.startswith("tag:")),
        is_noted="noted" in marks,
        is_warned="warned" in marks,
    )
    return Asked(
        chosen=chosen,
        params=params,
        words=words[:MOST_WORDS],
        dropped_words=max(len(words) - MOST_WORDS, 0),
        shop=shop,
        carrier=carrier,
        marks=marks,
        view="cards" if params.get("view") == "cards" else "list",
        cursor=_cursor(place["after"], is_back=False) or _cursor(place["before"], is_back=True),
        rows_before=int(place["at"]) if place["at"].isdecimal() and len(place["at"]) < 9 else 0,
    )


def _shop(slug: str) -> Shop | None:
    if not slug:
        return None
    found = Shop.objects.filter(slug=slug[:60]).first()
    if found is None:
        raise Http404
    return found


def _cursor(text: str, *, is_back: bool) -> Cursor | None:
    due, _mark, number = text.partition("~")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        due_at = datetime.fromisoformat(due) if due else None
    except ValueError:
        return None
    if due_at is not None and due_at.tzinfo is None:
        return None
    return Cursor(due_at=due_at, clock_id=int(number), is_back=is_back)


def place_of(clock) -> str:
    """The edge of a page, for an address."""
    return f"{clock.due_at.isoformat() if clock.due_at else ''}~{clock.pk}"


def tabs(asked: Asked, *, counts: dict[str, int | None]) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "count": counts[tab],
            "href": asked.href(tab=tab, reason=None),
            "current": asked.chosen.tab == tab,
            "tone": "red" if tab == "hold" else "",
        }
        for tab, label in queue.TAB_WORDS.items()
    ]


def sub_tabs(
    asked: Asked, *, counts: dict[str, int], total: int, href: Callable[[str], str] | None = None
) -> list[dict[str, object]]:
    """Why orders are held; reasons that hold nothing are left out, unless chosen."""
    href = href or (lambda reason: asked.href(tab="hold", reason=reason))
    here = asked.chosen.reason
    entries = [{"label": _("All reasons"), "count": total, "href": href(""), "current": not here}]
    for reason, label in HoldReason.choices:
        if counts[reason] or reason == here:
            entries.append(
                {"label": label, "count": counts[reason], "href": href(reason), "current": reason == here}
            )
    return entries


def tiles(asked: Asked, *, counts: dict[str, int]) -> list[dict[str, object]]:
    """The strip of urgency; a chosen tile is put off by a second click."""
    return [
        {
            "label": label,
            "count": counts[tile],
            "href": asked.href(tile=None if asked.chosen.tile == tile else tile, tab=queue.OPEN, reason=None),
            "icon": icon,
            "tone": tone,
            "current": asked.chosen.tile == tile,
        }
        for tile, label, icon, tone in TILES
    ]


def mark_words(mark: str) -> str:
    """A flag, a tag or notes as a filter names them."""
    kind, _mark, value = mark.partition(":")
    if kind == "flag" and value in Flag.values:
        return str(Flag(value).label)
    if kind == "tag":
        return _("Tag: %(name)s") % {"name": value}
    return _("With warnings") if kind == "warned" else _("With notes")


def mark_choices(*, tags: list[str]) -> list[tuple[str, str]]:
    """What the filter by marks offers."""
    values = [f"flag:{flag}" for flag in Flag.values] + ["noted", "warned"] + [f"tag:{name}" for name in tags]
    return [(value, mark_words(value)) for value in values]


def chips(asked: Asked, *, carriers) -> list[dict[str, str]]:
    """Each filter, with the address without it."""
    found = []
    if asked.shop:
        found.append(
            {"label": _("Shop: %(name)s") % {"name": asked.shop.name}, "href": asked.href(shop=None)}
        )
    if asked.carrier:
        name = next((carrier.name for carrier in carriers if carrier.code == asked.carrier), asked.carrier)
        found.append({"label": _("Carrier: %(name)s") % {"name": name}, "href": asked.href(carrier=None)})
    if asked.chosen.tile:
        label = next(words for tile, words, _icon, _tone in TILES if tile == asked.chosen.tile)
        found.append({"label": str(label), "href": asked.href(tile=None)})
    if asked.chosen.reason:
        found.append({"label": HoldReason(asked.chosen.reason).label, "href": asked.href(reason=None)})
    for mark in asked.marks:
        rest = [other for other in asked.marks if other != mark]
        found.append({"label": mark_words(mark), "href": asked.href(mark=rest)})
    if asked.words:
        count = len(asked.words)
        label = (
            asked.words[0]
            if count == 1
            else ngettext("%(n)s search term", "%(n)s search terms", count) % {"n": count}
        )
        found.append({"label": label, "href": asked.href(q=None, tab=None)})
    return found
