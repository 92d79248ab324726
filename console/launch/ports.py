"""Loopback ports: is one free, who answers on it, and which one to take."""

from __future__ import annotations

import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(port: int, *, host: str = LOOPBACK, timeout: float = 0.3) -> bool:
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False


def any_free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def first_free(start: int, *, tries: int = 50) -> int:
    """The first free port from `start` upwards; any free one when there is none near."""
    return next((port for port in range(start, min(start + tries, 65536)) if is_free(port)), any_free())


def kept(path: Path) -> int:
    """The port written down in `path`, as long as it is still free; otherwise a new one, written down."""
    if path.exists():
        port = int(path.read_text().strip())
        if is_free(port):
            return port
    port = any_free()
    path.write_text(f"{port}\n")
    return port
