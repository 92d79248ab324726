"""The whole program from one command: database, broker, schema, sandbox, web, worker, beat; and its orderly end."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path

from console.launch import (
    database,
    environment,
    guard,
    orphans,
    places,
    ports,
    postgres,
    programs,
    roles,
    schema,
    valkey,
    welcome,
)
from console.launch.logs import Terminal
from console.launch.supervisor import StartFailed, Stopped, Supervisor

READY_TIMEOUT = 90.0
REASONS = (
    StartFailed,
    database.BadDatabase,
    places.PlaceError,
    postgres.PostgresError,
    guard.AlreadyRunning,
)


class CannotStart(Exception):
    """Something on this machine is in the way; the text is one line for the person."""


def read_options(*, given: dict[str, str]) -> programs.Options:
    """PORT, HOST, SANDBOX, SANDBOX_PORT and DEMO."""
    port = _number(given, "PORT", 8000)
    wants_sandbox = _wanted(given, "SANDBOX")
    sandbox_port = _number(given, "SANDBOX_PORT", 0) or ports.first_free(port + 100)
    return programs.Options(
        host=given.get("HOST", ports.LOOPBACK),
        port=port,
        sandbox_port=sandbox_port if wants_sandbox else None,
        wants_demo=wants_sandbox and _wanted(given, "DEMO"),
    )


def main(*, terminal: Terminal | None = None) -> int:
    """Run until stopped; the exit code."""
    terminal = terminal or Terminal()
    run = places.run_folder()
    try:
        with guard.only_one(run=run) as lock:
            return Start(run=run, terminal=terminal, lock=lock).run_to_the_end()
    except guard.AlreadyRunning as reason:
        terminal.plain(str(reason))
        return 1


class Start:
    """One start, from an empty machine or a killed predecessor to the last program's end."""

    def __init__(self, *, run: Path, terminal: Terminal, lock: guard.Lock) -> None:
        self.run = run
        self.terminal = terminal
        self.lock = lock
        self.begun = time.monotonic()
        self.given = environment.given()
        self.mark_file = run / "mark"
        self.register = orphans.Register(path=run / "children.json")
        self.supervisor = Supervisor(
            logs=run / "logs", register=self.register, terminal=terminal, is_abandoned=_maker_is_gone()
        )
        self.values: dict[str, str] = {}
        self.options = programs.Options(host=ports.LOOPBACK, port=0, sandbox_port=None)
        self.access = database.Access(app_dsn="", owner_dsn=None)

    def run_to_the_end(self) -> int:
        code = 1
        try:
            self._on_signals(self._request_stop)
            self._recover()
            self.options = read_options(given=self.given)
            self._check_ports()
            self.lock.announce(address=self.address)
            self._start_everything()
            self.supervisor.watch()
            code = 0
        except Stopped:
            code = 0
        except (CannotStart, *REASONS) as reason:
            self.terminal.plain(str(reason))
        finally:
            self._stop()
        return code

    def _recover(self) -> None:
        if self.mark_file.exists():
            left = orphans.stop_all(register=self.register, mark=self.mark_file.read_text())
            if left:
                self._say(f"the last start was killed; ended what it left behind: {', '.join(left)}")
        postgres.remove_abandoned(run=self.run)
        environment.write_private(self.mark_file, secrets.token_hex(8))

    def _check_ports(self) -> None:
        wanted = [self.options.port, self.options.sandbox_port]
        for port, host, name in zip(
            wanted, (self.options.host, ports.LOOPBACK), ("PORT", "SANDBOX_PORT"), strict=True
        ):
            if port is not None and not ports.is_free(port, host=host):
                raise CannotStart(
                    f"Port {port} is taken by another program. Choose one: make run {name}={port + 1000}"
                )

    def _start_everything(self) -> None:
        self._start_servers()
        self._complete_values()
        if self.options.sandbox_port:
            self.supervisor.start(programs.sandbox(start=self))  # gets ready while we migrate
        self._migrate()
        for program in (programs.web, programs.worker, programs.beat):
            self.supervisor.start(program(start=self))
        self.supervisor.wait_ready(*self.supervisor.children, timeout=READY_TIMEOUT)
        self._load_demo()
        welcome.show(
            terminal=self.terminal,
            run=self.run,
            address=self.address,
            sandbox_port=self.options.sandbox_port,
            seconds=time.monotonic() - self.begun,
        )

    def _start_servers(self) -> None:
        """Both at once; whichever a person brought is only checked."""
        waiting = []
        if "DATABASE_URL" in self.given:
            access = database.given_database(given=self.given, run=self.run)
        else:
            cluster = postgres.main_cluster()
            if cluster.prepare():
                self._say("made a new database")
            cluster.stop()  # one that outlived a killed start
            self.supervisor.start(programs.database(start=self, cluster=cluster))
            waiting.append("database")
        if "REDIS_URL" in self.given:
            redis_url = self.given["REDIS_URL"]
            if not valkey.url_answers(redis_url):
                raise CannotStart("Nothing answers at REDIS_URL.")
        else:
            broker = valkey.main_broker()
            broker.prepare()
            self.supervisor.start(programs.broker(start=self, broker=broker))
            waiting.append("broker")
            redis_url = broker.url
        self.supervisor.wait_ready(*waiting, timeout=READY_TIMEOUT)
        if "DATABASE_URL" not in self.given:
            cluster.ensure_roles_and_database()
            access = database.Access(app_dsn=cluster.dsn("app"), owner_dsn=cluster.dsn("owner"))
        self.access = access
        self.values |= {"DATABASE_URL": access.app_dsn, "REDIS_URL": redis_url}

    def _complete_values(self) -> None:
        (self.run / "static").mkdir(exist_ok=True)
        if environment.SECRET_KEYS not in self.given:
            self.values[environment.SECRET_KEYS] = environment.secret_keys(run=self.run)
        self.values |= environment.web_values(
            host=self.options.host, port=self.options.port, given=self.given
        )
        if self.options.sandbox_port:
            sandbox, left_alone = environment.sandbox_values(port=self.options.sandbox_port, given=self.given)
            self.values |= sandbox
            for platform in left_alone:
                self._say(f"{platform} keeps the settings you gave it and does not use the sandbox")
        environment.write_run_env(run=self.run, values=self.values)

    def _migrate(self) -> None:
        stamp = self.run / "migrated"
        digest = schema.digest()
        dsn = self.access.owner_dsn or self.values["DATABASE_URL"]
        if schema.is_current(stamp=stamp, dsn=dsn, digest=digest):
            return
        if self.access.owner_dsn:
            roles.grant_app_role(owner_dsn=self.access.owner_dsn, app_role=self.access.app_role)
            if self.supervisor.run_step(programs.migrate(start=self, dsn=self.access.owner_dsn)):
                raise StartFailed("The database could not be migrated; see .run/logs/migrate.log")
            roles.grant_app_role(owner_dsn=self.access.owner_dsn, app_role=self.access.app_role)
        elif self.supervisor.run_step(programs.check_migrated(start=self)):
            raise CannotStart(
                f"The database is not migrated and DATABASE_URL is the restricted role. Give its owner's address as "
                f"{database.OWNER_URL}."
            )
        schema.record(stamp=stamp, dsn=dsn, digest=digest)

    def _load_demo(self) -> None:
        """Once per database: someone who removed the demo does not get it back."""
        note = self.run / "demo"
        known = note.read_text().splitlines() if note.exists() else []
        here = " ".join(schema.state(dsn=self.values["DATABASE_URL"])[:2])
        if not self.options.wants_demo or here in known:
            return
        if self.supervisor.run_step(programs.demo(start=self)):
            self._say("the demo could not be loaded; see .run/logs/demo.log")
            return
        note.write_text("\n".join([*known, here]) + "\n")

    def _stop(self) -> None:
        if not self.supervisor.children:
            return
        self.lock.announce_stop()
        self._say("stopping")
        self.supervisor.stop()
        self._say("stopped; everything is saved")

    def _request_stop(self, *_: object) -> None:
        self.supervisor.stop_requested.set()

    def _on_signals(self, handler: Callable[..., None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, handler)

    @property
    def address(self) -> str:
        return f"http://{environment.shown_host(self.options.host)}:{self.options.port}"

    def _say(self, text: str) -> None:
        self.terminal.line("up", text)


def _wanted(given: dict[str, str], name: str) -> bool:
    return given.get(name, "1").lower() not in ("0", "false", "no", "off")


def _number(given: dict[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not value.isdigit() or not 0 <= int(value) < 65536:
        raise CannotStart(f"{name} must be a port number, not “{value}”.")
    return int(value)


def _maker_is_gone() -> Callable[[], bool]:
    """`make` cannot pass on being killed. Started by it, we stop when it is no longer our parent."""
    parent = os.getppid()
    if not os.environ.get("MAKELEVEL"):
        return lambda: False
    return lambda: os.getppid() != parent
