"""Ad accounts that a seller's authorization covers."""

from django.db import models

from integrations.models import Connection
from tenancy.fields import TenantKey
from tenancy.models import Shop
from tenancy.scoping import SellerOwned


class AdAccount(SellerOwned):
    """One advertiser, and the shop it sells for (when known)."""

    connection = TenantKey(Connection, models.CASCADE, related_name="ad_accounts")
    advertiser_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    shop_sold = TenantKey(Shop, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=60, blank=True)  # the platform's word, verbatim
    currency = models.CharField(max_length=3, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    balance_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "advertiser_id"], name="ad_account_once")]

    def __str__(self) -> str:
        return self.name
