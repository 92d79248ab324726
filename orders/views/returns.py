"""Returns and refunds: the list by stage, one return, and the answer that the platform waits for."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import clock, htmx
from core.errors import RuleViolation
from orders import platform_choices, return_answers, selectors
from orders.models import ReturnCase, ReturnStage
from orders.platform_choices import Choices
from tenancy import actors, scoping
from tenancy.pages import chosen_shop, seller_page

PAGE = 50
TABS = tuple(ReturnStage)
# What the platform waits for, as the question on the page.
QUESTIONS: dict[str, str | Promise] = {
    "refund": gettext_lazy("The buyer wants the money back and keeps the goods. Agree?"),
    "return": gettext_lazy("The buyer wants to send the goods back for a refund. Agree?"),
    "receive": gettext_lazy("The goods are back, or on their way. Pay the refund?"),
    "replacement": gettext_lazy("The buyer wants other goods instead. Agree?"),
}
STATUS_WORDS: dict[str, str | Promise] = {
    "return_or_refund_request_pending": gettext_lazy("the buyer asks"),
    "refund_or_return_request_reject": gettext_lazy("rejected"),
    "awaiting_buyer_ship": gettext_lazy("the buyer is to ship"),
    "buyer_shipped_item": gettext_lazy("the buyer has shipped"),
    "reject_receive_package": gettext_lazy("the goods were refused"),
    "return_or_refund_request_success": gettext_lazy("refund agreed"),
    "return_or_refund_request_cancel": gettext_lazy("withdrawn"),
    "return_or_refund_request_complete": gettext_lazy("refunded"),
    "awaiting_buyer_response": gettext_lazy("the buyer is to answer"),
    "came_back": gettext_lazy("brought back by the carrier"),
}


def status_words(case: ReturnCase) -> str:
    """The platform's status in words; one that is new here is shown as it came."""
    return str(STATUS_WORDS.get(case.platform_status, case.platform_status.replace("_", " ")))


@seller_page("orders.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Returns by stage; what must be answered first comes first."""
    shop = chosen_shop(request)
    tab = request.GET.get("tab", "")
    stage = tab if tab in ReturnStage.values else ReturnStage.TO_DECIDE
    counts = selectors.return_counts(shop=shop)
    page = Paginator(selectors.returns(stage=stage, shop=shop), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"case": case, "status": status_words(case)} for case in page],
        "stage": stage,
        "tabs": [_entry(request, one, counts.get(one, 0), here=stage) for one in TABS],
    }
    return htmx.render(request, "orders/returns.html", "orders/_returns.html", context)


def _entry(request: HttpRequest, stage: ReturnStage, count: int, *, here: str) -> dict[str, object]:
    query = request.GET.copy()
    query.pop("page", None)
    query["tab"] = stage.value
    tone = "orange" if stage == ReturnStage.TO_DECIDE else ""
    return {
        "label": str(stage.label).capitalize(),
        "count": count,
        "href": f"?{query.urlencode()}",
        "current": stage == here,
        "tone": tone,
    }


def _bound(request: HttpRequest):
    return scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids)


def _case(public_id: str) -> ReturnCase:
    return get_object_or_404(ReturnCase.objects.select_related("order", "shop"), public_id=public_id)


@seller_page("orders.view", outside_scope=True)
@require_safe
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One return: what the platform says, what came back, what may be decided now."""
    with _bound(request):
        case = _case(public_id)
    return _shown(request, case)


@seller_page("orders.review", outside_scope=True)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve or reject."""
    with _bound(request):
        case = _case(public_id)
    if request.method != "POST" or request.POST.get("act") not in ("approve", "reject"):
        raise Http404
    try:
        with _bound(request):
            return_answers.answer(
                case_id=case.pk,
                is_approved=request.POST["act"] == "approve",
                reason=request.POST.get("reason", ""),
                comment=request.POST.get("comment", ""),
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
    except RuleViolation as error:
        return _shown(request, case, trouble=str(error))
    address = reverse("orders:return", kwargs={"seller": request.seller.slug, "public_id": public_id})
    return htmx.redirect(request, address, _("The platform is told."))


def _shown(request: HttpRequest, case: ReturnCase, *, trouble: str = "") -> HttpResponse:
    """The reasons are asked for only when somebody may choose one."""
    choices = Choices()
    may_reject = case.wanted_answer and (case.wanted_answer != "receive" or case.inspected_at)
    if may_reject and request.access.can("orders.review"):
        choices = platform_choices.reject_reasons(
            seller_id=case.seller_id,
            shop_id=case.shop_id,
            case_id=case.return_id,
            wanted_answer=case.wanted_answer,
        )
    with _bound(request):
        answers = list(case.answers.order_by("-pk"))
        context = {
            "case": case,
            "status": status_words(case),
            "question": QUESTIONS.get(case.wanted_answer, ""),
            "lines": list(case.lines.select_related("sku", "order_line").order_by("pk")),
            "answers": answers,
            "is_answered": any(
                one.wanted_answer == case.wanted_answer and one.effect_state in return_answers.LIVE
                for one in answers
            ),
            "choices": choices,
            "may_reject": bool(may_reject),
            "trouble": trouble,
        }
        status = 422 if trouble else 200
        return htmx.render(request, "orders/return.html", "orders/_return.html", context, status=status)
