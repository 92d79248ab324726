"""Sellable quantities on their way to the listings."""

from django.db import models

from catalog.models import Listing
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey


class StockPush(ExternalEffect):
    """One listing's quantity to set. There is one row per listing: a newer quantity replaces the waiting one."""

    listing = TenantKey(Listing, models.CASCADE, related_name="pushes")
    wanted = models.PositiveIntegerField()
    sent = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        base_manager_name = "objects"
        constraints = effect_meta("stock_push")["constraints"]
        indexes = effect_meta("stock_push")["indexes"]
