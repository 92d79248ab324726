"""What an event is, and who listens. Apps declare events as frozen dataclasses and handlers with `@subscribe`."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from django.utils.dateparse import parse_datetime


@dataclass(frozen=True)
class Event:
    """Base of every announced fact. Fields are ids and plain values; `name` is past tense."""

    name: ClassVar[str]
    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values; moments as ISO text."""
        return {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in asdict(self).items()
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Event":
        """The event again; fields that this version does not know are left out."""
        values = {}
        for field in fields(cls):
            if field.name in payload:
                value = payload[field.name]
                is_moment = field.name.endswith("_at") and isinstance(value, str)
                values[field.name] = parse_datetime(value) if is_moment else value
        return cls(**values)


@dataclass(frozen=True)
class Subscriber:
    """One handler of one event. `takes_many` handlers get a list and see many events in one transaction."""

    key: str
    event: type[Event]
    handle: Callable[..., None]
    takes_many: bool = False


_by_event: dict[str, list[Subscriber]] = defaultdict(list)
_by_key: dict[str, Subscriber] = {}


def subscribe(event: type[Event], *, takes_many: bool = False) -> Callable:
    """Register a handler: `@subscribe(OrderApproved)`. Its key is `module.function`, kept stable for stored receipts."""

    def register(function: Callable) -> Callable:
        key = f"{function.__module__}.{function.__name__}"
        if key in _by_key:
            raise RuntimeError(f"subscriber {key} exists already")
        found = Subscriber(key=key, event=event, handle=function, takes_many=takes_many)
        _by_key[key] = found
        _by_event[event.name].append(found)
        return function

    return register


def subscribers_of(name: str) -> list[Subscriber]:
    return _by_event.get(name, [])


def subscriber(key: str) -> Subscriber | None:
    return _by_key.get(key)
