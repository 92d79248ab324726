"""An alert in words: one shop, how many orders, the first ten with the time they have left, where to work them off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import words_left
from integrations.group_bots.notes import Note
from orders.sla_levels import Level
from tenancy.models import Shop

SHOWN = 10


@dataclass(frozen=True)
class Section:
    """Orders of one shop at one level; `first` has (platform order id, deadline) of the most pressing ones."""

    level: str
    count: int
    first: Sequence[tuple[str, datetime]]


def headline(*, level: str, count: int) -> str:
    """`12 orders have 4 hours or less left`."""
    if level == Level.OVERDUE:
        return ngettext("%(n)s order is overdue", "%(n)s orders are overdue", count) % {"n": count}
    hours = {Level.H24: 24, Level.H12: 12, Level.H4: 4}[Level(level)]
    return ngettext(
        "%(n)s order has %(hours)s hours or less left",
        "%(n)s orders have %(hours)s hours or less left",
        count,
    ) % {"n": count, "hours": hours}


def note(
    *, shop: Shop, seller_slug: str, sections: Sequence[Section], is_kept_back: bool, now: datetime
) -> Note:
    """One message about one shop, in the language that is active. The most urgent level leads.

    A group that only lets keywords through can be given the name of this program: every title has it.
    """
    ordered = sorted(sections, key=lambda one: list(Level.values).index(one.level), reverse=True)
    lead = ordered[0]
    lines: list[str] = []
    if is_kept_back:
        lines.append(_("Kept back during quiet hours, still true now."))
    for section in ordered:
        if len(ordered) > 1:
            lines.append(headline(level=section.level, count=section.count))
        for number, due_at in section.first[:SHOWN]:
            lines.append(f"{number} · {words_left((due_at - now).total_seconds())}")
        rest = section.count - min(len(section.first), SHOWN)
        if rest > 0:
            lines.append(_("and %(n)s more") % {"n": rest})
    return Note(
        title=f"Kuaifa · {shop.name}: {headline(level=lead.level, count=lead.count)}",
        lines=tuple(lines),
        link_text=_("Open in the queue"),
        link_url=settings.PUBLIC_URL + queue_address(shop=shop, seller_slug=seller_slug, level=lead.level),
    )


def trial_note(*, channel_name: str, seller_name: str, seller_slug: str) -> Note:
    """What the button sends."""
    return Note(
        title=_("Test message from Kuaifa"),
        lines=(
            _("Deadline alerts of %(seller)s will come here. Channel: %(channel)s.")
            % {"seller": seller_name, "channel": channel_name},
        ),
        link_text=_("Open the alerts"),
        link_url=settings.PUBLIC_URL + reverse("console:alerts", kwargs={"seller": seller_slug}),
    )


def queue_address(*, shop: Shop, seller_slug: str, level: str) -> str:
    """The queue with the filter that shows these orders."""
    queue = reverse("orders:queue", kwargs={"seller": seller_slug})
    return f"{queue}?tile={level}&shop={shop.slug}"
