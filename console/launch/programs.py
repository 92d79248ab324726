"""The programs of one start: their command lines, how each shows that it is ready, how each is stopped."""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.launch import environment, orphans, places, ports
from console.launch.logs import Terminal
from console.launch.postgres import Cluster
from console.launch.supervisor import Program
from console.launch.valkey import Broker

MANAGE = str(places.CHECKOUT / "manage.py")
# Django builds thousands of short-lived model classes on the way; looking for cycles all the time costs a quarter.
MIGRATE = (
    "import gc; gc.set_threshold(200_000); from django.core.management import execute_from_command_line as run; "
    "run(['manage.py', 'migrate', '--no-input', '--skip-checks'])"
)
QUEUES = "intake,floor,platform,tracking,ads,housekeeping"


@dataclass(frozen=True)
class Options:
    """What a person chose for this start."""

    host: str
    port: int
    sandbox_port: int | None
    wants_demo: bool = False


class StartLike(Protocol):
    """What the command lines depend on."""

    run: Path
    values: dict[str, str]
    mark_file: Path
    terminal: Terminal
    options: Options

    @property
    def address(self) -> str: ...


def database(*, start: StartLike, cluster: Cluster) -> Program:
    options = cluster.as_account()
    options["env"] |= {orphans.MARK: start.mark_file.read_text()}
    return Program(
        name="database",
        command=cluster.command(),
        options=options,
        is_ready=cluster.alive,
        before_start=cluster.clear_stale_pid,
        stop_signal=signal.SIGINT,  # fast: roll back what is open, write everything down
        kill_signal=signal.SIGQUIT,
        tier=3,
    )


def broker(*, start: StartLike, broker: Broker) -> Program:
    options = broker.as_account()
    options["env"] |= {orphans.MARK: start.mark_file.read_text()}
    return Program(name="broker", command=broker.command(), options=options, is_ready=broker.answers, tier=2)


def sandbox(*, start: StartLike) -> Program:
    port = start.options.sandbox_port
    command = _python("-m", "sandbox", "--host", ports.LOOPBACK, "--port", str(port))
    return Program(
        name="sandbox",
        command=[*command, "--state", str(start.run / "sandbox.state")],
        options=_options(start),
        is_ready=lambda: _answers_http(f"http://{ports.LOOPBACK}:{port}/_sandbox/state"),
        on_ready=lambda: _tell_sandbox(start),
    )


def web(*, start: StartLike) -> Program:
    command = _python("-m", "granian", "--interface", "wsgi", "--host", start.options.host)
    command += ["--port", str(start.options.port), "--workers", "2", "--blocking-threads", "4"]
    command += [
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "--no-ws",
        "config.wsgi:application",
    ]
    # Where the processes of the server put their figures together, for /metrics; those of an earlier start are over.
    figures = start.run / "figures"
    places.remove_folder(figures)
    figures.mkdir(mode=0o700)
    return Program(
        name="web",
        command=command,
        options=_options(start, PROMETHEUS_MULTIPROC_DIR=str(figures)),
        is_ready=lambda: _answers_http(f"{start.address}/readyz"),
    )


def worker(*, start: StartLike) -> Program:
    as_root = "ignore:You're running the worker with superuser"  # nothing it takes is pickled
    command = _python("-W", as_root, "-m", "celery", "--quiet", "-A", "config", "worker", "--queues", QUEUES)
    return Program(
        name="worker",
        command=[
            *command,
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
            "--hostname",
            "floor@%h",
        ],
        options=_options(start),
    )


def beat(*, start: StartLike) -> Program:
    command = _python(
        "-m", "celery", "-A", "config", "beat", "--scheduler", "celery.beat:PersistentScheduler"
    )
    return Program(
        name="beat",
        command=[*command, "--schedule", str(start.run / "beat"), "--pidfile", "", "--loglevel", "WARNING"],
        options=_options(start),
    )


def migrate(*, start: StartLike, dsn: str) -> Program:
    return Program(
        name="migrate",
        command=_python("-c", MIGRATE),
        options=_options(start, DATABASE_URL=dsn),
    )


def check_migrated(*, start: StartLike) -> Program:
    return Program(name="migrate", command=_python(MANAGE, "migrate", "--check"), options=_options(start))


def demo(*, start: StartLike) -> Program:
    return Program(name="demo", command=_python(MANAGE, "demo"), options=_options(start))


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _options(start: StartLike, **more: str) -> dict:
    values = {
        **os.environ,
        **start.values,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        orphans.MARK: start.mark_file.read_text(),
        **more,
    }
    values.pop("MAKELEVEL", None)
    return {"cwd": places.CHECKOUT, "env": values}


def _answers_http(url: str) -> bool:
    try:
        with _open(url) as answer:
            return answer.status == 200
    except OSError:
        return False


def _open(request: str | urllib.request.Request):
    """Straight to loopback, whatever proxy the machine has."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=2)


def _tell_sandbox(start: StartLike) -> None:
    """Where the sandbox sends webhooks and people who agreed. Told again after every restart of it."""
    posts = {
        "webhooks/target": {"url": f"{start.address}/webhooks/tiktok-shop"},
        "tracking/target": {
            "url": f"{start.address}/webhooks/tracking/17track",
            "key": environment.SANDBOX_KEY,
        },
        "settings": {
            "shop_redirect_uri": f"{start.address}/connect/tiktok-shop/callback",
            "ads_redirect_uri": f"{start.address}/connect/tiktok-ads/callback",
        },
    }
    for path, body in posts.items():
        url = f"http://{ports.LOOPBACK}:{start.options.sandbox_port}/_sandbox/{path}"
        request = urllib.request.Request(
            url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
        )
        try:
            _open(request).close()
        except OSError as error:
            start.terminal.line("up", f"the sandbox did not take /_sandbox/{path}: {error}")
