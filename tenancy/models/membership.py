"""Who works where: roles of people at a seller, and of agencies by grant."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    ORDER_CLERK = "order_clerk", _("Order clerk")
    PICKER = "picker", _("Picker")
    PACKER = "packer", _("Packer")
    LOGISTICS = "logistics", _("Logistics")
    MARKETER = "marketer", _("Marketer")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A person at a seller. `shop_ids` limits to some shops; null means all. Global: it is read to make the scope."""

    user = models.ForeignKey("tenancy.User", models.CASCADE, related_name="memberships")
    seller = models.ForeignKey("tenancy.Seller", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    shop_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Agency(models.Model):
    """An operator that works for several sellers."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class AgencyMember(models.Model):
    """A person of an agency; what they may do at a seller is said by the grant."""

    user = models.ForeignKey("tenancy.User", models.CASCADE, related_name="agency_memberships")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="members")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "user"], name="agency_member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.agency}"


class AgencyGrant(models.Model):
    """A seller lets an agency act in a role, for some shops (null = all), until a day; never by owning rows."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="grants")
    seller = models.ForeignKey("tenancy.Seller", models.CASCADE, related_name="agency_grants")
    role = models.CharField(max_length=20, choices=Role)
    shop_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "agency"], name="agency_grant_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="agency_grant_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} → {self.seller}"
