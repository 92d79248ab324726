"""AfterShip's tags and subtags to ours. Subtags that their documents do not explain fall back to the tag."""

STATUSES = {
    "Pending": "unknown",
    "InfoReceived": "label_created",
    "InTransit": "in_transit",
    "InTransit_002": "picked_up",
    "InTransit_003": "arrived_destination",
    "OutForDelivery": "out_for_delivery",
    "AvailableForPickup": "ready_for_pickup",
    "AttemptFail": "attempt_failed",
    "Delivered": "delivered",
    "Exception": "exception",
    "Exception_004": "customs",
    "Exception_010": "returning",
    "Exception_011": "returned",
    "Exception_013": "lost",
    "Expired": "expired",
}
EXCEPTIONS = {
    "AttemptFail": "attempt_failed",
    "Exception": "delayed",  # they do not say what: somebody should look
    "Exception_002": "address_issue",
    "Exception_003": "refused",
    "Exception_004": "customs_delay",
    "Exception_005": "delayed",
    "Exception_006": "held_payment",
    "Exception_007": "address_issue",
    "Exception_010": "returning",
    "Exception_011": "returned",
    "Exception_012": "damaged",
    "Exception_013": "lost",
    "Exception_016": "delayed",
    "Exception_017": "delayed",
    "Exception_018": "customs_delay",
    "Expired": "delayed",
}


def status_of(code: str) -> str:
    """Our status of a subtag or tag."""
    return STATUSES.get(code) or STATUSES.get(code.partition("_")[0], "unknown")


def exception_of(code: str) -> str:
    """Our exception; empty when all is well."""
    return EXCEPTIONS.get(code) or EXCEPTIONS.get(code.partition("_")[0], "")
