"""Buyers who ask to cancel: the list by deadline, the answer; and cancelling an order as the seller."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from orders import cancel_answers, platform_choices, selectors
from orders.models import CancelRequest, CancelRequestState, Order
from orders.platform_choices import Choices
from tenancy import actors, scoping
from tenancy.pages import chosen_shop, seller_page

PAGE = 50


@seller_page("orders.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Open requests, the nearest deadline first; settled ones in their own tab."""
    shop = chosen_shop(request)
    tab = "settled" if request.GET.get("tab") == "settled" else "open"
    waiting, settled = selectors.cancel_counts(shop=shop)
    page = Paginator(selectors.cancel_requests(tab=tab, shop=shop), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tab": tab,
        "tabs": [
            _entry(request, _("To answer"), waiting, name="open", here=tab, tone="orange"),
            _entry(request, _("Settled"), settled, name="settled", here=tab),
        ],
    }
    return htmx.render(request, "orders/cancels.html", "orders/_cancels.html", context)


def _entry(
    request: HttpRequest, label: str, count: int, *, name: str, here: str, tone: str = ""
) -> dict[str, object]:
    query = request.GET.copy()
    query.pop("page", None)
    query["tab"] = name
    href = f"?{query.urlencode()}"
    return {"label": label, "count": count, "href": href, "current": name == here, "tone": tone}


def _bound(request: HttpRequest):
    return scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids)


@seller_page("orders.review")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the buyer go."""
    found = get_object_or_404(CancelRequest, pk=pk)
    cancel_answers.approve(request_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    text = _("The platform is told: the order ends as soon as it agrees.")
    return htmx.redirect(request, _list(request), text)


@seller_page("orders.review", outside_scope=True)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the order, with one of the reasons that the platform offers now."""
    with _bound(request):
        found = get_object_or_404(CancelRequest.objects.select_related("order", "shop"), pk=pk)
        is_open = found.state == CancelRequestState.PENDING
    trouble = ""
    if request.method == "POST":
        try:
            with _bound(request):
                return _rejected(request, found)
        except RuleViolation as error:
            trouble = str(error)
    choices = Choices()
    if is_open and found.shop.region not in cancel_answers.REJECTED_BY_SHIPPING:
        choices = platform_choices.reject_reasons(
            seller_id=found.seller_id, shop_id=found.shop_id, case_id=found.cancel_id, wanted_answer="cancel"
        )
    context = {
        "asked": found,
        "choices": choices,
        "is_open": is_open,
        "by_shipping": found.shop.region in cancel_answers.REJECTED_BY_SHIPPING,
        "trouble": trouble,
    }
    with _bound(request):
        status = 422 if trouble else 200
        return htmx.render(
            request, "orders/cancel_reject.html", "orders/_cancel_reject.html", context, status=status
        )


def _rejected(request: HttpRequest, found: CancelRequest) -> HttpResponse:
    told = cancel_answers.reject(
        request_id=found.pk,
        reason=request.POST.get("reason", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    text = _("The platform is told that the order is kept.")
    if told is None:
        text = _("The order goes on: shipping its parcel rejects the request.")
    return htmx.redirect(request, _list(request), text)


def _list(request: HttpRequest) -> str:
    return reverse("orders:cancels", kwargs={"seller": request.seller.slug})


@seller_page("orders.review", outside_scope=True)
def cancel_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel as the seller, with one of the reasons that the platform offers for this order now."""
    with _bound(request):
        found = get_object_or_404(Order.objects.select_related("shop"), public_id=public_id)
    trouble = ""
    if request.method == "POST":
        try:
            with _bound(request):
                return _cancelled(request, found)
        except RuleViolation as error:
            trouble = str(error)
    choices = platform_choices.cancel_reasons(
        seller_id=found.seller_id, shop_id=found.shop_id, platform_order_id=found.platform_order_id
    )
    context = {"order": found, "choices": choices, "trouble": trouble}
    with _bound(request):
        status = 422 if trouble else 200
        return htmx.render(
            request, "orders/cancel_order.html", "orders/_cancel_order.html", context, status=status
        )


def _cancelled(request: HttpRequest, found: Order) -> HttpResponse:
    if request.POST.get("sure") != "1":
        raise Http404
    cancel_answers.cancel_order(
        order_id=found.pk,
        reason=request.POST.get("reason", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    address = reverse("orders:order", kwargs={"seller": request.seller.slug, "public_id": found.public_id})
    return htmx.redirect(request, address, _("The floor stopped. The platform is asked to cancel the order."))
