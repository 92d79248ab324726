"""The web program's half of a measurement: a process that posts webhooks to the web application as its server would.

It reads commands from its input: the path of a file with webhooks, then `go`. It answers `ready`, then the statuses.
"""

import io
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from tests.bench.rig.push import Push

PATH = "/webhooks/tiktok-shop"


class WebProcess:
    """The process from outside."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.rig.web"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.is_done = threading.Event()
        self.statuses: dict[str, int] = {}

    def load(self, pushes: list[Push]) -> None:
        """Hand over what is to be posted, and wait until it is read."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump([(push.headers["authorization"], push.body.decode()) for push in pushes], file)
        self._say(file.name)
        self._hear()
        Path(file.name).unlink()

    def go(self) -> None:
        """Post them, one after the other, while the caller does something else until `is_done`."""
        self.is_done.clear()
        self._say("go")
        threading.Thread(target=self._wait, daemon=True).start()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)

    def _wait(self) -> None:
        self.statuses = json.loads(self._hear())
        self.is_done.set()

    def _say(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the posting process ended")
        return line


def _post(application, authorization: str, body: bytes) -> str:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": authorization,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
    }
    answered: list[str] = []
    response = application(environ, lambda status, _headers: answered.append(status.split()[0]))
    b"".join(response)
    response.close()
    return answered[0]


def _serve() -> None:
    from config.wsgi import application  # noqa: PLC0415 - only the process itself is a web program

    for line in sys.stdin:
        pushes = [(one[0], one[1].encode()) for one in json.loads(Path(line.strip()).read_text())]
        print("ready", flush=True)
        sys.stdin.readline()
        statuses = Counter(_post(application, *push) for push in pushes)
        print(json.dumps(statuses), flush=True)


if __name__ == "__main__":
    _serve()
