"""Addresses of the warehouse pages, below /s/<seller>/warehouse/."""

from django.urls import path

from warehouse.views import pack, pick, places, put_back, returns, stock, waves

app_name = "warehouse"
urlpatterns = [
    path("waves/", waves.index, name="waves"),
    path("waves/plan/", waves.plan, name="plan"),
    path("waves/<str:public_id>/", waves.wave, name="wave"),
    path("waves/<str:public_id>/release/", waves.release, name="wave_release"),
    path("waves/<str:public_id>/cancel/", waves.cancel, name="wave_cancel"),
    path("pick/", pick.index, name="pick"),
    path("pick/find/", pick.find, name="pick_find"),
    path("pick/<str:public_id>/", pick.walk, name="walk"),
    path("pick/<str:public_id>/claim/", pick.claim, name="walk_claim"),
    path("pick/<str:public_id>/scan/", pick.scan, name="walk_scan"),
    path("pick/<str:public_id>/take/", pick.take, name="walk_take"),
    path("pick/<str:public_id>/short/", pick.short, name="walk_short"),
    path("pack/", pack.index, name="pack"),
    path("pack/open/", pack.open_package, name="pack_open"),
    path("pack/<str:public_id>/", pack.package, name="pack_package"),
    path("pack/<str:public_id>/scan/", pack.scan, name="pack_scan"),
    path("pack/<str:public_id>/start-over/", pack.start_over, name="pack_start_over"),
    path("pack/<str:public_id>/close/", pack.close, name="pack_close"),
    path("pack/<str:public_id>/unpack/", pack.unpack, name="unpack"),
    path("put-back/", put_back.index, name="put_back"),
    path("put-back/scan/", put_back.scan, name="put_back_scan"),
    path("put-back/<int:task_id>/missing/", put_back.not_there, name="put_back_missing"),
    path("returns/", returns.index, name="returns"),
    path("returns/scan/", returns.scan, name="returns_scan"),
    path("returns/<str:public_id>/", returns.one, name="return"),
    path("returns/<str:public_id>/receive/", returns.receive, name="return_receive"),
    path("returns/<str:public_id>/lines/<int:line_id>/", returns.inspect, name="return_inspect"),
    path("stock/", stock.stock, name="stock"),
    path("stock/movements/", stock.movements, name="movements"),
    path("stock/desk/", stock.desk, name="desk"),
    path("stock/desk/scan/", stock.desk_scan, name="desk_scan"),
    path("stock/desk/<int:sku_id>/<slug:what>/", stock.desk_do, name="desk_do"),
    path("stock/<int:sku_id>/safety/<int:warehouse_id>/", stock.set_safety, name="safety"),
    path("stock/bins/", places.bins, name="bins"),
    path("stock/bins/make/", places.make_bins, name="bins_make"),
    path("stock/bins/<int:bin_id>/", places.place, name="bin"),
    path("stock/counts/", places.counts, name="counts"),
    path("stock/counts/<int:task_id>/", places.count, name="count"),
    path("stock/warehouses/", places.warehouses, name="sites"),
    path("stock/warehouses/links/<int:link_id>/", places.tie, name="site_tie"),
]
