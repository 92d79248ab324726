"""An alert in words: one shop, how many orders, the first ten with the time they have left, where to work them off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import sentences
from core.templatetags.ui import words_left
from integrations.group_bots.notes import Note
from orders.sla_levels import Level
from tenancy.models import Shop
from warehouse.show_alerts import LateShow

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
    *,
    shop: Shop,
    seller_slug: str,
    sections: Sequence[Section],
    late_shows: Sequence[LateShow] = (),
    is_kept_back: bool,
    now: datetime,
) -> Note:
    """One message about one shop, in the language that is active. The most urgent level leads; late shows stand at its end.

    A group that only lets keywords through can be given the name of this program: every title has it.
    """
    ordered = sorted(sections, key=lambda one: list(Level.values).index(one.level), reverse=True)
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
    lines += [show_line(one, now=now) for one in late_shows]
    if ordered:
        title = headline(level=ordered[0].level, count=ordered[0].count)
        link_text = _("Open in the queue")
        address = queue_address(shop=shop, seller_slug=seller_slug, level=ordered[0].level)
    else:
        title, link_text = show_headline(late_shows[0]), _("Open the show")
        address = show_address(late_shows[0], seller_slug=seller_slug)
    return Note(
        title=f"Kuaifa · {shop.name}: {title}",
        lines=tuple(lines),
        link_text=link_text,
        link_url=settings.PUBLIC_URL + address,
    )


def show_headline(late: LateShow) -> str:
    return _("goods for the live show “%(show)s” are not in place") % {"show": late.show.title}


def show_line(late: LateShow, *, now: datetime) -> str:
    """When it begins and what is left to do."""
    left = (late.show.starts_at - now).total_seconds()
    begin = _("“%(show)s” begins in %(time)s.") if left > 0 else _("“%(show)s” has begun.")
    return sentences.joined([begin % {"show": late.show.title, "time": words_left(left)}, show_left(late)])


def show_left(late: LateShow) -> str:
    if late.is_planned:
        return _("Its plan has not been carried out.")
    return ngettext("%(n)s task is left.", "%(n)s tasks are left.", late.open_tasks) % {"n": late.open_tasks}


def show_address(late: LateShow, *, seller_slug: str) -> str:
    return reverse("warehouse:show", kwargs={"seller": seller_slug, "public_id": late.show.public_id})


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
