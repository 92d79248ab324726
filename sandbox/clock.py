"""The sandbox's own time: real by default, shifted or frozen on request."""

import time


class Clock:
    """Epoch seconds. Frozen clocks move only by `set` and `advance`."""

    def __init__(self, *, frozen_at: float | None = None) -> None:
        self._offset = 0.0
        self._frozen = frozen_at

    @property
    def is_frozen(self) -> bool:
        return self._frozen is not None

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> float:
        return self._frozen if self._frozen is not None else time.time() + self._offset

    def set(self, timestamp: float) -> None:
        if self._frozen is not None:
            self._frozen = float(timestamp)
        else:
            self._offset = float(timestamp) - time.time()

    def advance(self, seconds: float) -> None:
        if self._frozen is not None:
            self._frozen += seconds
        else:
            self._offset += seconds

    def steady(self) -> float:
        """For rate limits: runs on with real time even when frozen, and jumps with `advance`."""
        return time.monotonic() + (self._frozen if self._frozen is not None else self._offset)

    def snapshot(self) -> dict:
        return {"offset": self._offset, "frozen": self._frozen}

    def restore(self, data: dict) -> None:
        self._offset, self._frozen = data["offset"], data["frozen"]
