"""Members of a seller, and the agencies it lets in."""

from functools import partial

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors, grants, members, selectors
from tenancy.forms import GrantForm, InviteForm, MemberForm
from tenancy.models import AgencyGrant, Membership
from tenancy.pages import seller_page


@seller_page("settings.members")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who may come in."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **extra) -> HttpResponse:
    context = {
        "members": selectors.members(seller=request.seller),
        "grants": selectors.grants(seller=request.seller),
        "invite_form": InviteForm(),
        "grant_form": GrantForm(),
        "now": clock.now(),
        **extra,
    }
    return render(request, "tenancy/members.html", context, status=status)


@seller_page("settings.members")
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Let a person in; the link is shown once, on the answer."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, invite_form=form)
    try:
        invitation = members.invite(
            seller=request.seller,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            shop_ids=form.shop_ids,
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        form.add_error("email", str(error))
        return _page(request, status=error.status, invite_form=form)
    transaction.on_commit(partial(members.send_invitation, invitation=invitation, seller=request.seller))
    return _page(request, invitation=invitation)


@seller_page("settings.members")
def change(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Role and shops of one member; a dialog over the list, or a page of its own."""
    member = Membership.objects.select_related("user").filter(seller=request.seller, pk=membership_id).first()
    if member is None:
        raise Http404
    form = MemberForm(request.POST or None, initial={"role": member.role, "shops": member.shop_ids or []})
    if request.method == "POST" and form.is_valid():
        members.change(
            membership_id=member.pk,
            seller=request.seller,
            role=form.cleaned_data["role"],
            shop_ids=form.shop_ids,
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
        return htmx.redirect(request, _list(request), _("Saved."))
    context = {"member": member, "form": form}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "tenancy/member.html", "tenancy/_member.html", context, status=status)


@seller_page("settings.members")
@require_POST
def switch(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Close a membership or open it again."""
    if not Membership.objects.filter(seller=request.seller, pk=membership_id).exists():
        raise Http404
    is_active = request.POST.get("active") == "1"
    members.set_active(
        membership_id=membership_id,
        seller=request.seller,
        is_active=is_active,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    text = _("The member may come in again.") if is_active else _("The member is shut out.")
    return htmx.redirect(request, _list(request), text)


@seller_page("settings.members")
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Let an agency in."""
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, grant_form=form)
    try:
        grants.give(
            seller=request.seller,
            agency_code=form.cleaned_data["agency"],
            role=form.cleaned_data["role"],
            shop_ids=form.shop_ids,
            until_at=form.until_at(zone=request.seller.time_zone),
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        form.add_error(None, str(error))
        return _page(request, status=error.status, grant_form=form)
    return htmx.redirect(request, _list(request), _("The agency may come in."))


@seller_page("settings.members")
@require_POST
def revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Shut an agency out at once."""
    if not AgencyGrant.objects.filter(seller=request.seller, pk=grant_id).exists():
        raise Http404
    grants.revoke(
        grant_id=grant_id, seller=request.seller, actor=actors.of_user(request.user), now=clock.now()
    )
    return htmx.redirect(request, _list(request), _("The agency is shut out."))


def _list(request: HttpRequest) -> str:
    return reverse("tenancy:members", kwargs={"seller": request.seller.slug})
