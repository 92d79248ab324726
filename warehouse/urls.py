"""Addresses of the warehouse pages, below /s/<seller>/warehouse/."""

app_name = "warehouse"
urlpatterns: list = []
