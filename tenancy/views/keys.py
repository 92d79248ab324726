"""API keys of a seller: shown once, revoked at once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from tenancy import actors, audit, keys, selectors
from tenancy.forms import KeyForm
from tenancy.models import ApiKey
from tenancy.pages import seller_page


@seller_page("settings.members")
def index(request: HttpRequest) -> HttpResponse:
    """The list, and the form for a new one; its text is on the answer and nowhere else."""
    form = KeyForm(request.POST or None)
    text, status = "", 200
    if request.method == "POST" and form.is_valid():
        key, text = keys.create(
            seller=request.seller,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            shop_ids=form.shop_ids,
        )
        _note(request, "key.made", key)
        form = KeyForm()
    elif form.is_bound:
        status = 422
    context = {"keys": selectors.api_keys(seller=request.seller), "form": form, "text": text}
    response = render(request, "tenancy/keys.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@seller_page("settings.members")
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """The key stops working with the next request."""
    key = ApiKey.objects.filter(seller=request.seller, pk=key_id).first()
    if key is None:
        raise Http404
    keys.revoke(key=key, now=clock.now())
    _note(request, "key.revoked", key)
    address = reverse("tenancy:keys", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, address, _("The key is revoked."))


def _note(request: HttpRequest, action: str, key: ApiKey) -> None:
    audit.record(
        actor=actors.of_user(request.user),
        now=clock.now(),
        action=action,
        subject_type="key",
        subject_id=key.prefix,
        name=key.name,
    )
