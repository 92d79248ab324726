from logistics.models.carrier import Carrier, NumberBlock, ShippingPolicy, UploadMoment
from logistics.models.exception import BuyerMessage, CaseState, ExceptionCase, ExceptionKind
from logistics.models.manifest import Manifest, ManifestLine, ManifestState
from logistics.models.shipment import LabelRequest, Shipment, ShipmentState, TrackingUpload
from logistics.models.tracking import TrackedParcel, TrackingEvent, TrackingStatus

__all__ = [
    "BuyerMessage",
    "Carrier",
    "CaseState",
    "ExceptionCase",
    "ExceptionKind",
    "LabelRequest",
    "Manifest",
    "ManifestLine",
    "ManifestState",
    "NumberBlock",
    "Shipment",
    "ShipmentState",
    "ShippingPolicy",
    "TrackedParcel",
    "TrackingEvent",
    "TrackingStatus",
    "TrackingUpload",
    "UploadMoment",
]
