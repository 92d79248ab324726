"""Template tags that every page uses; they are built in, so no page loads them. How to use them: templates/base.html."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html import escape
from pathlib import Path

from django import forms, template
from django.contrib.staticfiles import finders
from django.template import Context, TemplateSyntaxError
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import clock as clocks
from core import tones
from core.measures import ZERO_DECIMAL_CURRENCIES

register = template.Library()

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")
_STAND_IN = "a-place-that-no-id-has"
_CURRENT = ' aria-current="true"'
_SELECTED = " selected"


@register.simple_tag(takes_context=True)
def seller_url(context: Context, name: str, **kwargs: object) -> str:
    """The address of a page of the present seller: `{% seller_url 'orders:queue' %}`."""
    return address(context["seller"].slug, name, **kwargs)


def address(slug: str, name: str, /, **kwargs: object) -> str:
    """The address of a page of a seller."""
    if len(kwargs) == 1:
        ((key, value),) = kwargs.items()
        around = _around(name, slug, key) if isinstance(value, str) and _PLAIN_ID.fullmatch(value) else None
        if around is not None:
            return f"{around[0]}{value}{around[1]}"
    return reverse(name, kwargs={"seller": slug, **kwargs})


@lru_cache(maxsize=2048)
def _around(name: str, slug: str, key: str) -> tuple[str, str] | None:
    """What stands before and after the id in a page's address; None when it is no plain text there. Lists ask per row."""
    try:
        address = reverse(name, kwargs={"seller": slug, key: _STAND_IN})
    except NoReverseMatch:
        return None
    before, _found, after = address.partition(_STAND_IN)
    return before, after


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: object) -> str:
    """The present query with some values changed; an empty value takes its key out. `{% url_with page=2 %}`."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def shop_links(context: Context, shops: Iterable, chosen: object = None) -> SafeString:
    """A link per shop that narrows the present page to it. Written here: an agency has hundreds, on every page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.pop("shop", None)
    rest = escape(f"&{query.urlencode()}") if query else ""
    chosen_id = chosen.pk if chosen else None
    return mark_safe(  # noqa: S308 - all parts are escaped
        "".join(
            f'<a href="?shop={escape(shop.slug)}{rest}"{_CURRENT if shop.pk == chosen_id else ""}>'
            f"{_dot(shop.color, shop.name)}{_secondary(shop.region)}</a>"
            for shop in shops
        )
    )


@register.simple_tag
def shop_options(shops: Iterable, chosen: object = None) -> SafeString:
    """An option per shop, by its slug."""
    chosen_id = chosen.pk if chosen else None
    return mark_safe(  # noqa: S308 - all parts are escaped
        "".join(
            f'<option value="{escape(shop.slug)}"{_SELECTED if shop.pk == chosen_id else ""}>{escape(shop.name)}</option>'
            for shop in shops
        )
    )


@lru_cache(maxsize=256)
def _secondary(text: str) -> str:
    return f'<span class="text-secondary">{escape(text)}</span>'


@lru_cache(maxsize=512)
def _svg(name: str) -> str:
    path = finders.find(f"vendor/tabler-icons/{name}.svg")
    if path is None:
        raise TemplateSyntaxError(f"there is no icon “{name}” in static/vendor/tabler-icons")
    text = Path(path).read_text(encoding="utf-8")
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")].strip()


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, css: str = "") -> SafeString:
    """An icon, drawn inline; words stand beside it, so screen readers pass over it."""
    return mark_safe(  # noqa: S308 - our own files
        f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 24 24" fill="none" '
        f'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        f'class="icon {css}" aria-hidden="true">{_svg(name)}</svg>'
    )


@register.simple_tag
def chip(state: str, label: str = "", tone: str = "") -> SafeString:
    """A soft colored chip with a word: `{% chip order.state order.get_state_display %}`."""
    return format_html(
        '<span class="chip chip-{}">{}</span>', tone or tones.of_state(state), label or state or "—"
    )


@register.inclusion_tag("ui/_auto.html")
def auto_badge(reason: str = "", dry_run: bool = False) -> dict[str, object]:
    """Marks what the program did by itself, with its reason; a dry run looks different."""
    return {"reason": reason, "dry_run": dry_run}


_BAND_ICONS = {"late": "flame", "h4": "alert-triangle"}


@register.simple_tag(takes_context=True)
def clock(
    context: Context,
    due_at: datetime | None,
    kind: str = "",
    paused_until: datetime | None = None,
    zone: str = "",
    stopped: bool = False,
) -> SafeString:
    """Time left in words, ticking; the absolute local time on hover; which clock it is; paused ones say so."""
    if stopped:
        return format_html(
            '<span class="clock is-stopped">{}{}</span>', icon("circle-check"), _("clock stopped")
        )
    return drawn_clock(due_at, kind=kind, paused_until=paused_until, zone=zone or _zone(context))


def drawn_clock(
    due_at: datetime | None, *, kind: str, paused_until: datetime | None, zone: str
) -> SafeString:
    """The same without a template around it: a list has fifty of them."""
    now = clocks.now()
    if paused_until and paused_until > now:
        return format_html(
            '<span class="clock is-paused" title="{}">{}{}</span>',
            in_words(paused_until, zone=zone, with_zone=True),
            icon("clock-pause"),
            _("paused until %(when)s") % {"when": in_words(paused_until, zone=zone)},
        )
    if due_at is None:
        return mark_safe('<span class="text-secondary">—</span>')
    seconds = (due_at - now).total_seconds()
    band = tones.band(seconds)
    kind_words = f" <small>{escape(str(kind))}</small>" if kind else ""
    return mark_safe(  # noqa: S308 - all parts are escaped
        f'<span class="clock" data-due="{due_at.isoformat()}" data-band="{band}" '
        f'title="{escape(in_words(due_at, zone=zone, with_zone=True))}">{icon(_BAND_ICONS.get(band, "clock"))}'
        f"<span data-clock-text>{escape(words_left(seconds))}</span>{kind_words}</span>"
    )


def words_left(seconds: float) -> str:
    """`3 h 12 m`; overdue ones say by how much."""
    minutes = int(abs(seconds) // 60)
    days, hours = minutes // 1440, minutes // 60
    in_days, in_hours, in_minutes, late = _left_patterns(get_language())
    if hours >= 48:
        text = in_days % {"days": days, "hours": hours % 24}
    elif hours:
        text = in_hours % {"hours": hours, "minutes": minutes % 60}
    else:
        text = in_minutes % {"minutes": minutes}
    return text if seconds >= 0 else late % {"time": text}


@lru_cache(maxsize=8)
def _left_patterns(_language: str | None) -> tuple[str, str, str, str]:
    """Looked up once: a list asks for them with every row."""
    return (
        _("%(days)s d %(hours)s h"),
        _("%(hours)s h %(minutes)s m"),
        _("%(minutes)s m"),
        _("late by %(time)s"),
    )


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """`5 minutes ago`."""
    if moment is None:
        return format_html('<span class="text-secondary">{}</span>', _("never"))
    seconds = (clocks.now() - moment).total_seconds()
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>',
        moment.isoformat(),
        f"{moment:%Y-%m-%d %H:%M}",
        _ago(seconds),
    )


def _ago(seconds: float) -> str:
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        count = int(seconds // 60)
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", count) % {"n": count}
    if seconds < 86400:
        count = int(seconds // 3600)
        return ngettext("%(n)s hour ago", "%(n)s hours ago", count) % {"n": count}
    count = int(seconds // 86400)
    return ngettext("%(n)s day ago", "%(n)s days ago", count) % {"n": count}


@register.simple_tag
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency, with the decimals that the currency has."""
    if amount is None:
        return "—"
    decimals = 0 if currency in ZERO_DECIMAL_CURRENCIES else 2
    return f"{currency} {amount:,.{decimals}f}".strip()


@register.filter
def number(value: object) -> str:
    """A count with thousands separators."""
    try:
        return f"{Decimal(str(value)):,}"
    except InvalidOperation:
        return "—"


@register.filter
def weight(grams: int | None) -> str:
    """Grams as people read them."""
    if grams is None:
        return "—"
    return f"{grams} g" if grams < 1000 else f"{Decimal(grams) / 1000:.2f} kg"


def _zone(context: Context) -> str:
    seller = context.get("seller")
    return seller.time_zone if seller else "UTC"


def in_words(moment: datetime, *, zone: str, with_zone: bool = False) -> str:
    """A moment on a wall clock, in the order that the language wants."""
    local = clocks.local(moment, zone=zone)
    this_year, other_year, months = _date_words(get_language())
    pattern = this_year if local.year == clocks.now().year else other_year
    text = pattern % {
        "year": local.year,
        "month": months[local.month - 1],
        "month_number": local.month,
        "day": local.day,
        "time": f"{local.hour:02d}:{local.minute:02d}",
    }
    return f"{text} ({zone})" if with_zone else text


@lru_cache(maxsize=8)
def _date_words(_language: str | None) -> tuple[str, str, list[str]]:
    """A moment of this year, one of another year, and the months. Looked up once: a list asks with every row."""
    # Translators: month_number may be used instead of month.
    this_year, other_year = _("%(day)s %(month)s %(time)s"), _("%(day)s %(month)s %(year)s %(time)s")
    months = [
        _("Jan"),
        _("Feb"),
        _("Mar"),
        _("Apr"),
        _("May"),
        _("Jun"),
        _("Jul"),
        _("Aug"),
        _("Sep"),
        _("Oct"),
        _("Nov"),
        _("Dec"),
    ]
    return this_year, other_year, months


@register.simple_tag(takes_context=True)
def local_time(context: Context, moment: datetime | None, zone: str = "") -> SafeString | str:
    """A moment on the shop's or seller's wall clock; the zone on hover. `{% local_time order.placed_at shop.time_zone %}`."""
    return drawn_time(moment, zone=zone or _zone(context))


def drawn_time(moment: datetime | None, *, zone: str) -> SafeString | str:
    """The same without a template around it."""
    if moment is None:
        return "—"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        in_words(moment, zone=zone, with_zone=True),
        in_words(moment, zone=zone),
    )


@register.simple_tag(takes_context=True)
def local_words(context: Context, moment: datetime | None, zone: str = "") -> str:
    """The same as plain text with its zone, for titles."""
    return in_words(moment, zone=zone or _zone(context), with_zone=True) if moment else ""


@register.filter
def day(value: date | None) -> str:
    """A date without a time."""
    return f"{value:%Y-%m-%d}" if value else "—"


@register.simple_tag
def copy(value: object, shown: object = "") -> SafeString:
    """An id that a click copies."""
    return format_html(
        '<span class="copy mono" data-copy="{}" role="button" tabindex="0" title="{}">{}</span>',
        value,
        _("Click to copy"),
        shown or value,
    )


@register.simple_tag
def shop_dot(shop: object) -> SafeString:
    """A shop's color and name."""
    return _dot(shop.color, shop.name)


@lru_cache(maxsize=4096)
def _dot(color: str, name: str) -> SafeString:
    return format_html('<span class="shop"><i class="dot dot-{}"></i>{}</span>', color, name)


@register.inclusion_tag("ui/_field.html")
def field(bound_field: object, hint: str = "") -> dict[str, object]:
    """A form field with its label, help and errors: `{% field form.name %}`."""
    widget = bound_field.field.widget
    kind = getattr(widget, "input_type", type(widget).__name__.lower())
    css = {"checkbox": "form-check-input", "radio": "", "select": "form-select", "hidden": ""}.get(
        kind, "form-control"
    )
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        css, kind = "", "choices"
    given = widget.attrs.get("class", "")
    attrs = {"class": f"{css} {given} {'is-invalid' if bound_field.errors else ''}".strip()}
    return {"field": bound_field, "input": bound_field.as_widget(attrs=attrs), "hint": hint, "kind": kind}


@register.filter
def dict_get(mapping: dict, key: object) -> object:
    """A value of a mapping by a variable key."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def can(context: Context, permission: str) -> bool:
    """Whether the person may do this here: `{% can 'orders.review' as may_review %}`."""
    access = context.get("access")
    return bool(access) and access.can(permission)
