"""Django's admin, for the operators of the installation: who is here. Business rows are not in it."""

from django.contrib import admin
from django.contrib.auth.models import Group

from tenancy.models import Agency, AgencyMember, Seller, User

admin.site.unregister(Group)


class AgencyMemberInline(admin.TabularInline):
    model = AgencyMember
    extra = 1
    raw_id_fields = ("user",)


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    """The only place where agencies are made; sellers let them in by themselves."""

    list_display = ("name", "slug", "created_at")
    inlines = (AgencyMemberInline,)


@admin.register(Seller)
class SellerAdmin(admin.ModelAdmin):
    """Sellers are made by `create_seller`, which prepares them; here they are closed or renamed."""

    list_display = ("slug", "name", "time_zone", "is_active", "is_demo")
    readonly_fields = ("slug", "created_at")

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People; passwords are set by themselves, over the reset link."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "name")
    fields = (
        "email",
        "name",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("last_login", "date_joined")

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
