"""Addresses of the catalog pages, below /s/<seller>/catalog/."""

app_name = "catalog"
urlpatterns: list = []
