"""The act of giving parcels to the carrier."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import ids
from logistics.models.carrier import Carrier
from logistics.models.shipment import Shipment
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class ManifestState(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


def _manifest_id() -> str:
    return ids.public_id("man")


class Manifest(SellerOwned):
    """The list that a carrier's driver signs."""

    public_id = models.CharField(max_length=28, default=_manifest_id)
    number = models.CharField(max_length=24)
    carrier = TenantKey(Carrier, models.PROTECT, null=True, blank=True, related_name="+")
    carrier_name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=ManifestState, default=ManifestState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="manifest_number_once"),
            models.UniqueConstraint(fields=["seller", "public_id"], name="manifest_public_id_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ManifestState.values), name="manifest_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ManifestLine(ShopOwned):
    """One parcel on a manifest: the dock scan."""

    manifest = TenantKey(Manifest, models.CASCADE, related_name="lines")
    shipment = TenantKey(Shipment, models.PROTECT, related_name="manifest_lines")
    scanned_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "shipment"], name="manifest_line_once")]
        indexes = [models.Index(fields=["seller", "manifest"], name="manifest_line_by_manifest")]

    def __str__(self) -> str:
        return f"shipment {self.shipment_id} on manifest {self.manifest_id}"
