"""Addresses of the logistics pages, below /s/<seller>/logistics/."""

from django.urls import path

from logistics.views import carriers, exceptions, handover, labels, shipments, tracking_file

app_name = "logistics"
urlpatterns = [
    path("labels/", labels.table, name="labels"),
    path("labels/bulk/", labels.bulk, name="labels_bulk"),
    path("labels/print/", labels.print_labels, name="labels_print"),
    path("labels/station/", labels.station, name="label_station"),
    path("labels/station/scan/", labels.station_scan, name="label_scan"),
    path("handover/", handover.start, name="handover"),
    path("handover/open/", handover.open_list, name="handover_open"),
    path("handover/<str:public_id>/", handover.one_list, name="handover_list"),
    path("handover/<str:public_id>/scan/", handover.scan, name="handover_scan"),
    path("handover/<str:public_id>/undo/", handover.undo, name="handover_undo"),
    path("handover/<str:public_id>/close/", handover.close, name="handover_close"),
    path("handover/<str:public_id>/paper/", handover.paper, name="handover_paper"),
    path("manifests/", handover.lists, name="manifests"),
    path("shipments/", shipments.listing, name="shipments"),
    path("shipments/<str:public_id>/", shipments.one, name="shipment"),
    path("shipments/<str:public_id>/upload/", shipments.upload, name="shipment_upload"),
    path("shipments/<str:public_id>/number/", shipments.number, name="shipment_number"),
    path("exceptions/", exceptions.listing, name="exceptions"),
    path("exceptions/<int:case_id>/", exceptions.one, name="case"),
    path("exceptions/<int:case_id>/tell/", exceptions.tell, name="case_tell"),
    path("exceptions/<int:case_id>/resolve/", exceptions.resolve, name="case_resolve"),
    path("exceptions/<int:case_id>/messages/<int:message_id>/", exceptions.message, name="case_message"),
    path("carriers/", carriers.listing, name="carriers"),
    path("carriers/<slug:code>/", carriers.one, name="carrier"),
    path("carriers/<slug:code>/edit/", carriers.edit, name="carrier_edit"),
    path("carriers/<slug:code>/blocks/", carriers.add_block, name="carrier_block"),
    path("carriers/<slug:code>/blocks/<int:block_id>/", carriers.switch_block, name="carrier_block_switch"),
    path("policies/<slug:shop>/", carriers.policy, name="policy"),
    path("tracking-file/", tracking_file.page, name="tracking_file"),
    path("tracking-file/<slug:shop>/", tracking_file.export, name="tracking_file_export"),
    path("tracking-file/<slug:shop>/again/", tracking_file.again, name="tracking_file_again"),
]
