"""A parcel as each provider tells it: the carriers' scans in 17TRACK's and in AfterShip's words."""

from datetime import UTC, datetime

from sandbox.carriers import Event, Parcel, ordered

DAY = 86_400
EXPIRES_AFTER = 30 * DAY  # no information for so long after registering
NOT_FOUND = ("NotFound", "NotFound_Other")
SEVENTEEN = {
    "label": ("InfoReceived", "InfoReceived"),
    "pickup": ("InTransit", "InTransit_PickedUp"),
    "transit": ("InTransit", "InTransit_Departure"),
    "customs": ("InTransit", "InTransit_CustomsProcessing"),
    "customs_released": ("InTransit", "InTransit_CustomsReleased"),
    "customs_delay": ("InTransit", "InTransit_CustomsRequiringInformation"),
    "arrival": ("InTransit", "InTransit_Arrival"),
    "out_for_delivery": ("OutForDelivery", "OutForDelivery_Other"),
    "ready_for_pickup": ("AvailableForPickup", "AvailableForPickup_Other"),
    "attempt_failed": ("DeliveryFailure", "DeliveryFailure_NoBody"),
    "delivered": ("Delivered", "Delivered_Other"),
    "damaged": ("Exception", "Exception_Damage"),
    "lost": ("Exception", "Exception_Lost"),
    "refused": ("DeliveryFailure", "DeliveryFailure_Rejected"),
    "address": ("DeliveryFailure", "DeliveryFailure_InvalidAddress"),
    "held_payment": ("Exception", "Exception_Security"),
    "delayed": ("Exception", "Exception_Delayed"),
    "returning": ("Exception", "Exception_Returning"),
    "returned": ("Exception", "Exception_Returned"),
    "destroyed": ("Exception", "Exception_Destroyed"),
    "cancelled": ("Exception", "Exception_Cancel"),
}
AFTERSHIP = {
    "label": ("InfoReceived", "InfoReceived_001"),
    "pickup": ("InTransit", "InTransit_002"),
    "transit": ("InTransit", "InTransit_001"),
    "customs": ("InTransit", "InTransit_001"),
    "customs_released": ("InTransit", "InTransit_001"),
    "customs_delay": ("Exception", "Exception_004"),
    "arrival": ("InTransit", "InTransit_003"),
    "out_for_delivery": ("OutForDelivery", "OutForDelivery_001"),
    "ready_for_pickup": ("AvailableForPickup", "AvailableForPickup_001"),
    "attempt_failed": ("AttemptFail", "AttemptFail_001"),
    "delivered": ("Delivered", "Delivered_001"),
    "damaged": ("Exception", "Exception_012"),
    "lost": ("Exception", "Exception_013"),
    "refused": ("Exception", "Exception_003"),
    "address": ("Exception", "Exception_007"),
    "held_payment": ("Exception", "Exception_006"),
    "delayed": ("Exception", "Exception_005"),
    "returning": ("Exception", "Exception_010"),
    "returned": ("Exception", "Exception_011"),
    "destroyed": ("Exception", "Exception_001"),
    "cancelled": ("Exception", "Exception_001"),
}
# milestone name -> the scan that reaches it
MILESTONES = {
    "InfoReceived": "label",
    "PickedUp": "pickup",
    "Departure": "transit",
    "Arrival": "arrival",
    "AvailableForPickup": "ready_for_pickup",
    "OutForDelivery": "out_for_delivery",
    "Delivered": "delivered",
    "Returning": "returning",
    "Returned": "returned",
}


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_of(parcel: Parcel | None, *, registered_at: float, now: float) -> tuple[str, str]:
    if parcel is None or not parcel.kind:
        return ("Expired", "Expired_Other") if now - registered_at > EXPIRES_AFTER else NOT_FOUND
    return SEVENTEEN[parcel.kind]


def track_info(parcel: Parcel | None, *, carrier: dict, registered_at: float, now: float) -> dict:
    """17TRACK's `track_info`, newest event first. An unknown number has a status and nothing else."""
    status, sub_status = status_of(parcel, registered_at=registered_at, now=now)
    events = [_event(event) for event in reversed(ordered(parcel.events))] if parcel else []
    latest = next((row for row in events if row["sub_status"] == sub_status), None)
    return {
        "shipping_info": {
            "shipper_address": {"raw_address": parcel.origin if parcel else None},
            "recipient_address": {"raw_address": parcel.destination if parcel else None},
        },
        "latest_status": {"status": status, "sub_status": sub_status, "sub_status_descr": None},
        "latest_event": latest,
        "time_metrics": _time_metrics(parcel, now),
        "milestone": [_milestone(name, kind, parcel) for name, kind in MILESTONES.items()],
        "tracking": {"providers": [{"provider": carrier, "events_hash": len(events), "events": events}]},
    }


def aftership_tracking(parcel: Parcel | None, *, number: str) -> dict:
    """The half of AfterShip's tracking object that the carrier's scans decide."""
    tag, subtag = AFTERSHIP[parcel.kind] if parcel and parcel.kind else ("Pending", "Pending_001")
    checkpoints = [_checkpoint(event) for event in ordered(parcel.events)] if parcel else []
    message = next((row["message"] for row in reversed(checkpoints) if row["subtag"] == subtag), "")
    picked_up = parcel.picked_up_at if parcel else None
    return {
        "tracking_number": number,
        "tag": tag,
        "subtag": subtag,
        "subtag_message": message,
        "checkpoints": checkpoints,
        "shipment_pickup_date": iso(picked_up) if picked_up else None,
        "courier_estimated_delivery_date": None,
    }


def _event(event: Event) -> dict:
    status, sub_status = SEVENTEEN[event.kind]
    stamp = datetime.fromtimestamp(event.at, tz=UTC)
    return {
        "time_iso": stamp.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "time_utc": iso(event.at),
        "time_raw": {
            "date": stamp.strftime("%Y-%m-%d"),
            "time": stamp.strftime("%H:%M:%S"),
            "timezone": "+00:00",
        },
        "description": event.text,
        "location": event.place,
        "stage": status,
        "sub_status": sub_status,
    }


def _checkpoint(event: Event) -> dict:
    tag, subtag = AFTERSHIP[event.kind]
    return {
        "checkpoint_time": iso(event.at),
        "created_at": iso(event.at),
        "message": event.text,
        "location": event.place,
        "tag": tag,
        "subtag": subtag,
        "raw_tag": event.kind,
    }


def _milestone(name: str, kind: str, parcel: Parcel | None) -> dict:
    reached = [event.at for event in parcel.events if event.kind == kind] if parcel else []
    return {"key_stage": name, "time_utc": iso(min(reached)) if reached else None}


def _time_metrics(parcel: Parcel | None, now: float) -> dict:
    if parcel is None or not parcel.events:
        return {"days_after_order": None, "days_of_transit": None, "days_after_last_update": None}
    picked_up = parcel.picked_up_at
    return {
        "days_after_order": int((now - parcel.created_at) // DAY),
        "days_of_transit": int((parcel.kind_at - picked_up) // DAY) if picked_up else None,
        "days_after_last_update": int((now - parcel.kind_at) // DAY),
    }
