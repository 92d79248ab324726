"""Addresses that other systems push to, at the root."""

from django.urls import path

from integrations.views import tiktok_shop

app_name = "integrations"
urlpatterns = [path("webhooks/tiktok-shop", tiktok_shop.receive, name="tiktok_shop_webhook")]
