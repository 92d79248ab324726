"""Addresses of the relay's pages, below /s/<seller>/stuck/."""

from django.urls import path

from relay.views import stuck

app_name = "relay"
urlpatterns = [
    path("", stuck.index, name="stuck"),
    path("<str:kind>/act/", stuck.act, name="stuck_act"),
]
