from logistics.models.carrier import Carrier, NumberBlock, ShippingPolicy, UploadMoment
from logistics.models.exception import BuyerMessage, CaseState, ExceptionCase, ExceptionKind
from logistics.models.manifest import Manifest, ManifestLine, ManifestState
from logistics.models.service import EVERY_DAY, CarrierService, ServiceArea, ServiceRate
from logistics.models.shipment import LabelRequest, Shipment, ShipmentState, TrackingUpload
from logistics.models.tracking import TrackedParcel, TrackingEvent, TrackingStatus

__all__ = [
    "BuyerMessage",
    "EVERY_DAY",
    "Carrier",
    "CarrierService",
    "CaseState",
    "ExceptionCase",
    "ExceptionKind",
    "LabelRequest",
    "Manifest",
    "ManifestLine",
    "ManifestState",
    "NumberBlock",
    "ServiceArea",
    "ServiceRate",
    "Shipment",
    "ShipmentState",
    "ShippingPolicy",
    "TrackedParcel",
    "TrackingEvent",
    "TrackingStatus",
    "TrackingUpload",
    "UploadMoment",
]
