"""The seller (the tenant) and its shops."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.scoping import SellerOwned


class Seller(models.Model):
    """The registry of tenants: global, with nothing in it that another seller could use."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class ShopColor(models.TextChoices):
    BLUE = "blue", _("blue")
    TEAL = "teal", _("teal")
    PURPLE = "purple", _("purple")
    ORANGE = "orange", _("orange")
    PINK = "pink", _("pink")
    GREEN = "green", _("green")


class Shop(SellerOwned):
    """One TikTok Shop of a seller, connected by API or fed by Seller Center files."""

    TABLE_WALL = "shop itself"

    slug = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3)
    platform_shop_id = models.CharField(max_length=40, blank=True)
    color = models.CharField(max_length=10, choices=ShopColor, default=ShopColor.BLUE)
    promise_hours = models.PositiveSmallIntegerField(default=48)
    peak_promise_hours = models.PositiveSmallIntegerField(default=36)
    peak_from_on = models.DateField(null=True, blank=True)
    peak_until_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "slug"], name="shop_slug_once_per_seller"),
            models.CheckConstraint(condition=models.Q(promise_hours__gte=1), name="shop_promise_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class ShopRoute(models.Model):
    """Which seller a platform's shop id belongs to. Global: a webhook knows nothing else before a scope exists."""

    platform = models.CharField(max_length=20)
    platform_shop_id = models.CharField(max_length=40)
    seller = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    shop_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "platform_shop_id"], name="shop_route_once_per_platform"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.platform_shop_id}"
