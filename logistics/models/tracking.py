"""What the carrier said: append-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from logistics.models.shipment import Shipment
from tenancy.fields import TenantKey, TenantOneToOne
from tenancy.scoping import ShopOwned


class TrackingStatus(models.TextChoices):
    UNKNOWN = "unknown", _("not known yet")
    LABEL_CREATED = "label_created", _("label created")
    PICKED_UP = "picked_up", _("picked up")
    IN_TRANSIT = "in_transit", _("in transit")
    CUSTOMS = "customs", _("at customs")
    ARRIVED_DESTINATION = "arrived_destination", _("arrived at destination")
    OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
    READY_FOR_PICKUP = "ready_for_pickup", _("ready for pickup")
    ATTEMPT_FAILED = "attempt_failed", _("delivery attempt failed")
    DELIVERED = "delivered", _("delivered")
    EXCEPTION = "exception", _("exception")
    RETURNING = "returning", _("on its way back")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    DESTROYED = "destroyed", _("destroyed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("no news for long")


class TrackingEvent(ShopOwned):
    """One thing that a carrier (or the platform for it) said about a shipment."""

    shipment = TenantKey(Shipment, models.CASCADE, related_name="events")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=TrackingStatus)
    exception = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=20)
    provider_code = models.CharField(max_length=60, blank=True)
    event_hash = models.CharField(max_length=64)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shipment", "event_hash"], name="tracking_event_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=TrackingStatus.values), name="tracking_status_known"
            ),
        ]
        indexes = [models.Index(fields=["seller", "shipment", "happened_at"], name="tracking_event_by_time")]

    def __str__(self) -> str:
        return f"{self.status} of shipment {self.shipment_id}"


class TrackedParcel(ShopOwned):
    """Whether the tracking provider watches a shipment's number, and when it is asked next."""

    shipment = TenantOneToOne(Shipment, models.CASCADE, related_name="tracked")
    provider = models.CharField(max_length=20)
    registered_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, choices=TrackingStatus, default=TrackingStatus.UNKNOWN)
    next_poll_at = models.DateTimeField()
    last_polled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_finished = models.BooleanField(default=False)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "shipment"], name="tracked_parcel_once")]
        indexes = [
            models.Index(
                fields=["seller", "next_poll_at"],
                condition=models.Q(is_finished=False),
                name="tracked_parcel_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} watches shipment {self.shipment_id}"
