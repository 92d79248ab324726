"""The buyer's name, phone and address: the only place that has them."""

from django.db import models

from orders.models.order import Order
from tenancy.fields import SealedJson, TenantOneToOne
from tenancy.scoping import ShopOwned


class BuyerContact(ShopOwned):
    """Sealed at rest and erased on schedule; what stays readable names a region, not a person."""

    order = TenantOneToOne(Order, models.CASCADE, related_name="contact")
    sealed = SealedJson(blank=True)  # name, phone, lines, full_address, postal_code
    region_code = models.CharField(max_length=2, blank=True)
    province = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    is_masked = models.BooleanField(default=False)
    # Keyed digest of where the parcel goes, to see how many go there; empty for what cannot be read.
    address_digest = models.CharField(max_length=32, blank=True, default="", db_default="")
    # Keyed digest of what is sealed: tells another address from the same one without opening either.
    digest = models.CharField(max_length=32, blank=True, default="", db_default="")
    changed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "order"], name="contact_once")]
        indexes = [
            models.Index(
                fields=["seller", "address_digest"],
                condition=~models.Q(address_digest=""),
                name="contact_by_address",
            )
        ]

    def __str__(self) -> str:
        return f"contact of order {self.order_id}"
