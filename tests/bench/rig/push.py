"""A webhook as the platform signed it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Push:
    headers: dict[str, str]
    body: bytes
