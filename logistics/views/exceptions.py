"""Cases in transit: the list by kind, and one case with what the buyer was told and what was done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import buyer_messages, exceptions, selectors, setup
from logistics.forms import MessageForm, ResolveForm
from logistics.models import BuyerMessage, CaseState, ExceptionCase, ExceptionKind
from logistics.views import filters
from relay.effects import EffectState
from tenancy import actors
from tenancy.pages import seller_page

NEXT_STEPS = {
    ExceptionKind.CUSTOMS_DELAY: gettext_lazy("Send the documents or pay the duty; the buyer is told."),
    ExceptionKind.ADDRESS_ISSUE: gettext_lazy(
        "Ask the buyer for the right address and pass it to the carrier."
    ),
    ExceptionKind.ATTEMPT_FAILED: gettext_lazy("The carrier tries again; the buyer is told."),
    ExceptionKind.REFUSED: gettext_lazy("Expect the parcel back; settle the refund."),
    ExceptionKind.RETURNING: gettext_lazy("Expect the parcel back; put the goods into stock when they come."),
    ExceptionKind.RETURNED: gettext_lazy("Put the goods back into stock and settle the refund."),
    ExceptionKind.LOST: gettext_lazy("Claim it from the carrier; send again or refund."),
    ExceptionKind.DAMAGED: gettext_lazy(
        "Claim it from the carrier; send again or refund; look at the packing."
    ),
    ExceptionKind.DELAYED: gettext_lazy("Watch it; the buyer is told."),
    ExceptionKind.HELD_PAYMENT: gettext_lazy("Pay what is due, or the parcel stays where it is."),
    ExceptionKind.NO_SCAN: gettext_lazy(
        "Handed over more than a day ago and never scanned: call the carrier, the deadline still runs."
    ),
    ExceptionKind.STALE: gettext_lazy("No news for more than five days: ask the carrier where it is."),
    ExceptionKind.UPLOAD_REFUSED: gettext_lazy(
        "The platform did not take the number: read why, correct it on the shipment's page."
    ),
    ExceptionKind.SUSPECT_NUMBER: gettext_lazy(
        "The carrier scanned this number before the order was placed: it may be recycled or mistyped."
    ),
    ExceptionKind.INTERCEPT: gettext_lazy(
        "Take it off the manifest if the driver has not left; else ask the carrier to stop it and expect it back."
    ),
}


@seller_page("logistics.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Open cases by kind, the oldest first; resolved ones in their own tab."""
    shop_id = filters.shop_id(request)
    by_kind, resolved = selectors.case_counts(shop_id=shop_id)
    state = CaseState.RESOLVED if request.GET.get("tab") == "resolved" else CaseState.OPEN
    kind = request.GET.get("kind", "") if request.GET.get("kind") in ExceptionKind.values else ""
    page = filters.page_of(request, selectors.cases(state=state, kind=kind, shop_id=shop_id))
    context = {
        "page": page,
        "state": state,
        "tabs": [
            _entry(request, _("Open"), sum(by_kind.values()), is_here=state == CaseState.OPEN, tone="red"),
            _entry(request, _("Resolved"), resolved, is_here=state == CaseState.RESOLVED, tab="resolved"),
        ],
        "kinds": _kinds(request, by_kind, chosen=kind) if state == CaseState.OPEN else [],
        "table_id": "cases",
    }
    return htmx.render(request, "logistics/exceptions.html", "logistics/_exceptions.html", context)


def _kinds(request: HttpRequest, counts: dict[str, int], *, chosen: str) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "count": counts[value],
            "href": filters.href(request, kind="" if value == chosen else value),
            "current": value == chosen,
        }
        for value, label in ExceptionKind.choices
        if counts.get(value)
    ]


def _entry(
    request: HttpRequest, label: str, count: int, *, is_here: bool, tab: str = "", tone: str = ""
) -> dict[str, object]:
    href = filters.href(request, tab=tab, kind="")
    return {"label": label, "count": count, "href": href, "current": is_here, "tone": tone}


def _case(case_id: int) -> ExceptionCase:
    rows = ExceptionCase.objects.select_related("shop", "order", "shipment__carrier", "shipment__package")
    return get_object_or_404(rows, pk=case_id)


def _shown(request: HttpRequest, case: ExceptionCase, *, status: int = 200, **forms: object) -> HttpResponse:
    prepared = buyer_messages.text_for(
        kind=case.kind,
        order=case.order,
        number=case.shipment.tracking_number,
        region=case.shop.region,
    )
    messages = list(BuyerMessage.objects.filter(case=case).order_by("pk"))
    context = {
        "case": case,
        "resolution": exceptions.ENDED_BY_ITSELF.get(case.resolution, case.resolution),
        "next_step": NEXT_STEPS.get(case.kind, ""),
        "messages_told": messages,
        "is_reachable": bool(case.order.buyer_user_id) and bool(setup.connected_shops([case.shop_id])),
        "message_form": MessageForm(initial={"text": "" if messages else prepared}),
        "resolve_form": ResolveForm(),
        **forms,
    }
    return htmx.render(request, "logistics/case.html", "logistics/_case.html", context, status=status)


@seller_page("logistics.view")
@require_safe
def one(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case."""
    return _shown(request, _case(case_id))


def _back(request: HttpRequest, case: ExceptionCase, text: str) -> HttpResponse:
    address = reverse("logistics:case", kwargs={"seller": request.seller.slug, "case_id": case.pk})
    return htmx.redirect(request, address, text)


@seller_page("exceptions.work")
@require_POST
def tell(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write to the buyer."""
    case, form = _case(case_id), MessageForm(request.POST)
    if form.is_valid():
        try:
            buyer_messages.tell(
                case_id=case.pk,
                text=form.cleaned_data["text"],
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
            return _back(request, case, _("The message is on its way to the buyer."))
        except RuleViolation as refusal:
            form.add_error("text", str(refusal))
    return _shown(request, case, message_form=form, status=422)


@seller_page("exceptions.work")
@require_POST
def message(request: HttpRequest, case_id: int, message_id: int) -> HttpResponse:
    """A waiting automatic message: send it now, or keep it back."""
    case = _case(case_id)
    row = get_object_or_404(BuyerMessage, pk=message_id, case=case)
    if row.effect_state != EffectState.WAITING:
        return _back(request, case, _("This message has left already."))
    if request.POST.get("act") == "send":
        buyer_messages.send_now(message_id=row.pk, now=clock.now())
        return _back(request, case, _("The message is on its way to the buyer."))
    if request.POST.get("act") != "skip":
        raise Http404
    buyer_messages.skip_waiting(case=case, now=clock.now())
    return _back(request, case, _("The message is kept back."))


@seller_page("exceptions.work")
@require_POST
def resolve(request: HttpRequest, case_id: int) -> HttpResponse:
    """End the case."""
    case, form = _case(case_id), ResolveForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, resolve_form=form, status=422)
    exceptions.resolve(
        case_id=case.pk,
        resolution=form.cleaned_data["resolution"],
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    back = reverse("logistics:exceptions", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, back, _("The case is resolved."))
