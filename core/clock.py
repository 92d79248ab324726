"""The only place that reads the system clock. Rules take `now` as an argument; entry points ask here."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def from_epoch(seconds: int | float | None) -> datetime | None:
    """Platform times are epoch seconds; absent and 0 both mean "not known"."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def to_epoch(moment: datetime) -> int:
    """Whole epoch seconds of a moment."""
    return int(moment.timestamp())


def local(moment: datetime, *, zone: str) -> datetime:
    """The moment on the wall clock of a shop."""
    return moment.astimezone(ZoneInfo(zone))
