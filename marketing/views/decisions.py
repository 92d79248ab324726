"""What was decided about ads, why, and the way back."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from marketing import decisions, selectors, words
from marketing.models import AdDecision
from tenancy import actors
from tenancy.pages import seller_page


@require_GET
@seller_page("ads.view")
def decision_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "in_force")
    search = request.GET.get("q", "").strip()
    page = Paginator(selectors.decisions(tab=tab, search=search), 50).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.sentence, row.outcome = words.reason(row), words.note(row)
    context = {"page": page, "tabs": _tabs(tab), "search": search, "can_undo": selectors.CAN_UNDO}
    return htmx.render(request, "marketing/decisions.html", "marketing/_decisions.html", context)


def _tabs(current: str) -> list[dict[str, object]]:
    counts = selectors.decision_counts()
    labels = {
        "in_force": _("In force"),
        "advice": _("Advice"),
        "trouble": _("Refused or overridden"),
        "all": _("All"),
    }
    return [
        {
            "label": label,
            "count": counts[key],
            "href": f"?tab={key}",
            "current": key == current,
            "tone": "red" if key == "trouble" else "",
        }
        for key, label in labels.items()
    ]


@require_POST
@seller_page("ads.edit")
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    decision = get_object_or_404(AdDecision, public_id=public_id)
    decisions.undo(
        decision_id=decision.pk,
        actor=actors.of_user(request.user),
        now=clock.now(),
        note=request.POST.get("note", ""),
    )
    url = reverse("marketing:decisions", kwargs={"seller": request.seller.slug})
    return htmx.redirect(
        request, url, _("Undone. This product is left alone on this ad until its stock has recovered.")
    )
