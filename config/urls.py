"""Every address."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("console.urls")),
    path("s/<slug:seller>/orders/", include("orders.urls")),
    path("s/<slug:seller>/warehouse/", include("warehouse.urls")),
    path("s/<slug:seller>/catalog/", include("catalog.urls")),
    path("s/<slug:seller>/logistics/", include("logistics.urls")),
    path("s/<slug:seller>/marketing/", include("marketing.urls")),
    path("", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
