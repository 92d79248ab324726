"""How free a seller leaves the choice of the warehouse that serves an order."""

from django.db import models

from tenancy.scoping import SellerOwned


class AllocationTerms(SellerOwned):
    """One row per seller; without a row nothing but the warehouse that the platform names serves an order, whole."""

    is_other_allowed = models.BooleanField(default=False)  # another warehouse, when that one lacks something
    is_split_allowed = models.BooleanField(default=False)  # several parcels from several warehouses

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller"], name="allocation_terms_once")]

    def __str__(self) -> str:
        return f"allocation of seller {self.seller_id}"
