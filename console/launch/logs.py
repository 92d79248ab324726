"""What the programs say: to the terminal with a coloured prefix, to `.run/logs/<name>.log` as it is."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import IO

KEPT_STARTS = 5
LARGEST = 20_000_000
COLORS = {
    "database": 34,
    "broker": 35,
    "sandbox": 33,
    "web": 32,
    "worker": 36,
    "beat": 96,
    "migrate": 94,
    "demo": 93,
    "up": 37,
}
WIDTH = max(len(name) for name in COLORS)


class Terminal:
    """Whole lines from several threads, never mixed; goes quiet when nobody listens any more."""

    def __init__(self, *, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._in_color = self._stream.isatty() and not os.environ.get("NO_COLOR")

    def line(self, name: str, text: str) -> None:
        prefix = f"{name:<{WIDTH}} │"
        if self._in_color:
            prefix = f"\033[{COLORS.get(name, 37)}m{prefix}\033[0m"
        self.plain(f"{prefix} {text}")

    def plain(self, text: str) -> None:
        with self._lock:
            try:
                print(text, file=self._stream, flush=True)
            except (OSError, ValueError):  # the terminal is gone; the files still have it
                return


class LogFile:
    """One program's file; the last few starts are kept as `.1`, `.2`, …"""

    def __init__(self, *, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.log"
        self._turn()
        self._file = self.path.open("a", encoding="utf-8")

    def write(self, text: str) -> None:
        self._file.write(text + "\n")
        self._file.flush()
        if self._file.tell() > LARGEST:
            self._file.close()
            self._turn()
            self._file = self.path.open("a", encoding="utf-8")

    def close(self) -> None:
        self._file.close()

    def _turn(self) -> None:
        if not self.path.exists():
            return
        for number in range(KEPT_STARTS - 1, 0, -1):
            older = self.path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(self.path.with_suffix(f".log.{number + 1}"))
        self.path.replace(self.path.with_suffix(".log.1"))


def tail(path: Path, *, lines: int = 15) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []
