"""Which ads sell what, and what we hold of them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from marketing import decisions, links, policies, selectors, words
from marketing.forms import PolicyForm
from marketing.models import AdVehicle
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page


@require_GET
@seller_page("ads.view")
def vehicle_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "linked")
    shop = chosen_shop(request)
    search = request.GET.get("q", "").strip()
    found = selectors.vehicles(tab=tab, shop_id=shop.pk if shop else None, search=search)
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "tabs": _tabs(tab),
        "search": search,
        "policy": policies.current_policy(now=clock.now()),
        "accounts": selectors.accounts(),
    }
    return htmx.render(request, "marketing/links.html", "marketing/_vehicles.html", context)


def _tabs(current: str) -> list[dict[str, object]]:
    counts = selectors.vehicle_counts()
    labels = {
        "linked": _("Linked to products"),
        "held": _("Held by us"),
        "unlinked": _("Not linked"),
        "all": _("All"),
    }
    return [
        {"label": label, "count": counts[key], "href": f"?tab={key}", "current": key == current}
        for key, label in labels.items()
    ]


@require_GET
@seller_page("ads.view")
def vehicle_page(request: HttpRequest, vehicle_id: int) -> HttpResponse:
    vehicle = get_object_or_404(
        AdVehicle.objects.select_related("account", "account__shop_sold"), pk=vehicle_id
    )
    history = list(selectors.decisions(vehicle_id=vehicle.pk)[:50])
    search = request.GET.get("q", "").strip()
    context = {
        "vehicle": vehicle,
        "products": selectors.products_of(vehicle_id=vehicle.pk),
        "decisions": [(row, words.reason(row), words.note(row)) for row in history],
        "search": search,
        "candidates": selectors.products_to_link(search=search) if search else [],
        "can_undo": selectors.CAN_UNDO,
    }
    return render(request, "marketing/vehicle.html", context)


@require_POST
@seller_page("ads.edit")
def link_product(request: HttpRequest, vehicle_id: int) -> HttpResponse:
    get_object_or_404(AdVehicle, pk=vehicle_id)
    links.link_by_hand(
        vehicle_id=vehicle_id,
        product_id=request.POST.get("product_id", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _back(request, vehicle_id, _("Linked. Stock of this product now steers this ad."))


@require_POST
@seller_page("ads.edit")
def ignore_product(request: HttpRequest, vehicle_id: int) -> HttpResponse:
    get_object_or_404(AdVehicle, pk=vehicle_id)
    is_ignored = request.POST.get("ignore") == "1"
    links.ignore(
        vehicle_id=vehicle_id,
        product_id=request.POST.get("product_id", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
        is_ignored=is_ignored,
    )
    return _back(
        request, vehicle_id, _("Ignored on this ad.") if is_ignored else _("Heeded on this ad again.")
    )


def _back(request: HttpRequest, vehicle_id: int, text: str) -> HttpResponse:
    url = reverse("marketing:vehicle", kwargs={"seller": request.seller.slug, "vehicle_id": vehicle_id})
    return htmx.redirect(request, url, text)


@seller_page("ads.edit")
def policy_page(request: HttpRequest) -> HttpResponse:
    policy = policies.current_policy(now=clock.now())
    form = PolicyForm(
        request.POST or None, initial={name: getattr(policy, name) for name in PolicyForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            policies.change_policy(
                values=form.cleaned_data, actor=actors.of_user(request.user), now=clock.now()
            )
            url = reverse("marketing:links", kwargs={"seller": request.seller.slug})
            return htmx.redirect(request, url, _("Saved. The rule was applied to every linked ad."))
        for name, value in form.cleaned_data.items():
            setattr(policy, name, value)
    context = {"form": form, "policy": policy, "plans": decisions.preview(policy=policy)}
    status = 422 if request.method == "POST" and not form.is_valid() else 200
    return render(request, "marketing/policy.html", context, status=status)
