"""The whole program for a drill: the real `manage.py up` in a folder and on ports of its own, with the sandbox."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
from django.db import connections

from console.launch import environment, places, ports

START_TIMEOUT = 300.0  # on a machine that is busy with other things
# A drill waits for what the polls find; nobody wants to wait a minute each time.
IMPATIENT = {"KUAIFA_POLL_SECONDS": "10", "KUAIFA_TRACKING_POLL_SECONDS": "5"}


class DrillFailed(Exception):
    """Something that must happen in time did not."""


class Stage:
    """A running program: its addresses, its processes, its database (through `values`, before Django is set up)."""

    def __init__(self, *, run: Path, demo: bool = False) -> None:
        places.remove_folder(run)
        run.mkdir(parents=True, mode=0o700)
        self.run = run
        self.port = ports.any_free()
        sandbox_port = ports.any_free()
        self.address = f"http://{ports.LOOPBACK}:{self.port}"
        self.sandbox_address = f"http://{ports.LOOPBACK}:{sandbox_port}"
        self.log = (run / "up.log").open("wb")
        choices = {"PORT": str(self.port), "SANDBOX_PORT": str(sandbox_port), "DEMO": "1" if demo else "0"}
        self._env = {**_clean_environment(), **choices, **IMPATIENT, "KUAIFA_RUN_DIR": str(run)}
        environment.write_run_env(run=run, values={environment.SECRET_KEYS: environment.secret_keys(run=run)})
        self.process = self._start()
        self.http = httpx.Client(trust_env=False, timeout=10)

    @property
    def values(self) -> dict[str, str]:
        """What the started programs use, for a process that wants to look into the same database."""
        found = environment.read_file(self.run / "env")
        more = {"KUAIFA_RUN_DIR": str(self.run), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return {**_silenced(), **found, **more}

    def pid_of(self, name: str) -> int:
        """Of database, broker, sandbox, web, worker or beat, as they run now."""
        return json.loads((self.run / "children.json").read_text())[name]["pid"]

    def kill(self, name: str, *, with_children: bool = True) -> None:
        """Without a warning, as a machine that loses power would. One that is being restarted is waited for."""
        self.wait_until(lambda: psutil.pid_exists(self.pid_of(name)), what=f"{name} runs again")
        leader = psutil.Process(self.pid_of(name))
        doomed = [leader, *(leader.children(recursive=True) if with_children else [])]
        for process in doomed:
            process.kill()
        psutil.wait_procs(doomed, timeout=5)
        connections.close_all()  # this process's own may lead to a server that is gone

    def wait_until(self, condition: Callable[[], bool], *, what: str, timeout: float = 60.0) -> float:
        """Seconds until it was so."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() - begun > timeout:
                raise DrillFailed(f"not within {timeout:.0f} s: {what}")
            time.sleep(0.2)
        return time.monotonic() - begun

    def is_ready(self) -> bool:
        try:
            return self.http.get(f"{self.address}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def sandbox(self, path: str, body: dict | None = None) -> dict:
        """Ask the sandbox's control API, or tell it something when there is a body."""
        url = f"{self.sandbox_address}/_sandbox/{path}"
        answer = self.http.get(url) if body is None else self.http.post(url, json=body)
        answer.raise_for_status()
        return answer.json()

    def manage(self, *arguments: str) -> str:
        """Run a management command against the running program; what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        env = {**self._env, **self.values}
        done = subprocess.run(
            command, cwd=places.CHECKOUT, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DrillFailed(f"manage.py {arguments[0]} failed: {done.stderr[-2000:]}")
        return done.stdout

    def restart_everything(self) -> None:
        """Kill the whole start, supervisor first, and start again over what it left."""
        self.process.kill()
        self.process.wait()
        connections.close_all()
        self.process = self._start()

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        self.http.close()
        self.log.close()

    def _start(self) -> subprocess.Popen:
        told_before = (self.run / "up.log").stat().st_size
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=places.CHECKOUT,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        begun = time.monotonic()
        while b"Kuaifa is ready" not in (self.run / "up.log").read_bytes()[told_before:]:
            if process.poll() is not None or time.monotonic() - begun > START_TIMEOUT:
                process.send_signal(signal.SIGINT)
                raise DrillFailed(f"the program did not start; see {self.run / 'up.log'}")
            time.sleep(0.2)
        return process


def _clean_environment() -> dict[str, str]:
    """Nobody's own servers or platforms take part in a drill."""
    ours = ("KUAIFA_", "DATABASE_URL", "REDIS_URL", "SANDBOX", "PORT", "HOST", "MAKELEVEL", "DJANGO_")
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**others, **_silenced()}


def _silenced() -> dict[str, str]:
    """What the checkout's `.env` sets, emptied: an empty variable hides it and counts as absent."""
    return dict.fromkeys(environment.read_file(places.CHECKOUT / ".env"), "")
