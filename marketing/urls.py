"""Addresses of the marketing pages, below /s/<seller>/marketing/."""

app_name = "marketing"
urlpatterns: list = []
