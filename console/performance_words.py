"""The names of figures, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import performance
from orders.models import ClockKind, Outcome, Segment, Stage

# Families of deadlines, the shop's own promise first: that one is the headline. They are never added up.
KINDS = (ClockKind.PROMISE, ClockKind.DISPATCH, ClockKind.COLLECTION, ClockKind.CANCEL, ClockKind.DELIVERY)
LATE_WORDS: dict[str, str | Promise] = {
    ClockKind.PROMISE: gettext_lazy("Promise missed"),
    ClockKind.DISPATCH: gettext_lazy("Late dispatch"),
    ClockKind.COLLECTION: gettext_lazy("Late collection"),
    ClockKind.CANCEL: gettext_lazy("Auto-cancelled"),
    ClockKind.DELIVERY: gettext_lazy("Late delivery"),
}
FAMILY_WORDS: dict[str, str | Promise] = {
    ClockKind.PROMISE: gettext_lazy("Shop's promise"),
    ClockKind.DISPATCH: gettext_lazy("Dispatch"),
    ClockKind.COLLECTION: gettext_lazy("Collection"),
    ClockKind.CANCEL: gettext_lazy("Automatic cancellation"),
    ClockKind.DELIVERY: gettext_lazy("Delivery"),
}
# Two are told by what went well.
GOOD_WORDS: dict[str, str | Promise] = {
    ClockKind.PROMISE: gettext_lazy("Promise kept"),
    ClockKind.DELIVERY: gettext_lazy("Delivered on time"),
}
MEANS: dict[str, str | Promise] = {
    ClockKind.PROMISE: gettext_lazy("scanned by the carrier within the hours that the shop promises"),
    ClockKind.DISPATCH: gettext_lazy("shipping not arranged by the deadline"),
    ClockKind.COLLECTION: gettext_lazy("not scanned by the carrier by the deadline"),
    ClockKind.CANCEL: gettext_lazy("paid orders that the platform cancelled by itself"),
    ClockKind.DELIVERY: gettext_lazy("at the buyer by the platform's date"),
}
GROUP_WORDS: dict[str, str | Promise] = {
    "shop": gettext_lazy("By shop"),
    "carrier": gettext_lazy("By carrier"),
    "warehouse": gettext_lazy("By warehouse"),
}


def late_words(kind: str, count: int) -> str:
    """How many did not make it."""
    words = _("%(n)s auto-cancelled") if kind == ClockKind.CANCEL else _("%(n)s late")
    return words % {"n": f"{count:,}"}


def figure_words(figure: str, outcome: str) -> str:
    """What a list of orders is."""
    family, _dot, name = figure.partition(".")
    if family == "segment":
        return _("Hours in “%(segment)s”") % {"segment": Segment(name).label}
    if family == "stage":
        words = _("Moment not known: %(stage)s") if outcome == Outcome.UNKNOWN else "%(stage)s"
        return words % {"stage": Stage(name).label}
    if outcome == performance.IN_COHORT:
        return _("%(family)s: due") % {"family": FAMILY_WORDS[name]}
    if not outcome:
        return _("%(family)s: deadline passed") % {"family": FAMILY_WORDS[name]}
    if name == ClockKind.CANCEL and outcome == Outcome.LATE:
        return str(LATE_WORDS[name])
    return _("%(family)s: %(outcome)s") % {"family": FAMILY_WORDS[name], "outcome": Outcome(outcome).label}
