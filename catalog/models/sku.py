"""Our goods."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned


class Material(models.TextChoices):
    CARTON = "carton", _("carton")
    MAILER = "mailer", _("mailer")
    FILLER = "filler", _("filler")
    TAPE = "tape", _("tape")


class Sku(SellerOwned):
    """A thing that lies on a shelf, or a bundle of such things, shared by all shops of a seller.

    Packing materials are SKUs too, so that one ledger counts them: pieces, and tape in centimeters.
    """

    seller_sku = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    variation = models.CharField(max_length=120, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    is_bundle = models.BooleanField(default=False)
    is_by_lot = models.BooleanField(default=False, db_default=False)  # every receipt says which lot it is
    sell_by_days = models.PositiveSmallIntegerField(default=0, db_default=0)  # before a lot expires
    material = models.CharField(max_length=8, choices=Material, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "seller_sku"], name="sku_code_once"),
            models.CheckConstraint(
                condition=models.Q(material__in=["", *Material.values]), name="sku_material_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "material"], condition=~models.Q(material=""), name="sku_materials"
            )
        ]

    def __str__(self) -> str:
        return self.seller_sku


class Barcode(SellerOwned):
    """What a scanner reads on the goods. A SKU may carry several codes; a code means one SKU."""

    sku = TenantKey(Sku, models.CASCADE, related_name="barcodes")
    code = models.CharField(max_length=80)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "code"], name="barcode_once")]
        indexes = [models.Index(fields=["seller", "sku"], name="barcode_by_sku")]

    def __str__(self) -> str:
        return self.code


class BundleItem(SellerOwned):
    """One component of a bundle SKU: its stock is reserved instead of the bundle's."""

    bundle = TenantKey(Sku, models.CASCADE, related_name="components")
    component = TenantKey(Sku, models.PROTECT, related_name="in_bundles")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "bundle", "component"], name="bundle_component_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="bundle_quantity_positive"),
            models.CheckConstraint(
                condition=~models.Q(bundle=models.F("component")), name="bundle_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.component}"
