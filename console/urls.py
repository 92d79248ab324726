"""Addresses of the shell: the front door, the agency's portfolio, a seller's home, connections."""

from django.urls import path

from console.views import (
    alert_channels,
    alerts,
    connections,
    home,
    language,
    performance,
    practice,
    shop_reading,
    try_out,
    wall,
)

app_name = "console"
urlpatterns = [
    path("", home.door, name="door"),
    path("language/", language.switch, name="language"),
    path("agency/", home.agency, name="agency"),
    path("connect/tiktok-shop/callback", connections.shop_callback, name="shop_callback"),
    path("connect/tiktok-ads/callback", connections.ads_callback, name="ads_callback"),
    path("s/<slug:seller>/", home.home, name="home"),
    path("s/<slug:seller>/performance/", performance.index, name="performance"),
    path("s/<slug:seller>/performance/orders/", performance.orders, name="performance_orders"),
    path("s/<slug:seller>/performance/export/", performance.export, name="performance_export"),
    path("s/<slug:seller>/performance/lines/", performance.lines, name="performance_lines"),
    path(
        "s/<slug:seller>/performance/lines/<str:region>/<str:kind>/",
        performance.line,
        name="performance_line",
    ),
    path("s/<slug:seller>/practice/load/", practice.load, name="practice_load"),
    path("s/<slug:seller>/practice/remove/", practice.remove, name="practice_remove"),
    path("s/<slug:seller>/try-out/", try_out.index, name="try_out"),
    path("s/<slug:seller>/try-out/printed/", try_out.printed, name="try_out_printed"),
    path("s/<slug:seller>/wall/", wall.index, name="wall"),
    path("s/<slug:seller>/wall/floor/", wall.floor, name="floor_wall"),
    path("s/<slug:seller>/alerts/", alerts.index, name="alerts"),
    path("s/<slug:seller>/alerts/read/", alerts.read, name="alerts_read"),
    path("s/<slug:seller>/alerts/badge/", alerts.badge, name="alert_badge"),
    path("s/<slug:seller>/alerts/channels/", alert_channels.index, name="alert_channels"),
    path("s/<slug:seller>/alerts/channels/app/", alert_channels.app_levels, name="alert_app"),
    path("s/<slug:seller>/alerts/channels/add/<str:kind>/", alert_channels.add, name="alert_channel_add"),
    path("s/<slug:seller>/alerts/channels/<int:channel_id>/", alert_channels.change, name="alert_channel"),
    path(
        "s/<slug:seller>/alerts/channels/<int:channel_id>/remove/",
        alert_channels.remove,
        name="alert_channel_remove",
    ),
    path(
        "s/<slug:seller>/alerts/channels/<int:channel_id>/test/",
        alert_channels.test,
        name="alert_channel_test",
    ),
    path(
        "s/<slug:seller>/alerts/channels/<int:channel_id>/dry-run/",
        alert_channels.dry_run,
        name="alert_dry_run",
    ),
    path("s/<slug:seller>/settings/connections/", connections.index, name="connections"),
    path("s/<slug:seller>/settings/connections/connect/<str:provider>/", connections.connect, name="connect"),
    path(
        "s/<slug:seller>/settings/connections/shops/<slug:shop>/past/",
        shop_reading.fetch_past,
        name="shop_past",
    ),
    path(
        "s/<slug:seller>/settings/connections/shops/<slug:shop>/compare/",
        shop_reading.compare,
        name="shop_compare",
    ),
    path(
        "s/<slug:seller>/settings/connections/<int:connection_id>/disconnect/",
        connections.disconnect,
        name="disconnect",
    ),
]
