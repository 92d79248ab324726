"""When a channel keeps still. Pure: the wall clock of the seller decides, also over midnight and over clock changes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import local


def quiet_until(*, now: datetime, since: time | None, until: time | None, zone: str) -> datetime | None:
    """The end of the quiet hours that run now, or None. From 22:00 to 08:00 belongs to both days."""
    if since is None or until is None or since == until:
        return None
    here = local(now, zone=zone)
    at = here.time()
    if since < until:
        is_quiet, days = since <= at < until, 0
    else:
        is_quiet, days = at >= since or at < until, 1 if at >= since else 0
    if not is_quiet:
        return None
    end = datetime.combine(here.date() + timedelta(days=days), until, tzinfo=ZoneInfo(zone))
    return end.astimezone(now.tzinfo)
