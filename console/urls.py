"""Addresses of the shell: the front door, the agency's portfolio, a seller's home."""

from django.urls import path

from console.views import home, language

app_name = "console"
urlpatterns = [
    path("", home.door, name="door"),
    path("language/", language.switch, name="language"),
    path("agency/", home.agency, name="agency"),
    path("s/<slug:seller>/", home.home, name="home"),
]
