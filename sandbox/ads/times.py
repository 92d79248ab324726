"""Times on the wire: schedules in UTC, all as text without a zone."""

from datetime import UTC, datetime

from sandbox.ads.errors import ApiError

FORMAT = "%Y-%m-%d %H:%M:%S"
OPEN_END = "2038-01-01 00:00:00"


def text(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime(FORMAT) if at else ""


def parse(value: object, name: str) -> float:
    try:
        return datetime.strptime(str(value), FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise ApiError(40002, f"{name}: must look like 2026-01-31 00:00:00") from error
