"""One `up` per checkout. The system holds the lock, so a killed start leaves none behind."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.launch import environment, locks

PATIENCE = 11.0  # a start that is just stopping needs at most ten seconds


class AlreadyRunning(Exception):
    """Someone else has this checkout running; the text says who, where and since when."""


@dataclass(frozen=True)
class Lock:
    note: Path

    def announce(self, *, address: str) -> None:
        since = datetime.now(tz=UTC).isoformat(timespec="seconds")
        _write(self.note, {"pid": os.getpid(), "address": address, "since": since})

    def announce_stop(self) -> None:
        _write(self.note, {**_read(self.note), "stopping": True})


@contextlib.contextmanager
def only_one(*, run: Path) -> Iterator[Lock]:
    """Hold the checkout, or say who does. A start that is already stopping is waited for."""
    lock = Lock(note=run / "up.json")
    handle = locks.try_exclusive(run / "up.lock")
    deadline = time.monotonic() + PATIENCE
    while handle is None and _read(lock.note).get("stopping") and time.monotonic() < deadline:
        time.sleep(0.1)
        handle = locks.try_exclusive(run / "up.lock")
    if handle is None:
        raise AlreadyRunning(describe(note=lock.note))
    lock.note.unlink(missing_ok=True)
    try:
        yield lock
    finally:
        lock.note.unlink(missing_ok=True)
        os.close(handle)


def describe(*, note: Path) -> str:
    known = _read(note)
    if not known:
        return "Kuaifa is just being started in this checkout by another command."
    return (
        f"Kuaifa is already running in this checkout: process {known['pid']}, {known['address']}, "
        f"since {known['since']}. Stop it with Ctrl-C in its terminal or `kill {known['pid']}`."
    )


def _read(note: Path) -> dict:
    try:
        return json.loads(note.read_text())
    except (OSError, ValueError):
        return {}


def _write(note: Path, values: dict) -> None:
    environment.write_private(note, json.dumps(values))
