"""Orders into several parcels, parcels into one: asked of the platform, which answers with new parcel ids."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey


class RegroupKind(models.TextChoices):
    SPLIT = "split", _("split")
    COMBINE = "combine", _("combine")


class RegroupRequest(ExternalEffect):
    """`groups` of a split: lists of order line ids. Of a combination: the platform's order ids."""

    order = TenantKey(Order, models.CASCADE, related_name="regroup_requests")
    kind = models.CharField(max_length=10, choices=RegroupKind)
    groups = models.JSONField(default=list)
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            *effect_meta("regroup")["constraints"],
            models.CheckConstraint(
                condition=models.Q(kind__in=RegroupKind.values), name="regroup_kind_known"
            ),
        ]
        indexes = [
            *effect_meta("regroup")["indexes"],
            models.Index(fields=["seller", "order"], name="regroup_by_order"),
        ]
