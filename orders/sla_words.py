"""Deadlines in sentences: what a rule says, why a deadline is what it is, which days did not count."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders import holiday_names
from orders.calendars import WEEK, DayOff
from orders.sla_count import Counted, Terms
from orders.sla_rules import Metric, Rule

METRICS = {
    Metric.LATE_DISPATCH: gettext_lazy("Late dispatch"),
    Metric.LATE_COLLECTION: gettext_lazy("Late collection"),
    Metric.CANCEL_SHIP: gettext_lazy("Automatic cancellation, not shipped"),
    Metric.CANCEL_COLLECT: gettext_lazy("Automatic cancellation, not collected"),
    Metric.DELIVER_BY: gettext_lazy("Deliver by"),
    Metric.FAST_DISPATCH: gettext_lazy("Fast dispatch"),
}
ORDER_TYPES = {
    "normal": gettext_lazy("regular"),
    "pre_order": gettext_lazy("pre-order"),
    "made_to_order": gettext_lazy("made to order"),
    "back_order": gettext_lazy("back order"),
    "custom": gettext_lazy("customized"),
    "same_day": gettext_lazy("same day"),
}
CONFIDENCE = {
    "high": gettext_lazy("sure"),
    "medium": gettext_lazy("our reading"),
    "low": gettext_lazy("unsure"),
    "none": gettext_lazy("not published"),
}
_DONE = {
    "rts": gettext_lazy("shipping is arranged"),
    "in_transit": gettext_lazy("the carrier scans it"),
    "delivered": gettext_lazy("it is delivered"),
}
_CANCELLED = {
    "rts": gettext_lazy("the platform cancels it unless shipping is arranged"),
    "in_transit": gettext_lazy("the platform cancels it unless the carrier has scanned it"),
}
_STARTS = {
    "created": gettext_lazy("Placed"),
    "paid": gettext_lazy("Paid"),
    "awaiting_shipment": gettext_lazy("Ready to be shipped"),
    "preorder_close": gettext_lazy("Pre-order closed"),
}
_FROM = {
    "created": gettext_lazy("the order"),
    "paid": gettext_lazy("the payment"),
    "awaiting_shipment": gettext_lazy("the moment from which it may be shipped"),
    "preorder_close": gettext_lazy("the end of the pre-order"),
}


def rule_words(rule: Rule) -> str:
    """What the rule asks, without any order."""
    is_cancel = rule.metric in (Metric.CANCEL_SHIP, Metric.CANCEL_COLLECT)
    values = {
        "what": (_CANCELLED if is_cancel else _DONE)[rule.clock_stop],
        "from": _FROM[rule.clock_start],
        "end": _clock(rule),
        "span": span_words(rule, amount=rule.amount),
        "cutoff": f"{rule.order_cutoff:%H:%M}" if rule.order_cutoff else "",
    }
    if rule.handling_min:
        values["span"] = span_words(rule, amount=rule.amount + rule.handling_min)
        return _("With the seller's handling time, %(span)s from %(from)s by %(end)s: %(what)s.") % values
    if rule.order_cutoff and rule.amount == 0:
        return (
            _(
                "Ordered before %(cutoff)s on a working day, by %(end)s the same day, otherwise of the next working day: %(what)s."
            )
            % values
        )
    if rule.order_cutoff:
        return (
            _(
                "Ordered before %(cutoff)s on a working day, %(span)s later by %(end)s, otherwise one more: %(what)s."
            )
            % values
        )
    if rule.unit == "hours":
        return _("Within %(span)s of %(from)s: %(what)s.") % values
    return _("Within %(span)s of %(from)s, by %(end)s: %(what)s.") % values


def _clock(rule: Rule) -> str:
    text = f"{rule.end_of_day:%H:%M}"
    return f"{text} {rule.zone}" if rule.zone else text


def span_words(rule: Rule, *, amount: int) -> str:
    """`2 working days`."""
    if rule.unit == "hours":
        return ngettext("%(count)s hour", "%(count)s hours", amount) % {"count": amount}
    if rule.unit == "calendar_days":
        return ngettext("%(count)s calendar day", "%(count)s calendar days", amount) % {"count": amount}
    return ngettext("%(count)s working day", "%(count)s working days", amount) % {"count": amount}


def off_words(off: DayOff) -> str:
    """`Sunday`, `Thanksgiving Day`, or what the notice says."""
    if off.kind == "week_end":
        return str(WEEKDAYS[WEEK.index(off.name)])
    if off.kind == "holiday":
        return holiday_names.in_words(off.name)
    if off.kind == "exempt":
        return _("exempt: %(words)s") % {"words": off.name or _("by notice")}
    return off.name or _("not worked, by notice")


def skipped_words(skipped: Sequence[DayOff]) -> str:
    """Every day that did not count, by name and date."""
    return _(", ").join(f"{off_words(off)} ({off.on:%Y-%m-%d})" for off in skipped)


def moment_words(moment: datetime, *, zone: ZoneInfo) -> str:
    """`2026-11-25 10:00:00, Wednesday`: seconds because cut-offs are about them."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} ({WEEKDAYS[local.weekday()]})"


def why(terms: Terms, counted: Counted) -> str:
    """The deadline in one sentence: from when, how long, to when, and what was passed over."""
    rule = terms.rule
    parts = [
        _("%(start)s %(at)s, %(span)s: due %(due)s, %(zone)s")
        % {
            "start": _STARTS[rule.clock_start],
            "at": moment_words(counted.start, zone=terms.zone),
            "span": _counted_span(terms, counted),
            "due": moment_words(counted.due_at, zone=terms.zone),
            "zone": terms.zone.key,
        }
    ]
    if counted.skipped:
        parts.append(_("not counted: %(days)s") % {"days": skipped_words(counted.skipped)})
    if counted.extension:
        words = {"count": counted.extension.extra_days, "words": counted.extension.words}
        parts.append(_("%(count)s more by notice: %(words)s") % words)
    return _("; ").join(parts) + _(".")


def _counted_span(terms: Terms, counted: Counted) -> str:
    rule = terms.rule
    if rule.order_cutoff is None:
        amount = rule.amount if rule.unit == "hours" else counted.days
        return span_words(rule, amount=amount)
    values = {
        "cutoff": f"{rule.order_cutoff:%H:%M}",
        "span": span_words(rule, amount=counted.days),
    }
    if counted.is_start_day_off:
        return _("on a day that is not worked, so %(span)s") % values
    if counted.is_after_cutoff:
        return _("not before %(cutoff)s, so %(span)s") % values
    if counted.days == 0:
        return _("before %(cutoff)s, so the same day") % values
    return _("before %(cutoff)s, so %(span)s") % values


def doubt(terms: Terms, counted: Counted | None) -> str:
    """Why nobody should rely on it blindly, or nothing."""
    if not terms.rule.is_sure:
        return str(CONFIDENCE[terms.rule.confidence])
    if terms.rule.is_rest_day_unsure and counted and counted.is_start_day_off:
        return _("how orders of a day off are counted is not confirmed")
    return ""
