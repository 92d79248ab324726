"""What the commands of the shell share: finding the seller that an argument names."""

from django.core.management.base import CommandError
from django.db.models import QuerySet

from tenancy.models import Seller


def seller_named(slug: str, *, must_be_active: bool = False) -> Seller:
    """The seller with this slug; CommandError when there is none, or when it must be active and is not."""
    sellers = Seller.objects.filter(is_active=True) if must_be_active else Seller.objects.all()
    found = sellers.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no seller “{slug}”.")
    return found


def sellers_named(slug: str | None) -> QuerySet[Seller]:
    """The one seller with this slug, or all by slug when none is given; CommandError when there is no such seller."""
    sellers = Seller.objects.order_by("slug")
    if slug:
        sellers = sellers.filter(slug=seller_named(slug).slug)
    return sellers
