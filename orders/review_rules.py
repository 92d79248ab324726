"""The rules of a seller as they stand: set by a person, kept with who changed what, remembered until their stamp changes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import review_again
from orders.models import BlockEntry, HoldReason, ReviewRule, ReviewStamp, RuleMode
from orders.review_kinds import ALL, BY_REASON, Knob
from tenancy import audit, scoping
from tenancy.actors import Actor

REMEMBERED = 500  # sellers whose rules one process keeps in mind
SUBJECT = "review_rule"


class BadRule(RuleViolation):
    """The rule cannot be set like this."""

    code = "bad_rule"


@dataclass(frozen=True)
class Rule:
    """One rule as it applies to one shop."""

    reason: str
    mode: str
    threshold: Decimal | None = None
    window_hours: int | None = None
    currency: str = ""

    def values(self) -> dict[str, object]:
        """Plain values, for the audit list."""
        return {
            "mode": str(self.mode),
            "threshold": None if self.threshold is None else f"{self.threshold.normalize():f}",
            "window_hours": self.window_hours,
            "currency": self.currency,
        }


ShopRules = Mapping[str, Rule]
Blocked = Mapping[str, frozenset[str]]  # kind -> digests


def _shipped() -> dict[str, Rule]:
    return {
        kind.reason: Rule(
            reason=kind.reason,
            mode=kind.mode,
            threshold=kind.threshold.default if kind.threshold else None,
            window_hours=int(kind.window.default or 0) if kind.window else None,
        )
        for kind in ALL
    }


SHIPPED: ShopRules = _shipped()


@dataclass(frozen=True)
class Ruleset:
    """Everything that a seller set. `shops` has those alone that differ from the seller's own rules."""

    stamp: str
    seller: ShopRules
    shops: Mapping[int, ShopRules] = field(default_factory=dict)
    blocked: Blocked = field(default_factory=dict)

    def of(self, shop_id: int | None) -> ShopRules:
        return self.shops.get(shop_id, self.seller) if shop_id is not None else self.seller


_remembered: dict[tuple[frozenset[int], frozenset[int] | None], Ruleset] = {}


def current() -> Ruleset:
    """The rules of the seller in scope: one query while they are what this process remembers."""
    bound = scoping.current()
    key = (bound.sellers, bound.shops)
    stamp = ReviewStamp.objects.values_list("stamp", flat=True).first() or ""
    found = _remembered.get(key)
    if found is None or found.stamp != stamp:
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        found = _remembered[key] = _load(stamp)
    return found


def _load(stamp: str) -> Ruleset:
    if not stamp:
        return Ruleset(stamp, SHIPPED)
    rows = list(ReviewRule.objects.order_by("pk"))
    seller = {**SHIPPED, **{row.reason: _rule(row) for row in rows if row.shop_id is None}}
    shops: dict[int, dict[str, Rule]] = {}
    for row in rows:
        if row.shop_id is not None:
            shops.setdefault(row.shop_id, dict(seller))[row.reason] = _rule(row)
    blocked: dict[str, set[str]] = {}
    for kind, digest in BlockEntry.objects.values_list("kind", "digest"):
        blocked.setdefault(kind, set()).add(digest)
    return Ruleset(stamp, seller, shops, {kind: frozenset(digests) for kind, digests in blocked.items()})


def _rule(row: ReviewRule) -> Rule:
    return Rule(
        reason=row.reason,
        mode=row.mode,
        threshold=row.threshold,
        window_hours=row.window_hours,
        currency=row.currency,
    )


def renew_stamp() -> None:
    """What processes remember of this seller's rules and block list is out of date once this commits."""
    ReviewStamp.objects.bulk_create(
        [ReviewStamp(stamp=secrets.token_hex(16))],
        update_conflicts=True,
        unique_fields=["seller"],
        update_fields=["stamp"],
    )


def own_rows(*, shop_id: int | None) -> dict[str, ReviewRule]:
    """What somebody set for the seller (None) or for one shop, by reason."""
    return {row.reason: row for row in ReviewRule.objects.filter(shop_id=shop_id)}


def checked(*, rule: Rule) -> Rule:
    """The rule with what it needs and nothing else; raises BadRule."""
    kind = BY_REASON.get(rule.reason)
    if kind is None:
        raise BadRule(_("There is no such rule."))
    if rule.mode not in kind.modes:
        raise BadRule(_("“%(rule)s” cannot be set to this.") % {"rule": kind.reason.label}, field="mode")
    is_off = rule.mode == RuleMode.OFF
    threshold = _number(kind.threshold, rule.threshold, name="threshold", is_off=is_off)
    window = _number(
        kind.window,
        None if rule.window_hours is None else Decimal(rule.window_hours),
        name="window_hours",
        is_off=is_off,
    )
    has_currency = bool(kind.threshold and kind.threshold.is_money and threshold is not None)
    if has_currency and len(rule.currency) != 3:
        raise BadRule(_("Say in which currency the limit is."), field="currency")
    return Rule(
        reason=rule.reason,
        mode=rule.mode,
        threshold=threshold,
        window_hours=None if window is None else int(window),
        currency=rule.currency.upper() if has_currency else "",
    )


def _number(knob: Knob | None, value: Decimal | None, *, name: str, is_off: bool) -> Decimal | None:
    if knob is None:
        return None
    if value is None:
        if knob.default is None and not is_off:
            raise BadRule(_("“%(knob)s” needs a number.") % {"knob": knob.label}, field=name)
        return knob.default
    if not value.is_finite() or not knob.lowest <= value <= knob.highest:
        raise BadRule(
            _("“%(knob)s” is a number from %(lowest)s to %(highest)s.")
            % {"knob": knob.label, "lowest": f"{knob.lowest:f}", "highest": f"{knob.highest:f}"},
            field=name,
        )
    return value


@transaction.atomic
def set_rule(*, shop_id: int | None, rule: Rule, actor: Actor, now: datetime) -> Rule:
    """From now on this rule is asked like this. Orders that it holds or warns of are looked at again."""
    wanted = checked(rule=rule)
    before = current().of(shop_id)[rule.reason]
    if before == wanted and rule.reason in own_rows(shop_id=shop_id):
        return wanted
    ReviewRule.objects.bulk_create(
        [
            ReviewRule(
                shop_id=shop_id,
                reason=wanted.reason,
                mode=wanted.mode,
                threshold=wanted.threshold,
                window_hours=wanted.window_hours,
                currency=wanted.currency,
                changed_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["seller", "shop", "reason"],
        update_fields=["mode", "threshold", "window_hours", "currency", "changed_at"],
    )
    _follow(shop_id=shop_id, before=before, after=wanted, actor=actor, now=now)
    return wanted


@transaction.atomic
def forget_rule(*, shop_id: int | None, reason: str, actor: Actor, now: datetime) -> Rule:
    """A shop's rule is the seller's again; the seller's own is as shipped again."""
    before = current().of(shop_id)[reason]
    if not ReviewRule.objects.filter(shop_id=shop_id, reason=reason).delete()[0]:
        return before
    after = current().seller[reason] if shop_id is not None else SHIPPED[reason]
    _follow(shop_id=shop_id, before=before, after=after, actor=actor, now=now)
    return after


def _follow(*, shop_id: int | None, before: Rule, after: Rule, actor: Actor, now: datetime) -> None:
    renew_stamp()
    audit.record(
        actor=actor,
        now=now,
        action="review_rule.changed",
        subject_type=SUBJECT,
        subject_id=after.reason,
        shop_id=shop_id,
        before=before.values(),
        after=after.values(),
    )
    review_again.of_reason(reason=HoldReason(after.reason), shop_id=shop_id)
