"""The world on disk: written whole and swapped in, about once a second while there is something new."""

import asyncio
import contextlib
import os
import pickle
import time
from pathlib import Path

EVERY_SECONDS = 1.0
# Saving may take at most this share of the time, however large the world has grown.
MOST_SHARE = 0.05


class Keeper:
    def __init__(self, world, *, path: Path) -> None:
        self.world = world
        self.path = path
        self.saved: tuple | None = None

    def load(self) -> bool:
        """Take up the state of the last run; one that cannot be read is set aside, and a new world begins."""
        if not self.path.exists():
            return False
        try:
            self.world.restore(pickle.loads(self.path.read_bytes()))
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
            self.path.replace(self.path.with_suffix(".unreadable"))
            self.world.reset()
            print(
                f"The saved state was set aside ({type(error).__name__}: {error}); starting anew.", flush=True
            )
            return False
        return True

    def save(self) -> bool:
        if self.saved == self.world.changes:
            return False
        changes = self.world.changes
        raw = pickle.dumps(self.world.snapshot(), protocol=pickle.HIGHEST_PROTOCOL)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".fresh")
        fresh.write_bytes(raw)
        os.replace(fresh, self.path)
        self.saved = changes
        return True

    async def run(self) -> None:
        while True:
            started = time.monotonic()
            with contextlib.suppress(OSError):
                self.save()
            took = time.monotonic() - started
            await asyncio.sleep(max(EVERY_SECONDS, took / MOST_SHARE))
