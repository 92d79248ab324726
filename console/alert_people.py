"""Who may get alerts by mail: people who may see the seller's orders now, each only for the shops that are open to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tenancy import access
from tenancy.models import Seller, User


@dataclass(frozen=True)
class Person:
    """Somebody who works for the seller, by membership or through an agency."""

    user: User
    shop_ids: frozenset[int] | None

    def sees(self, shop_id: int) -> bool:
        return self.shop_ids is None or shop_id in self.shop_ids


def people(*, seller: Seller, now: datetime, user_ids: Iterable[int] | None = None) -> dict[int, Person]:
    """User id -> person, by name. Whoever left or lost the grant is not among them, whatever was ticked before."""
    reach = Q(memberships__seller=seller, memberships__is_active=True) | Q(
        agency_memberships__is_active=True,
        agency_memberships__agency__grants__seller=seller,
        agency_memberships__agency__grants__revoked_at__isnull=True,
    )
    users = User.objects.filter(reach, is_active=True).distinct().order_by("name", "email")
    if user_ids is not None:
        users = users.filter(pk__in=list(user_ids))
    found = {}
    for user in users:
        may = access.access_to(user=user, seller_slug=seller.slug, now=now)
        if may and may.can("orders.view"):
            found[user.pk] = Person(user, may.shop_ids)
    return found
