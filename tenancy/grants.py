"""What a seller lets an agency do: a role, some shops or all, until a day; taken back at any moment."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit, members
from tenancy.actors import Actor
from tenancy.models import Agency, AgencyGrant, Seller


class UnknownAgency(RuleViolation):
    """No agency has this code."""

    code = "unknown_agency"


class PastDay(RuleViolation):
    """The grant would be over before it starts."""

    code = "past_day"


@transaction.atomic
def give(
    *,
    seller: Seller,
    agency_code: str,
    role: str,
    shop_ids: Sequence[int] | None,
    until_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> AgencyGrant:
    """Let an agency in, or change what it may do. A grant that was taken back starts anew."""
    agency = Agency.objects.filter(slug=agency_code.strip().lower()).first()
    if agency is None:
        raise UnknownAgency(
            _("No agency has the code “%(code)s”. Ask the agency for it.") % {"code": agency_code}
        )
    if until_at is not None and until_at <= now:
        raise PastDay(_("The last day lies in the past."))
    grant, _is_new = AgencyGrant.objects.update_or_create(
        seller=seller,
        agency=agency,
        defaults={
            "role": role,
            "shop_ids": members.checked_shops(shop_ids),
            "until_at": until_at,
            "revoked_at": None,
        },
    )
    audit.record(
        actor=actor,
        now=now,
        action="agency.let_in",
        subject_type="agency",
        subject_id=agency.slug,
        role=role,
        shops=shop_ids or [],
        until=until_at.isoformat() if until_at else "",
    )
    return grant


@transaction.atomic
def revoke(*, grant_id: int, seller: Seller, actor: Actor, now: datetime) -> None:
    """Shut the agency out at once. Saying it twice changes nothing."""
    grant = AgencyGrant.objects.select_for_update(of=("self",), no_key=True).select_related("agency")
    grant = grant.get(pk=grant_id, seller=seller)
    if grant.revoked_at is None:
        grant.revoked_at = now
        grant.save(update_fields=["revoked_at"])
        audit.record(
            actor=actor,
            now=now,
            action="agency.shut_out",
            subject_type="agency",
            subject_id=grant.agency.slug,
        )
