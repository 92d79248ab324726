"""File locks that the system gives back when a process dies, however it dies."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

_shared: dict[Path, int] = {}


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for the lock and hold it for the length of the block."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def try_exclusive(path: Path) -> int | None:
    """A handle that holds the lock until it is closed, or None when another process has it."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def share_until_exit(path: Path, *, on_last_exit: Callable[[], None]) -> None:
    """Be one of the users of a thing until this process ends; the last one to leave runs `on_last_exit`."""
    if path in _shared:
        return
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _shared[path] = handle
    atexit.register(_leave, path, os.getpid(), on_last_exit)


def _leave(path: Path, pid: int, on_last_exit: Callable[[], None]) -> None:
    if os.getpid() != pid:  # a forked child ends: its parent still uses the thing
        return
    handle = _shared.pop(path)
    os.close(handle)
    alone = try_exclusive(path)
    if alone is not None:
        on_last_exit()
        os.close(alone)
