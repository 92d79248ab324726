"""Addresses of the shell: the front door, the agency's portfolio, a seller's home, connections."""

from django.urls import path

from console.views import connections, home, language, try_out

app_name = "console"
urlpatterns = [
    path("", home.door, name="door"),
    path("language/", language.switch, name="language"),
    path("agency/", home.agency, name="agency"),
    path("connect/tiktok-shop/callback", connections.shop_callback, name="shop_callback"),
    path("connect/tiktok-ads/callback", connections.ads_callback, name="ads_callback"),
    path("s/<slug:seller>/", home.home, name="home"),
    path("s/<slug:seller>/try-out/", try_out.index, name="try_out"),
    path("s/<slug:seller>/try-out/printed/", try_out.printed, name="try_out_printed"),
    path("s/<slug:seller>/settings/connections/", connections.index, name="connections"),
    path("s/<slug:seller>/settings/connections/connect/<str:provider>/", connections.connect, name="connect"),
    path(
        "s/<slug:seller>/settings/connections/<int:connection_id>/disconnect/",
        connections.disconnect,
        name="disconnect",
    ),
]
