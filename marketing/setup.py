"""What a new seller starts with here."""

from django.db import transaction

from core import clock
from marketing.models import AdPolicy
from tenancy.models import Seller


@transaction.atomic
def prepare_seller(*, seller: Seller) -> AdPolicy:
    """The seller's policy, made when it is missing. Call inside the seller's scope."""
    policy, _new = AdPolicy.objects.get_or_create(seller=seller, defaults={"changed_at": clock.now()})
    return policy
