"""Sentences for decisions: why, and what became of it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.models import AdDecision

_NOTES = {
    "paused_by_person": gettext_lazy("A person had paused it first; it stays theirs."),
    "product_removed_by_person": gettext_lazy("A person had taken the product out first; it stays theirs."),
    "budget_changed_by_person": gettext_lazy("A person had changed the budget first; it stays theirs."),
    "changed_by_person": gettext_lazy(
        "A person changed the ad after us; we leave it alone until stock has recovered."
    ),
}


def reason(decision: AdDecision) -> str:
    """One sentence with the figures on which the decision stood."""
    facts = {"seller_sku": "—", "available": "?", "safety_stock": "?", "resume_line": "?"} | decision.facts
    code = decision.reason_code
    if code == "below_safety":
        text = _("%(seller_sku)s has %(available)s available, below its safety stock of %(safety_stock)s.")
    elif code == "sold_out":
        text = _("%(seller_sku)s is sold out (safety stock %(safety_stock)s).")
    elif code == "never_counted":
        text = _(
            "%(seller_sku)s was never counted or received here, so we only tell you. Count it once to let the rule act."
        )
    elif code == "recovered":
        text = _(
            "%(seller_sku)s is back at %(available)s available, at or above the resume line of %(resume_line)s."
        )
    elif code == "cut_refused":
        text = _(
            "The platform refused the lower budget, so the ad is paused instead (%(available)s available)."
        )
    elif code == "undone":
        text = _("A person undid the decision.")
    else:
        text = _("The product is no longer linked to this ad.")
    return text % facts


def note(decision: AdDecision) -> str:
    """What became of it, when there is something to say."""
    return str(_NOTES.get(decision.note, decision.note))
