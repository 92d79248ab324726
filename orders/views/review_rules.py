"""The rules of review, of the seller or of the chosen shop: set, tried on the last 7 days, and who changed what."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from orders import review_dry_run, review_rules
from orders.models import HoldReason, RuleMode
from orders.review_forms import RuleForm
from orders.review_kinds import ALL, BY_REASON, Kind
from orders.review_rules import Rule
from orders.review_words import detail_words
from tenancy import actors
from tenancy.models import AuditEntry, Shop
from tenancy.pages import chosen_shop, seller_page

CHANGES_SHOWN = 20


class NotYours(RuleViolation):
    """Rules of all shops are set by people who look after all of them."""

    code = "not_all_shops"
    status = 403


@dataclass(frozen=True)
class Row:
    """One rule as the page shows it."""

    kind: Kind
    rule: Rule
    is_own: bool  # set here, not inherited
    modes: tuple[tuple[str, str], ...]

    @property
    def threshold(self) -> str:
        return "" if self.rule.threshold is None else f"{self.rule.threshold.normalize():f}"

    @property
    def is_fixed(self) -> bool:
        return len(self.modes) == 1


@seller_page("orders.review")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every rule, with what it asks and how strict it is."""
    shop = chosen_shop(request)
    shop_id = shop.pk if shop else None
    standing, own = review_rules.current().of(shop_id), review_rules.own_rows(shop_id=shop_id)
    context = {
        "rows": [
            Row(
                kind=kind,
                rule=standing[kind.reason],
                is_own=kind.reason in own,
                modes=tuple((mode.value, str(mode.label)) for mode in kind.modes),
            )
            for kind in ALL
        ],
        "shop": shop,
        "currency": shop.currency if shop else "",
        "currencies": sorted(set(Shop.objects.values_list("currency", flat=True))),
        "may_edit": request.access.can("rules.edit") and _may_set(request, shop),
        "changes": _changes(),
    }
    return htmx.render(request, "orders/rules.html", "orders/_rules.html", context)


def _may_set(request: HttpRequest, shop: Shop | None) -> bool:
    return shop is not None or request.access.shop_ids is None


def _kind(reason: str) -> Kind:
    if reason not in BY_REASON:
        raise Http404
    return BY_REASON[reason]


@seller_page("rules.edit")
@require_POST
def save(request: HttpRequest, reason: str) -> HttpResponse:
    """Set one rule, or give it back to what is inherited."""
    kind, shop = _kind(reason), chosen_shop(request)
    if not _may_set(request, shop):
        raise NotYours(
            _("Choose one of your shops first: rules of all shops are set by people who see them all.")
        )
    shop_id, actor, now = shop.pk if shop else None, actors.of_user(request.user), clock.now()
    if "forget" in request.POST:
        review_rules.forget_rule(shop_id=shop_id, reason=kind.reason, actor=actor, now=now)
    else:
        rule = RuleForm(request.POST).rule(kind)
        review_rules.set_rule(shop_id=shop_id, rule=rule, actor=actor, now=now)
    address = reverse("orders:rules", kwargs={"seller": request.seller.slug})
    query = f"?shop={shop.slug}" if shop else ""
    words = _("“%(rule)s” is set. Orders that wait are looked at again.") % {"rule": kind.reason.label}
    return htmx.redirect(request, f"{address}{query}#rule-{kind.reason}", words)


@seller_page("orders.review")
@require_safe
def try_out(request: HttpRequest, reason: str) -> HttpResponse:
    """What the rule as it stands in the form would have met in the last 7 days. Changes nothing."""
    kind, shop = _kind(reason), chosen_shop(request)
    found = review_dry_run.dry_run(
        rule=RuleForm(request.GET).rule(kind), shop_id=shop.pk if shop else None, now=clock.now()
    )
    context = {
        "kind": kind,
        "shop": shop,
        "found": found,
        "would_hold": found.rule.mode == RuleMode.HOLD,
        "examples": [
            {
                "order": one.order,
                "detail": detail_words(reason=kind.reason, detail=one.detail, zone=one.order.shop.time_zone),
            }
            for one in found.examples
        ],
    }
    return htmx.render(request, "orders/rule_try.html", "orders/_rule_try.html", context)


def _changes() -> list[dict[str, object]]:
    """The newest changes of rules, in words."""
    rows = AuditEntry.objects.filter(subject_type=review_rules.SUBJECT).order_by("-at", "-pk")
    shops = dict(Shop.objects.values_list("pk", "name"))
    return [
        {
            "at": row.at,
            "by": row.actor_label,
            "rule": HoldReason(row.subject_id).label
            if row.subject_id in HoldReason.values
            else row.subject_id,
            "shop": shops.get(row.detail.get("shop_id"), ""),
            "before": _said(row.detail.get("before", {})),
            "after": _said(row.detail.get("after", {})),
        }
        for row in rows[:CHANGES_SHOWN]
        if row.detail.get("shop_id") is None or row.detail["shop_id"] in shops
    ]


def _said(values: dict[str, object]) -> str:
    """A rule of the audit list: “hold, 5, 24 h”."""
    mode = str(values.get("mode", ""))
    parts = [str(RuleMode(mode).label) if mode in RuleMode.values else mode]
    if values.get("threshold") is not None and mode != RuleMode.OFF:
        parts.append(f"{values['threshold']} {values.get('currency', '')}".strip())
    if values.get("window_hours") and mode != RuleMode.OFF:
        parts.append(_("within %(hours)s h") % {"hours": values["window_hours"]})
    return ", ".join(parts)
