"""Roles to permissions, in one table, and what a person may reach at a seller."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tenancy.models import AgencyGrant, AgencyMember, Membership, Role, Seller, User

PERMISSIONS = (
    "orders.view",
    "orders.review",
    "orders.import",
    "orders.export",
    "orders.contacts",
    "rules.edit",
    "catalog.view",
    "catalog.edit",
    "stock.view",
    "stock.adjust",
    "counts.approve",
    "waves.plan",
    "floor.pick",
    "floor.pack",
    "logistics.view",
    "logistics.handover",
    "logistics.ship",
    "exceptions.work",
    "ads.view",
    "ads.edit",
    "settings.view",
    "settings.connect",
    "settings.members",
    "settings.edit",
    "stuck.work",
    "jobs.all",
)

_VIEW = frozenset(p for p in PERMISSIONS if p.endswith(".view")) - {"settings.view"}
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset(PERMISSIONS),
    Role.MANAGER: frozenset(PERMISSIONS) - {"settings.members"},
    Role.ORDER_CLERK: _VIEW
    | {"orders.review", "orders.import", "orders.export", "catalog.edit", "exceptions.work", "stuck.work"},
    Role.PICKER: frozenset({"orders.view", "stock.view", "catalog.view", "floor.pick"}),
    Role.PACKER: frozenset(
        {
            "orders.view",
            "stock.view",
            "catalog.view",
            "floor.pick",
            "floor.pack",
            "logistics.view",
            "logistics.handover",
        }
    ),
    Role.LOGISTICS: _VIEW
    | {
        "orders.export",
        "logistics.handover",
        "logistics.ship",
        "exceptions.work",
        "stuck.work",
        "waves.plan",
    },
    Role.MARKETER: _VIEW | {"ads.edit"},
    Role.VIEWER: _VIEW,
}


@dataclass(frozen=True)
class Access:
    """What a person may do at one seller. `shop_ids` is None when all shops are open to them."""

    seller: Seller
    permissions: frozenset[str]
    roles: tuple[str, ...]
    shop_ids: frozenset[int] | None
    is_agency: bool = False

    def can(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Reach:
    """Where a person works, asked once per request: the page and the shell around it both need it."""

    user: User
    memberships: tuple[Membership, ...]  # of active sellers
    is_in_agency: bool  # only then there can be grants


def reach_of(*, user: User) -> Reach:
    """Two short look-ups."""
    rows = Membership.objects.select_related("seller").filter(
        user=user, is_active=True, seller__is_active=True
    )
    is_in_agency = AgencyMember.objects.filter(user=user, is_active=True).exists()
    return Reach(user=user, memberships=tuple(rows), is_in_agency=is_in_agency)


def access_to(*, user: User, seller_slug: str, now: datetime) -> Access | None:
    """The union of a person's membership and their agencies' grants at a seller, or None."""
    return access_within(reach_of(user=user), seller_slug=seller_slug, now=now)


def access_within(reach: Reach, *, seller_slug: str, now: datetime) -> Access | None:
    """The same for somebody whose reach is known."""
    memberships = [row for row in reach.memberships if row.seller.slug == seller_slug]
    return _merge(memberships, list(_grants(reach, now=now).filter(seller__slug=seller_slug)))


def _grants(reach: Reach, *, now: datetime):
    return live_grants(user=reach.user, now=now) if reach.is_in_agency else AgencyGrant.objects.none()


def live_grants(*, user: User, now: datetime):
    """Grants that hold at this moment for the agencies a person belongs to."""
    return AgencyGrant.objects.select_related("seller", "agency").filter(
        Q(until_at__isnull=True) | Q(until_at__gt=now),
        agency__members__user=user,
        agency__members__is_active=True,
        revoked_at__isnull=True,
        seller__is_active=True,
    )


def _merge(memberships: list[Membership], grants: list[AgencyGrant]) -> Access | None:
    found = [*memberships, *grants]
    if not found:
        return None
    limits = [None if row.shop_ids is None else frozenset(row.shop_ids) for row in found]
    return Access(
        seller=found[0].seller,
        permissions=frozenset().union(*(ROLE_PERMISSIONS[row.role] for row in found)),
        roles=tuple(row.role for row in found),
        shop_ids=None if None in limits else frozenset().union(*limits),
        is_agency=not memberships,
    )


def sellers_of(*, user: User, now: datetime) -> list[Access]:
    """Every seller that a person may open, by name: the switcher and the agency overview."""
    return sellers_within(reach_of(user=user), now=now)


def sellers_within(reach: Reach, *, now: datetime) -> list[Access]:
    """The same for somebody whose reach is known."""
    rows: dict[int, list] = {}
    for row in reach.memberships:
        rows.setdefault(row.seller_id, []).append(row)
    grants: dict[int, list] = {}
    for row in _grants(reach, now=now):
        grants.setdefault(row.seller_id, []).append(row)
    merged = [_merge(rows.get(pk, []), grants.get(pk, [])) for pk in {*rows, *grants}]
    return sorted((access for access in merged if access), key=lambda access: access.seller.name.lower())
