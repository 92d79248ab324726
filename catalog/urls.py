"""Addresses of the catalog pages, below /s/<seller>/catalog/."""

from django.urls import path

from catalog.views import listings, skus

app_name = "catalog"
urlpatterns = [
    path("skus/", skus.index, name="skus"),
    path("skus/new/", skus.new, name="sku_new"),
    path("skus/options/", skus.options, name="sku_options"),
    path("skus/<int:sku_id>/", skus.sku, name="sku"),
    path("listings/", listings.index, name="listings"),
    path("listings/bulk/", listings.bulk, name="listings_bulk"),
    path("listings/<int:listing_id>/map/", listings.map_one, name="listing_map"),
    path("listings/<int:listing_id>/buffer/", listings.set_buffer, name="listing_buffer"),
]
