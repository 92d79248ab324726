"""Addresses of the orders pages, below /s/<seller>/orders/."""

from django.urls import path

from orders.views import bulk, export, imports, order, queue, review, saved

app_name = "orders"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("counts/", queue.counts, name="counts"),
    path("export/", export.export, name="export"),
    path("columns/", saved.columns, name="columns"),
    path("views/", saved.save, name="save_view"),
    path("views/<int:pk>/", saved.change, name="change_view"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("import/", imports.upload, name="import"),
    path("import/<int:pk>/", imports.result, name="import_result"),
    path("review/", review.review, name="review"),
    path("<str:public_id>/", order.order, name="order"),
    path("<str:public_id>/more/", order.expand, name="more"),
    path("<str:public_id>/why/", order.why, name="why"),
    path("<str:public_id>/act/", order.act, name="act"),
    path("<str:public_id>/note/", order.note, name="note"),
    path("<str:public_id>/mark/", order.mark, name="mark"),
    path("<str:public_id>/buyer/", order.buyer, name="buyer"),
    path("<str:public_id>/timeline/", order.timeline, name="timeline"),
    path("<str:public_id>/timeline.csv", order.timeline_file, name="timeline_file"),
]
