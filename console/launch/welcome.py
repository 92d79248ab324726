"""What a person sees when everything runs: the address, the logins, how to stop."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from console.launch import ports
from console.launch.logs import Terminal


def show(*, terminal: Terminal, run: Path, address: str, sandbox_port: int | None, seconds: float) -> None:
    lines = [f"Kuaifa is ready after {seconds:.0f} s:  {address}", ""]
    lines += _logins(run=run)
    if sandbox_port:
        lines.append(f"Sandbox (orders, carriers, faults):  http://{ports.LOOPBACK}:{sandbox_port}/_sandbox/")
    lines.append("Logs: .run/logs    Stop: Ctrl-C")
    terminal.plain(box(lines))


def box(lines: list[str]) -> str:
    width = max(_columns(line) for line in lines)
    edge = "─" * (width + 2)
    rows = [f"│ {line}{' ' * (width - _columns(line))} │" for line in lines]
    return "\n".join([f"╭{edge}╮", *rows, f"╰{edge}╯"])


def _logins(*, run: Path) -> list[str]:
    """`manage.py demo` leaves the logins it made: a list of {"who", "email", "password"}."""
    try:
        logins = json.loads((run / "logins.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["Make your first seller:  manage.py create_seller --slug … --name … --owner EMAIL", ""]
    widest = max((_columns(login["email"]) for login in logins), default=0)
    rows = [f"{login['email']:<{widest}}  {login['password']}  {login['who']}" for login in logins]
    return ["Log in as (all passwords are for this machine only):", *rows, ""]


def _columns(text: str) -> int:
    """Chinese letters take two columns in a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
