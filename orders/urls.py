"""Addresses of the orders pages, below /s/<seller>/orders/."""

app_name = "orders"
urlpatterns: list = []
