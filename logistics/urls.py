"""Addresses of the logistics pages, below /s/<seller>/logistics/."""

app_name = "logistics"
urlpatterns: list = []
