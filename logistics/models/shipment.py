"""The carriage of one package, its label, and its number on the way to the platform."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import ids
from logistics.models.carrier import Carrier
from orders.models import Package
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class ShipmentState(models.TextChoices):
    PENDING = "pending", _("waits for its label")
    LABELLED = "labelled", _("labelled")
    HANDED_OVER = "handed_over", _("handed over")
    IN_TRANSIT = "in_transit", _("in transit")
    ARRIVED = "arrived", _("arrived")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    CANCELLED = "cancelled", _("cancelled")


def _shipment_id() -> str:
    return ids.public_id("shp")


class Shipment(ShopOwned):
    """One carriage. The dock scan and the carrier's scan are two different columns; only the second stops the clock."""

    public_id = models.CharField(max_length=28, default=_shipment_id)
    package = TenantKey(Package, models.CASCADE, related_name="shipments")
    carrier = TenantKey(Carrier, models.PROTECT, null=True, blank=True, related_name="shipments")
    carrier_name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=ShipmentState, default=ShipmentState.PENDING)
    is_platform_label = models.BooleanField(default=False)
    tracking_number = models.CharField(max_length=60, blank=True)
    raw_number = models.CharField(max_length=80, blank=True)
    # Another order's shipment in the same parcel carries the number for both.
    is_follower = models.BooleanField(default=False, db_default=False)
    void_reason = models.CharField(max_length=60, blank=True, default="", db_default="")
    number_source = models.CharField(max_length=10, blank=True)  # platform | block | typed | api | file
    is_number_proven = models.BooleanField(default=False)
    label_file = models.CharField(max_length=200, blank=True)
    label_printed_at = models.DateTimeField(null=True, blank=True)
    label_print_count = models.PositiveSmallIntegerField(default=0)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    # How its carrier was chosen by weight and size (`rating`), and what that is going to cost.
    freight_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    freight_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    choice = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()
    labelled_at = models.DateTimeField(null=True, blank=True)
    docked_at = models.DateTimeField(null=True, blank=True)
    picked_up_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    uploaded_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_event_text = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="shipment_public_id_once"),
            models.UniqueConstraint(
                fields=["seller", "tracking_number"],
                condition=~models.Q(tracking_number="")
                & ~models.Q(state="cancelled")
                & models.Q(is_follower=False),
                name="tracking_number_once",
            ),
            models.UniqueConstraint(
                fields=["seller", "package"],
                condition=~models.Q(state="cancelled"),
                name="shipment_live_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ShipmentState.values), name="shipment_state_known"
            ),
        ]
        indexes = [models.Index(fields=["seller", "state", "-created_at"], name="shipment_by_state")]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id


class LabelRequest(ExternalEffect):
    """Arrange the platform's shipping of a package and fetch its label."""

    shipment = TenantKey(Shipment, models.CASCADE, related_name="label_requests")
    is_arranged = models.BooleanField(default=False)

    class Meta:
        base_manager_name = "objects"
        constraints = effect_meta("label_request")["constraints"]
        indexes = effect_meta("label_request")["indexes"]


class TrackingUpload(ExternalEffect):
    """Give the platform a seller-carrier number. One per shipment: only one change is ever allowed there."""

    shipment = TenantKey(Shipment, models.CASCADE, related_name="uploads")
    carrier = TenantKey(Carrier, models.PROTECT, null=True, blank=True, related_name="+")
    tracking_number = models.CharField(max_length=60)
    # after_pickup | at_handover | at_label | guard | person | correction | file
    why_now = models.CharField(max_length=20)
    is_correction = models.BooleanField(default=False)
    warning = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = effect_meta("tracking_upload")["constraints"]
        indexes = [
            *effect_meta("tracking_upload")["indexes"],
            models.Index(fields=["seller", "shipment"], name="upload_by_shipment"),
        ]
