"""Every address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from core import health
from logistics.views import webhooks
from relay import urls as relay_urls

# Operators log in through the same door: with the lock-out and the second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("console.urls")),
    path("", include("integrations.urls")),
    path("webhooks/tracking/<str:provider>", webhooks.receive, name="tracking_webhook"),
    path("s/<slug:seller>/orders/", include("orders.urls")),
    path("s/<slug:seller>/warehouse/", include("warehouse.urls")),
    path("s/<slug:seller>/catalog/", include("catalog.urls")),
    path("s/<slug:seller>/logistics/", include("logistics.urls")),
    path("s/<slug:seller>/marketing/", include("marketing.urls")),
    path("s/<slug:seller>/settings/", include("tenancy.urls")),
    path("s/<slug:seller>/stuck/", include("relay.urls")),
    path("s/<slug:seller>/jobs/", include(relay_urls.JOBS)),
    path("api/v1/", include("config.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "core.rest.bad_request"
handler404 = "core.rest.not_found"
handler500 = "core.rest.server_error"
