"""Addresses of the REST API, below /api/v1/. Each app lists its own in `<app>/api.py: urlpatterns`."""

from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", TemplateView.as_view(template_name="api_docs.html"), name="api_docs"),
    path("", include("orders.api")),
    path("", include("warehouse.api")),
    path("", include("logistics.api")),
]
