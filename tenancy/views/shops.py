"""Shops of a seller: names, colors, promises; and the list of what was changed by whom."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock, htmx
from tenancy import actors, audit_words, selectors, shops
from tenancy.forms import AddShopForm, ShopForm
from tenancy.models import Shop
from tenancy.pages import seller_page
from tenancy.shops import ShopSettings


@seller_page("settings.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every shop and what it promises."""
    context = {"rows": selectors.shops(), "table_id": "shops"}
    return htmx.render(request, "tenancy/shops.html", "tenancy/_shops.html", context)


@seller_page("settings.edit")
def add(request: HttpRequest) -> HttpResponse:
    """A shop whose orders come by file."""
    form = AddShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shop = shops.add_shop(
            seller=request.seller, **form.cleaned_data, actor=actors.of_user(request.user), now=clock.now()
        )
        return htmx.redirect(request, _address(request, shop), _("The shop is there. Now its promise."))
    return _form(request, form, title=_("Add a shop"))


@seller_page("settings.edit")
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """One shop's settings."""
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        raise Http404
    initial = {name: getattr(shop, name) for name in ShopSettings.__dataclass_fields__}
    form = ShopForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = ShopSettings(**form.cleaned_data)
        shops.change_shop(shop_id=shop.pk, wanted=wanted, actor=actors.of_user(request.user), now=clock.now())
        address = reverse("tenancy:shops", kwargs={"seller": request.seller.slug})
        return htmx.redirect(request, address, _("Saved."))
    return _form(request, form, title=shop.name)


def _form(request: HttpRequest, form, *, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "tenancy/shop.html", "tenancy/_shop.html", context, status=status)


def _address(request: HttpRequest, shop: Shop) -> str:
    return reverse("tenancy:shop", kwargs={"seller": request.seller.slug, "slug": shop.slug})


@seller_page("settings.view")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Who changed what, newest first."""
    search = request.GET.get("q", "").strip()
    page = Paginator(selectors.audit_entries(search=search), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "search": search,
        "table_id": "audit",
        "actions": audit_words.ACTIONS,
        "things": audit_words.THINGS,
    }
    return htmx.render(request, "tenancy/audit.html", "tenancy/_audit.html", context)
