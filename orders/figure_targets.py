"""The lines that shares are held against: what is known of each region, and what a seller drew instead.

A share must stay below its line. Where no line is published, or sources differ, the strictest known one is taken and marked.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from orders.models import ClockKind, FigureTarget
from tenancy import audit
from tenancy.actors import Actor
from tenancy.regions import REGIONS

STRICTEST = Decimal(4)
WINDOW_DAYS = 30
MOST_DAYS = 90
# Which shares have a line; each is a family of its own.
KINDS = (ClockKind.PROMISE, ClockKind.DISPATCH, ClockKind.COLLECTION, ClockKind.CANCEL, ClockKind.DELIVERY)


@dataclass(frozen=True)
class Target:
    """One line: late orders stay below `limit_percent` of those due in the last `window_days`."""

    region: str
    kind: str
    limit_percent: Decimal
    words: str | Promise
    window_days: int = WINDOW_DAYS
    is_sure: bool = False
    is_on: bool = True
    is_own: bool = False

    @property
    def plain_limit(self) -> str:
        """10, not 1E+1 and not 10.00."""
        return f"{self.limit_percent.normalize():f}"


_NOT_PUBLISHED = gettext_lazy(
    "No figure is published for this market: the strictest one known elsewhere is taken."
)
_GOAL = gettext_lazy("The shop's own goal; no platform asks for it.")
_US_LDR = gettext_lazy(
    "Recommended are 4 percent; sources differ on whether 4 or 10 percent has consequences."
)
_SFCR = gettext_lazy("The line for all cancellations by the seller's fault, held against the automatic ones.")
_KNOWN = (
    Target("US", ClockKind.DISPATCH, Decimal(4), _US_LDR),
    Target("US", ClockKind.COLLECTION, Decimal(4), _US_LDR),
    Target("US", ClockKind.CANCEL, Decimal("2.5"), _SFCR),
    Target(
        "US",
        ClockKind.DELIVERY,
        Decimal(20),
        gettext_lazy("At least 80 percent are to be delivered on time; sources are of medium weight."),
    ),
    Target(
        "TH",
        ClockKind.COLLECTION,
        Decimal(10),
        gettext_lazy("From 10 percent on, daily orders are limited."),
        is_sure=True,
    ),
    Target("TH", ClockKind.CANCEL, Decimal(10), _SFCR),
    Target(
        "MY",
        ClockKind.COLLECTION,
        Decimal(4),
        gettext_lazy("Below 4 percent over 7 days, as news reports say."),
        window_days=7,
    ),
)
_BY_KEY = {(target.region, target.kind): target for target in _KNOWN}


class NotALine(RuleViolation):
    """A share or a window that makes no sense."""

    code = "not_a_line"


def known(*, region: str, kind: str) -> Target | None:
    """What is known, or the strictest reading; deliveries and cancellations have no line where none is published."""
    found = _BY_KEY.get((region, kind))
    if found is not None:
        return found
    if kind == ClockKind.PROMISE:
        return Target(region, kind, STRICTEST, _GOAL, is_sure=True)
    if kind in (ClockKind.DISPATCH, ClockKind.COLLECTION):
        return Target(region, kind, STRICTEST, _NOT_PUBLISHED)
    return Target(region, kind, STRICTEST, _NOT_PUBLISHED, is_on=False)


def targets(*, regions: set[str]) -> dict[tuple[str, str], Target]:
    """(region, kind) -> its line, in one query."""
    found = {(region, kind): known(region=region, kind=kind) for region in regions for kind in KINDS}
    for own in FigureTarget.objects.filter(region__in=sorted(regions)):
        base = found[own.region, own.kind]
        found[own.region, own.kind] = replace(
            base,
            limit_percent=own.limit_percent,
            window_days=own.window_days,
            is_on=own.is_on,
            is_own=True,
        )
    return found


@transaction.atomic
def draw(
    *,
    region: str,
    kind: str,
    limit_percent: Decimal,
    window_days: int,
    is_on: bool,
    actor: Actor,
    now: datetime,
) -> FigureTarget:
    """Put another line in the place of the known one; who did it and what stood before stays in the audit list."""
    if kind not in KINDS or region not in REGIONS:
        raise NotALine(_("This figure has no line."))
    if not 0 < limit_percent < 100:
        raise NotALine(_("The share must be above 0 and below 100 percent."))
    if not 1 <= window_days <= MOST_DAYS:
        raise NotALine(_("The window must be 1 to %(most)s days.") % {"most": MOST_DAYS})
    before = targets(regions={region})[region, kind]
    wanted = {"limit_percent": limit_percent, "window_days": window_days, "is_on": is_on}
    row, _made = FigureTarget.objects.update_or_create(
        region=region,
        kind=kind,
        defaults={**wanted, "changed_at": now, "changed_by": actor.label[:120]},
    )
    audit.record(
        actor=actor,
        now=now,
        action="performance.line_drawn",
        subject_type="figure_target",
        subject_id=row.pk,
        region=region,
        kind=kind,
        before=f"{before.plain_limit} % / {before.window_days} d / {before.is_on}",
        after=f"{limit_percent} % / {window_days} d / {is_on}",
    )
    return row


@transaction.atomic
def forget(*, region: str, kind: str, actor: Actor, now: datetime) -> bool:
    """Go back to the known line; False when it was in force already."""
    own = FigureTarget.objects.lock().filter(region=region, kind=kind).first()
    if own is None:
        return False
    audit.record(
        actor=actor,
        now=now,
        action="performance.line_forgotten",
        subject_type="figure_target",
        subject_id=own.pk,
        region=region,
        kind=kind,
        before=f"{own.limit_percent} % / {own.window_days} d / {own.is_on}",
    )
    own.delete()
    return True
