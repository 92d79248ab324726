"""A process beside the measuring one, spoken to in lines: the path of a file, then `go`; it answers `ready`, then one line."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path


class Partner:
    """The process from outside."""

    def __init__(self, *, module: str) -> None:
        command = [sys.executable, "-m", module]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.is_done = threading.Event()
        self.answer = ""

    def load(self, document: bytes) -> None:
        """Hand over what it works on, and wait until it is read."""
        with tempfile.NamedTemporaryFile("wb", suffix=".json", delete=False) as file:
            file.write(document)
        self.say(file.name)
        self._hear()
        Path(file.name).unlink()

    def go(self) -> None:
        """Let it work while the caller does something else, until `is_done`."""
        self.is_done.clear()
        self.say("go")
        threading.Thread(target=self._wait, daemon=True).start()

    def say(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def _wait(self) -> None:
        self.answer = self._hear()
        self.is_done.set()

    def _hear(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the process beside us ended")
        return line.strip()


def next_document() -> bytes | None:
    """Inside the process: what to work on next, once `go` has come; None at the end."""
    line = sys.stdin.readline().strip()
    if not line:
        return None
    document = Path(line).read_bytes()
    print("ready", flush=True)
    sys.stdin.readline()
    return document
