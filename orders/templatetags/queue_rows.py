"""The rows of the queue, written without a template each: a page has fifty rows of eight cells and stays open all day.

Lists, cards and the order page share what shows the deadline, the status and the marks. Everything that comes from
outside is escaped here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import tones
from core.templatetags import ui
from orders.models import Flag, HoldReason, OrderLine, PlatformStatus, ShippingType
from orders.queue import QueueRow
from orders.queue_columns import label
from orders.queue_slots import Parcel

register = template.Library()

_NOTHING = '<span class="text-secondary">—</span>'


@dataclass(frozen=True)
class Words:
    """Fixed words of a row in one language."""

    unfold: str
    copy: str
    click_to_copy: str
    tag: str
    asks_to_cancel: str
    label_failed: str
    cod: str
    sample: str
    late: str
    in_time: str
    paused: str


@lru_cache(maxsize=8)
def _words(_language: str | None) -> Words:
    """Looked up once: every row says them."""
    found = Words(
        unfold=_("Show what is in it"),
        copy=_("Copy"),
        click_to_copy=_("Click to copy"),
        tag=_("Tag"),
        asks_to_cancel=_("asks to cancel"),
        label_failed=_("label failed"),
        cod=_("COD"),
        sample=_("sample"),
        late=_("scanned late"),
        in_time=_("scanned in time"),
        paused=_("paused"),
    )
    return Words(**{name: escape(words) for name, words in vars(found).items()})


@dataclass(frozen=True)
class Shown:
    """One row, and what its cells need beside it."""

    row: QueueRow
    parcels: Sequence[Parcel]
    href: str
    is_chosen_here: bool  # the person may act on it: it gets a box
    words: Words

    @property
    def line(self) -> OrderLine | None:
        return self.row.lines[0] if self.row.lines else None


@register.simple_tag(takes_context=True)
def queue_rows(
    context: Context, rows: Sequence[QueueRow], keys: Sequence[str], parcels: Mapping[int, list[Parcel]]
) -> SafeString:
    """Rows of the list with these columns."""
    slug, may = context["seller"].slug, bool(context.get("may"))
    words, cells = _words(get_language()), [CELLS[key] for key in keys]
    found = []
    for row in rows:
        public_id = row.order.public_id
        href = escape(ui.address(slug, "orders:order", public_id=public_id))
        it = Shown(row, parcels.get(row.order.pk, ()), href, may, words)
        found.append(f'<tr id="row-{escape(public_id)}">{"".join([cell(it) for cell in cells])}</tr>')
    return mark_safe("".join(found))  # noqa: S308 - all parts are escaped


@register.simple_tag
def row_clock(row: QueueRow) -> SafeString:
    """Time left, or how it ended."""
    return mark_safe(_clock(row, _words(get_language())))  # noqa: S308 - all parts are escaped


@register.simple_tag
def row_status(row: QueueRow) -> SafeString:
    """Where it stands: why it is held, what review points out, tags and other short facts."""
    return mark_safe(_status(row, _words(get_language())))  # noqa: S308 - all parts are escaped


@register.simple_tag
def row_marks(row: QueueRow) -> SafeString:
    """Its flag and its newest note."""
    return mark_safe(_marks(row))  # noqa: S308 - all parts are escaped


def _clock(row: QueueRow, words: Words) -> str:
    clock, zone = row.clock, row.clock.shop.time_zone
    if clock.tab == "cancelled":
        return _NOTHING
    if clock.stopped_at:
        is_late = clock.due_at and clock.stopped_at > clock.due_at
        said = (ui.icon("flame"), words.late) if is_late else (ui.icon("circle-check"), words.in_time)
        return f'<span class="clock is-stopped" title="{_moment(clock.stopped_at, zone)}">{said[0]}{said[1]}</span>'
    if not clock.is_open:
        return _NOTHING
    if row.is_paused_for_long:
        status = escape(label(PlatformStatus, row.order.platform_status))
        return (
            f'<span class="clock is-paused" title="{_moment(clock.due_at, zone)}">{ui.icon("clock-pause")}'
            f"{words.paused} <small>{status}</small></span>"
        )
    return ui.drawn_clock(clock.due_at, kind=row.clock_words, paused_until=clock.paused_until, zone=zone)


def _moment(moment: datetime | None, zone: str) -> str:
    return escape(ui.in_words(moment, zone=zone, with_zone=True)) if moment else ""


def _status(row: QueueRow, words: Words) -> str:
    clock, order, tab_words = row.clock, row.order, escape(row.tab_words)
    chips = []
    if not row.holds:
        tone = row.tone or tones.of_state(clock.tab)
        chips.append(f'<span class="chip chip-{tone}">{tab_words or escape(clock.tab) or "—"}</span>')
    for hold in row.holds[:2]:
        reason = escape(label(HoldReason, hold.reason))
        chips.append(_chip(reason, "orange", title=f"{tab_words}: {reason} {escape(hold.detail)}"))
    if order.warnings:
        sign = ui.icon("alert-triangle")
        for name, detail in row.warnings[:2]:
            title = f"{escape(name)}: {escape(detail)}" if detail else escape(name)
            chips.append(_chip(f"{sign}{escape(name)}", "yellow", title=title))
    chips += [_chip(f"{ui.icon('tag')}{escape(name)}", "indigo", title=words.tag) for name in row.tags[:2]]
    if clock.is_cancel_requested and clock.is_open and not row.holds:
        chips.append(_chip(words.asks_to_cancel, "orange"))
    if clock.is_label_failed:
        chips.append(_chip(words.label_failed, "red"))
    if order.is_cod:
        chips.append(f'<span class="chip">{words.cod}</span>')
    if order.is_sample:
        chips.append(f'<span class="chip">{words.sample}</span>')
    return f'<span class="statuses">{"".join(chips)}</span>'


def _chip(inside: str, tone: str, *, title: str = "") -> str:
    at = f' title="{title}"' if title else ""
    return f'<span class="chip chip-{tone}"{at}>{inside}</span>'


def _marks(row: QueueRow) -> str:
    mark, found = row.mark, ""
    if mark is None:
        return found
    if mark.flag:
        flag = escape(label(Flag, mark.flag))
        found += (
            f'<span class="flag flag-{escape(mark.flag)}" title="{flag} · {escape(mark.flagged_by)}">'
            f'{ui.icon("flag", "icon-sm")}<span class="visually-hidden">{flag}</span></span>'
        )
    if mark.note_count:
        note = escape(mark.note)
        found += (
            f'<span class="noted" title="{note}">{ui.icon("note", "icon-sm")}'
            f'<span class="visually-hidden">{note}</span></span>'
        )
    return found


def _order(it: Shown) -> str:
    words, number = it.words, escape(it.row.order.platform_order_id)
    box = ""
    if it.is_chosen_here:
        box = (
            f'<input type="checkbox" class="form-check-input" name="ids" value="{escape(it.row.order.public_id)}" '
            f'data-row-select data-can="{" ".join(it.row.can)}" aria-label="{number}">'
        )
    return (
        f'<td><span class="id-cell">{box}<a class="unfold" href="{it.href}" hx-get="{it.href}more/" '
        f'hx-target="closest tr" hx-swap="afterend" data-expand aria-expanded="false" title="{words.unfold}" '
        f'aria-label="{words.unfold}">{ui.icon("chevron-down", "icon-sm")}</a>'
        f'<a class="mono" href="{it.href}">{number}</a><span class="copy" data-copy="{number}" role="button" '
        f'tabindex="0" title="{words.click_to_copy}" aria-label="{words.copy} {number}">'
        f"{ui.icon('copy', 'icon-sm')}</span>{_marks(it.row)}</span></td>"
    )


def _item(it: Shown) -> str:
    name = escape(it.line.product_name) if it.line else ""
    return f'<td><div class="cut" title="{name}">{name or "—"}{_more(it)}</div></td>'


def _more(it: Shown) -> str:
    return f' <span class="chip">+{it.row.more_lines}</span>' if it.row.more_lines else ""


def _amount(it: Shown) -> str:
    return f'<td class="num">{escape(ui.money(it.row.order.total_amount, it.row.order.currency))}</td>'


def _carrier(it: Shown) -> str:
    if not it.parcels:
        return f"<td>{_NOTHING}</td>"
    first = it.parcels[0]
    number = f' <span class="parcel-number">{ui.copy(first.number)}</span>' if first.number else ""
    return f"<td>{escape(first.carrier) or '—'}{number}</td>"


def _sku(it: Shown) -> str:
    if not (it.line and it.line.seller_sku):
        return f"<td>{_NOTHING}</td>"
    return f"<td>{ui.copy(it.line.seller_sku)}{_more(it)}</td>"


def _tags(it: Shown) -> str:
    chips = "".join(_chip(escape(name), "indigo") for name in it.row.tags)
    return f'<td><span class="statuses">{chips}</span></td>'


def _note(it: Shown) -> str:
    note = escape(it.row.mark.note) if it.row.mark else ""
    return f'<td><div class="cut" title="{note}">{note}</div></td>'


def _local(moment: datetime | None, it: Shown) -> str:
    return f"<td>{ui.drawn_time(moment, zone=it.row.clock.shop.time_zone)}</td>"


CELLS: dict[str, Callable[[Shown], str]] = {
    "order": _order,
    "clock": lambda it: f"<td>{_clock(it.row, it.words)}</td>",
    "shop": lambda it: f"<td>{ui.shop_dot(it.row.clock.shop)}</td>",
    "item": _item,
    "units": lambda it: f'<td class="num">{it.row.quantity}</td>',
    "amount": _amount,
    "status": lambda it: f"<td>{_status(it.row, it.words)}</td>",
    "carrier": _carrier,
    "sku": _sku,
    "tags": _tags,
    "note": _note,
    "placed": lambda it: _local(it.row.order.placed_at, it),
    "due": lambda it: _local(it.row.clock.due_at, it),
    "platform": lambda it: f"<td>{escape(label(PlatformStatus, it.row.order.platform_status))}</td>",
    "shipping": lambda it: f"<td>{escape(label(ShippingType, it.row.order.shipping_type))}</td>",
}
