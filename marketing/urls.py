"""Addresses below /s/<seller>/marketing/."""

from django.urls import path

from marketing.views import decisions, links

app_name = "marketing"

urlpatterns = [
    path("", links.vehicle_list, name="links"),
    path("ads/<int:vehicle_id>/", links.vehicle_page, name="vehicle"),
    path("ads/<int:vehicle_id>/link/", links.link_product, name="link"),
    path("ads/<int:vehicle_id>/ignore/", links.ignore_product, name="ignore"),
    path("policy/", links.policy_page, name="policy"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/<slug:public_id>/undo/", decisions.undo, name="undo"),
]
