"""Addresses of the settings pages, below /s/<seller>/settings/."""

from django.urls import path

from tenancy.views import keys, members, shops

app_name = "tenancy"
urlpatterns = [
    path("members/", members.index, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<int:membership_id>/", members.change, name="member"),
    path("members/<int:membership_id>/switch/", members.switch, name="member_switch"),
    path("agencies/", members.give, name="grant"),
    path("agencies/<int:grant_id>/revoke/", members.revoke, name="grant_revoke"),
    path("keys/", keys.index, name="keys"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="key_revoke"),
    path("shops/", shops.index, name="shops"),
    path("shops/add/", shops.add, name="shop_add"),
    path("shops/<slug:slug>/", shops.change, name="shop"),
    path("audit/", shops.audit, name="audit"),
]
