"""Programs that outlive a killed start. They are written down as they start, so that the next start finds them.

A process id alone proves nothing: it may belong to someone else by now. A process is ours when it is the very
one that was written down (same id, same birth), or sits in the process group that one led and carries our mark.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from console.launch import environment

MARK = "KUAIFA_STARTED_BY"
GRACE = 3.0


@dataclass
class Register:
    """The programs of the running start, on disk."""

    path: Path

    def add(self, *, name: str, pid: int) -> None:
        try:
            born = psutil.Process(pid).create_time()
        except psutil.Error:
            return
        entries = self.read()
        entries[name] = {"pid": pid, "born": born}
        environment.write_private(self.path, json.dumps(entries))

    def read(self) -> dict[str, dict]:
        try:
            return json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def stop_all(*, register: Register, mark: str) -> list[str]:
    """End what an earlier start left behind; the names of the programs that were still there."""
    found: dict[int, psutil.Process] = {}
    names = []
    for name, entry in register.read().items():
        group = _left_over(pid=entry["pid"], born=entry["born"], mark=mark)
        if group:
            names.append(name)
            found |= {process.pid: process for process in group}
    _end(list(found.values()))
    register.clear()
    return names


def _left_over(*, pid: int, born: float, mark: str) -> list[psutil.Process]:
    ours = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            is_leader = process.pid == pid and abs(process.create_time() - born) < 0.1
            if is_leader or (os.getpgid(process.pid) == pid and process.environ().get(MARK) == mark):
                ours.append(process)
    return ours


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            # PostgreSQL's fast shutdown is SIGINT; SIGTERM would wait for every client to leave.
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=GRACE)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGQUIT if process.name() == "postgres" else signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=GRACE)
