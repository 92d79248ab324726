"""What a new seller starts with here."""

from django.db import transaction

from core import clock
from marketing.models import AdPolicy
from tenancy import scoping
from tenancy.models import Seller


@transaction.atomic
def prepare_seller(seller: Seller) -> AdPolicy:
    """The seller's policy, made when it is missing; a second call changes nothing."""
    with scoping.scope(sellers=[seller.pk]):
        policy, _new = AdPolicy.objects.get_or_create(seller=seller, defaults={"changed_at": clock.now()})
    return policy
