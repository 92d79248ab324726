"""A new seller: the registry row, an owner, and what each app puts ready."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from logistics import setup as logistics_setup
from marketing import setup as marketing_setup
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Membership, Role, Seller, User
from warehouse import setup as warehouse_setup

SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")


class BadSeller(RuleViolation):
    """The seller cannot be made like this."""

    code = "bad_seller"


@dataclass(frozen=True)
class NewSeller:
    """`password` is the owner's one-time password; empty when the owner had an account before, or none was named."""

    seller: Seller
    owner: User | None = None
    password: str = ""


@transaction.atomic
def create_seller(
    *,
    slug: str,
    name: str,
    owner: str = "",
    time_zone: str = "UTC",
    actor: Actor,
    now: datetime,
    is_demo: bool = False,
) -> NewSeller:
    """All or nothing. The warehouse, the carriers and the ad policy are put ready by their apps."""
    _check(slug=slug, name=name, owner=owner, time_zone=time_zone)
    seller = Seller.objects.create(slug=slug, name=name.strip(), time_zone=time_zone, is_demo=is_demo)
    person, password = _owner(owner) if owner else (None, "")
    with scoping.scope(sellers=[seller.pk]):
        if person:
            Membership.objects.create(user=person, seller=seller, role=Role.OWNER)
        warehouse_setup.prepare_seller(seller=seller)
        logistics_setup.prepare_seller(seller=seller)
        marketing_setup.prepare_seller(seller=seller)
        audit.record(actor=actor, now=now, action="seller.created", subject_type="seller", subject_id=slug)
    return NewSeller(seller=seller, owner=person, password=password)


def _check(*, slug: str, name: str, owner: str, time_zone: str) -> None:
    if not SLUG.match(slug):
        raise BadSeller(_("A slug has 1 to 40 small letters, digits and dashes, like “cedar-sand”."))
    if Seller.objects.filter(slug=slug).exists():
        raise BadSeller(_("The slug “%(slug)s” is taken.") % {"slug": slug})
    if not name.strip():
        raise BadSeller(_("Give the seller a name."))
    if time_zone not in available_timezones():
        raise BadSeller(
            _("There is no time zone “%(zone)s”; write it like Asia/Ho_Chi_Minh.") % {"zone": time_zone}
        )
    if owner:
        try:
            validate_email(owner)
        except ValidationError:
            raise BadSeller(_("“%(email)s” is not a mail address.") % {"email": owner}) from None


def _owner(email: str) -> tuple[User, str]:
    found = User.objects.filter(email__iexact=email).first()
    if found:
        return found, ""
    password = secrets.token_urlsafe(12)
    return User.objects.create_user(email, password), password
