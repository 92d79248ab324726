"""How often the tracking provider is asked about a parcel, by where it stands. Pushes only make it faster."""

from datetime import datetime, timedelta

from django.conf import settings

from logistics.models import TrackingStatus

NEAR = timedelta(hours=6)
_SHORTEST = timedelta(seconds=5)
# In units of the pause for a parcel that was not scanned yet (30 minutes unless set otherwise).
_PAUSES = {
    TrackingStatus.UNKNOWN: 1.0,
    TrackingStatus.LABEL_CREATED: 1.0,
    TrackingStatus.PICKED_UP: 8.0,
    TrackingStatus.IN_TRANSIT: 10.0,
    TrackingStatus.CUSTOMS: 12.0,
    TrackingStatus.ARRIVED_DESTINATION: 4.0,
    TrackingStatus.OUT_FOR_DELIVERY: 2.0,
    TrackingStatus.READY_FOR_PICKUP: 8.0,
    TrackingStatus.ATTEMPT_FAILED: 4.0,
    TrackingStatus.EXCEPTION: 4.0,
    TrackingStatus.RETURNING: 12.0,
    TrackingStatus.EXPIRED: 48.0,
}
NOT_SCANNED = frozenset({TrackingStatus.UNKNOWN, TrackingStatus.LABEL_CREATED})


def next_poll_after(*, status: str, due_at: datetime | None, now: datetime) -> datetime:
    """When to ask again. A parcel without a scan is asked about three times as often once its deadline is near."""
    pause = timedelta(seconds=settings.TRACKING_POLL_SECONDS) * _PAUSES.get(status, 8.0)
    if status in NOT_SCANNED and due_at is not None and due_at - now <= NEAR:
        pause /= 3
    return now + max(pause, _SHORTEST)
