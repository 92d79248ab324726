"""17TRACK's statuses to ours. They add sub-statuses over time: an unknown one falls back to its main status."""

STATUSES = {
    "NotFound": "unknown",
    "InfoReceived": "label_created",
    "InTransit": "in_transit",
    "InTransit_PickedUp": "picked_up",
    "InTransit_Departure": "in_transit",
    "InTransit_Arrival": "arrived_destination",
    "InTransit_CustomsProcessing": "customs",
    "InTransit_CustomsReleased": "customs",
    "InTransit_CustomsRequiringInformation": "customs",
    "OutForDelivery": "out_for_delivery",
    "AvailableForPickup": "ready_for_pickup",
    "DeliveryFailure": "attempt_failed",
    "Delivered": "delivered",
    "Exception": "exception",
    "Exception_Returning": "returning",
    "Exception_Returned": "returned",
    "Exception_Lost": "lost",
    "Exception_Destroyed": "destroyed",
    "Exception_Cancel": "cancelled",
    "Expired": "expired",
}
EXCEPTIONS = {
    "InTransit_CustomsRequiringInformation": "customs_delay",
    "DeliveryFailure": "attempt_failed",
    "DeliveryFailure_InvalidAddress": "address_issue",
    "DeliveryFailure_Rejected": "refused",
    "DeliveryFailure_Security": "customs_delay",  # held by an authority; paying or papers release it
    "Exception": "delayed",  # they do not say what: somebody should look
    "Exception_NoBody": "address_issue",
    "Exception_Security": "customs_delay",
    "Exception_Rejected": "refused",
    "Exception_Damage": "damaged",
    "Exception_Destroyed": "damaged",
    "Exception_Delayed": "delayed",
    "Exception_Returning": "returning",
    "Exception_Returned": "returned",
    "Exception_Lost": "lost",
    "Exception_Cancel": "",
    "Expired": "delayed",
}


def status_of(code: str) -> str:
    """Our status of a sub-status or status."""
    return STATUSES.get(code) or STATUSES.get(_main(code), "unknown")


def exception_of(code: str) -> str:
    """Our exception; empty when all is well."""
    found = EXCEPTIONS.get(code)
    return EXCEPTIONS.get(_main(code), "") if found is None else found


def _main(code: str) -> str:
    return code.partition("_")[0]
