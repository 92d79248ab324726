"""People at a seller: invite, change, close, open again. There is always an owner left who can let others in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from tenancy.models import Membership, Role, Seller, Shop, User


class LastOwner(RuleViolation):
    """The change would leave the seller without an owner."""

    code = "last_owner"


class AlreadyMember(RuleViolation):
    """This mail address works here already."""

    code = "already_member"


class UnknownShop(RuleViolation):
    """A shop limit names a shop that is not the seller's."""

    code = "unknown_shop"


@dataclass(frozen=True)
class Invitation:
    """`link` sets the first password, once; it is empty for people who have an account already."""

    membership: Membership
    link: str


@transaction.atomic
def invite(
    *, seller: Seller, email: str, role: str, shop_ids: Sequence[int] | None, actor: Actor, now: datetime
) -> Invitation:
    """Let a person in by mail address. Somebody new gets an account without a password and a link to set one."""
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(address)
    if Membership.objects.filter(seller=seller, user=user).exists():
        raise AlreadyMember(
            _("%(email)s is a member already. Change the role in the list.") % {"email": address}
        )
    membership = Membership.objects.create(
        seller=seller, user=user, role=role, shop_ids=checked_shops(shop_ids)
    )
    audit.record(
        actor=actor,
        now=now,
        action="member.invited",
        subject_type="member",
        subject_id=user.pk,
        role=role,
        shops=shop_ids or [],
    )
    return Invitation(membership=membership, link=password_link(user) if is_new else "")


@transaction.atomic
def change(
    *,
    membership_id: int,
    seller: Seller,
    role: str,
    shop_ids: Sequence[int] | None,
    actor: Actor,
    now: datetime,
) -> Membership:
    """Another role or other shops."""
    membership = _lock(membership_id, seller)
    if role != Role.OWNER or shop_ids is not None:
        _keep_an_owner(membership)
    before = {"role": membership.role, "shops": membership.shop_ids or []}
    membership.role, membership.shop_ids = role, checked_shops(shop_ids)
    membership.save(update_fields=["role", "shop_ids"])
    _note(membership, "member.changed", actor=actor, now=now, before=before, role=role, shops=shop_ids or [])
    return membership


@transaction.atomic
def set_active(
    *, membership_id: int, seller: Seller, is_active: bool, actor: Actor, now: datetime
) -> Membership:
    """Close a membership, or open it again. The account itself stays: it may belong to other sellers too."""
    membership = _lock(membership_id, seller)
    if not is_active:
        _keep_an_owner(membership)
    if membership.is_active != is_active:
        membership.is_active = is_active
        membership.save(update_fields=["is_active"])
        _note(membership, "member.opened" if is_active else "member.closed", actor=actor, now=now)
    return membership


def _lock(membership_id: int, seller: Seller) -> Membership:
    """Every membership of the seller, so that two owners cannot close each other at the same moment."""
    rows = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .filter(seller=seller)
    )
    return {row.pk: row for row in rows.order_by("pk")}[membership_id]


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(
        seller_id=membership.seller_id, role=Role.OWNER, is_active=True, shop_ids__isnull=True
    ).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise LastOwner(_("This is the only owner. Make somebody else an owner first."))


def checked_shops(shop_ids: Sequence[int] | None) -> list[int] | None:
    """The shop limit, all of it of the seller in scope; None means every shop."""
    if shop_ids is None:
        return None
    known = sorted(Shop.objects.filter(pk__in=shop_ids).values_list("pk", flat=True))
    if not known or len(known) != len(set(shop_ids)):
        raise UnknownShop(_("Choose at least one of your shops, or all of them."))
    return known


def password_link(user: User) -> str:
    """Where this person sets a password: works once, and only for some days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uidb36, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    return f"{settings.PUBLIC_URL}{path}"


def send_invitation(*, invitation: Invitation, seller: Seller) -> None:
    """Tell the person. Call after the commit; the page shows the link too, in case the mail gets lost."""
    link = invitation.link or settings.PUBLIC_URL
    send_mail(
        subject=_("You may work for %(seller)s now") % {"seller": seller.name},
        message=_("Open this page to start: %(link)s") % {"link": link},
        from_email=None,
        recipient_list=[invitation.membership.user.email],
        fail_silently=True,
    )


def _note(membership: Membership, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor, now=now, action=action, subject_type="member", subject_id=membership.user_id, **detail
    )
