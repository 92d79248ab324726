"""The embedded PostgreSQL: initialise, start, find, stop. Loopback only, passwords always, data kept.

Three kinds of cluster share this code: the program's own (`main_cluster`), the tests' (`test_cluster`, careless
about crashes and therefore fast) and throw-away ones (`temporary_cluster`) for measurements and drills.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from console.launch import binaries, locks, places, ports, roles

Role = Literal["superuser", "owner", "app"]
ROLE_NAMES: dict[str, str] = {"superuser": "postgres", "owner": roles.OWNER, "app": roles.APP}
DATABASE = "kuaifa"
START_TIMEOUT = 30.0

COMMON_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # a socket's path has a short limit, a checkout's path has none
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}
CARELESS_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresError(Exception):
    """The server did not do what was asked; the text ends with its own words."""


@dataclass(frozen=True)
class Cluster:
    """One data folder, its server and its roles."""

    folder: Path
    place: places.Place
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log_file(self) -> Path:
        return self.folder / "server.log"

    def dsn(self, role: Role = "app", database: str = DATABASE) -> str:
        password = quote(self._passwords()[role], safe="")
        return f"postgresql://{ROLE_NAMES[role]}:{password}@{ports.LOOPBACK}:{self.port()}/{database}"

    def port(self) -> int:
        return int((self.folder / "port").read_text())

    def prepare(self) -> bool:
        """Initialise the data folder when there is none. True: it is new."""
        if (self.data / "PG_VERSION").exists():
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.place.account:
            self.folder.chmod(0o755)
        passwords = {role: secrets.token_urlsafe(18) for role in ROLE_NAMES}
        _write_private(self.folder / "passwords.json", json.dumps(passwords))
        fresh = self.folder / "data.new"
        places.remove_folder(fresh)
        fresh.mkdir()
        self.place.own(fresh)
        given = self.folder / "superuser"
        _write_private(given, passwords["superuser"])
        self.place.own(given)
        try:
            self._run(
                "initdb",
                *("--pgdata", str(fresh), "--pwfile", str(given), "--username", ROLE_NAMES["superuser"]),
                *(
                    "--auth",
                    "scram-sha-256",
                    "--locale",
                    "C.UTF-8",
                    "--encoding",
                    "UTF8",
                    "--no-instructions",
                ),
                *(() if self.durable else ("--no-sync",)),
            )
        finally:
            given.unlink()
        fresh.rename(self.data)  # a start killed in the middle leaves no half-made data folder behind
        return True

    def command(self) -> list[str]:
        """The server's command line; chooses the port."""
        settings = COMMON_SETTINGS | ({} if self.durable else CARELESS_SETTINGS)
        port = ports.kept(self.folder / "port")
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(self._program("postgres")), "-D", str(self.data), "-p", str(port), *options]

    def server_pid(self) -> int | None:
        """The process id of this cluster's living server; a number that another program has by now is not it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if str(self.data) in command else None

    def alive(self) -> bool:
        return self.server_pid() is not None and self.accepts()

    def accepts(self) -> bool:
        """The server says in its own file that it takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def clear_stale_pid(self) -> None:
        """After a crash the pid may belong to another program of the same user, and the server would not start."""
        if self.server_pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def start(self) -> None:
        """Start in the background, wait until it accepts connections, see to roles and database."""
        self.prepare()
        self.clear_stale_pid()
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.as_account(),
            )
        self.wait_until_ready(process=process)
        self.ensure_roles_and_database()

    def wait_until_ready(self, *, process: subprocess.Popen[bytes] | None = None) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not self.alive():
            if process is not None and process.poll() is not None:
                raise PostgresError(f"PostgreSQL ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL is not ready after {START_TIMEOUT:.0f} s: {self._last_words()}"
                )
            time.sleep(0.02)

    def ensure_roles_and_database(self) -> None:
        passwords = self._passwords()
        admin = self.dsn("superuser", "postgres")
        roles.ensure_roles(admin_dsn=admin, owner_password=passwords["owner"], app_password=passwords["app"])
        self.create_database(DATABASE)

    def create_database(self, name: str, template: str | None = None, owner: str = roles.OWNER) -> bool:
        """Create it when missing, open to its owner and the restricted role alone. True: it is new."""
        admin = self.dsn("superuser", "postgres")
        is_new = roles.ensure_database(admin_dsn=admin, name=name, owner=owner, template=template)
        if is_new and owner == roles.OWNER:
            roles.grant_app_role(owner_dsn=self.dsn("owner", name))
        return is_new

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.dsn("superuser", "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def stop(self, *, timeout: float = 8.0) -> None:
        """Fast shutdown: open transactions roll back, what was committed is on disk."""
        pid = self.server_pid()
        if pid is None:
            return
        server = psutil.Process(pid)
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout)
        except psutil.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)  # the next start recovers from the log
            server.wait(timeout)

    def as_account(self) -> dict:
        """Arguments for Popen: run as the place's account, from a folder that it can enter."""
        options: dict = {"cwd": self.data, "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}}
        if self.place.account:
            account = self.place.account
            options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
        return options

    def _program(self, name: str) -> Path:
        return binaries.postgres_programs(place=self.place) / name

    def _passwords(self) -> dict[str, str]:
        return json.loads((self.folder / "passwords.json").read_text())

    def _run(self, program: str, *arguments: str) -> None:
        options = self.as_account() | {"cwd": self.folder}
        done = subprocess.run(
            [str(self._program(program)), *arguments], capture_output=True, text=True, check=False, **options
        )
        if done.returncode:
            raise PostgresError(f"{program} failed: {(done.stderr or done.stdout).strip()[-800:]}")

    def _last_words(self) -> str:
        try:
            return self.log_file.read_text(errors="replace")[-800:].strip()
        except OSError:
            return "it left no log"


def main_cluster(*, place: places.Place | None = None) -> Cluster:
    """The program's own cluster; `up` starts it as a child."""
    place = place or places.server_place()
    return Cluster(folder=place.folder / "postgres", place=place)


def test_cluster(*, place: places.Place | None = None) -> Cluster:
    """A running cluster for tests, shared by everyone who tests in this checkout and stopped by the last one.

    Its data is kept between runs. As it does not care for crashes, a data folder that does not start any more
    is thrown away.
    """
    place = place or places.server_place()
    cluster = Cluster(folder=place.folder / "postgres-test", place=place, durable=False)
    cluster.folder.mkdir(parents=True, exist_ok=True)
    with locks.exclusive(cluster.folder / "start.lock"):
        locks.share_until_exit(cluster.folder / "users.lock", on_last_exit=cluster.stop)
        if not cluster.alive():
            try:
                cluster.start()
            except PostgresError:
                cluster.stop()
                places.remove_folder(cluster.data)
                cluster.start()
    return cluster


@contextlib.contextmanager
def temporary_cluster(*, durable: bool, place: places.Place | None = None) -> Iterator[Cluster]:
    """A cluster of one's own for the length of a block; `durable` waits for the disk at each commit."""
    place = place or places.server_place()
    folder = place.folder / f"postgres-{secrets.token_hex(4)}"
    cluster = Cluster(folder=folder, place=place, durable=durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        places.remove_folder(folder)


def remove_abandoned(*, run: Path) -> None:
    """What root keeps outside of `.run/` for an earlier `.run/` at this path, which is gone."""
    for folder in places.abandoned_folders(run=run):
        abandoned = places.Place(folder=folder, account=None)
        for data in folder.glob("*/data"):
            Cluster(folder=data.parent, place=abandoned).stop()
        places.remove_folder(folder)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
