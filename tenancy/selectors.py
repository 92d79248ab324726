"""Reads for the settings pages and the shell."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tenancy.models import AgencyGrant, ApiKey, AuditEntry, Membership, Seller, Shop


@dataclass(frozen=True)
class Limit:
    """Which shops somebody may see, in words for a list."""

    row: object
    shop_names: list[str]


def members(*, seller: Seller) -> list[Limit]:
    """People at the seller, those who may work first."""
    rows = Membership.objects.select_related("user").filter(seller=seller)
    return _with_names(rows.order_by("-is_active", "user__email"))


def grants(*, seller: Seller) -> list[Limit]:
    """Agencies that were ever let in, newest first."""
    rows = AgencyGrant.objects.select_related("agency").filter(seller=seller)
    return _with_names(rows.order_by("-created_at"))


def api_keys(*, seller: Seller) -> list[Limit]:
    """Keys that were ever made, live ones first."""
    return _with_names(ApiKey.objects.filter(seller=seller).order_by("-revoked_at", "-created_at"))


def _with_names(rows: QuerySet) -> list[Limit]:
    names = dict(Shop.objects.values_list("pk", "name"))
    return [Limit(row, [names[pk] for pk in row.shop_ids or [] if pk in names]) for row in rows]


def shops() -> QuerySet[Shop]:
    return Shop.objects.order_by("-is_active", "name")


def audit_entries(*, search: str = "") -> QuerySet[AuditEntry]:
    """Newest first; the search is by person, action or thing."""
    found = AuditEntry.objects.order_by("-at", "-pk")
    if search:
        found = (
            found.filter(actor_label__icontains=search)
            | found.filter(action__icontains=search)
            | found.filter(subject_id__icontains=search)
        )
    return found
