"""Where measurements stand: a durable cluster of their own, one migrated database per case, programs on request.

The outer process keeps the cluster (`cluster`); the process of a case opens its database in it (`Ground`).
"""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from console.launch import environment, orphans, places, ports, postgres, programs, roles, valkey
from console.launch.logs import Terminal
from console.launch.supervisor import Supervisor

TEMPLATE = "bench_template"
FOLDER = "KUAIFA_BENCH_CLUSTER"


@contextlib.contextmanager
def cluster(*, run: Path) -> Iterator[postgres.Cluster]:
    """A durable cluster with a migrated template in it."""
    run.mkdir(parents=True, exist_ok=True)
    postgres.remove_abandoned(run=run)
    with postgres.temporary_cluster(durable=True, place=places.server_place(run=run)) as made:
        made.create_database(TEMPLATE)
        more = {
            "DATABASE_URL": made.dsn("owner", TEMPLATE),
            environment.SECRET_KEYS: secrets.token_urlsafe(48),
        }
        env = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-c", programs.MIGRATE]
        subprocess.run(command, cwd=places.CHECKOUT, env=env, check=True, stdout=subprocess.DEVNULL)
        roles.grant_app_role(owner_dsn=made.dsn("owner", TEMPLATE))
        yield made


class Ground:
    """One case's database, broker and programs. `values` are in the environment before Django is set up."""

    def __init__(self, *, name: str, run: Path, folder: Path) -> None:
        self.cluster = postgres.Cluster(folder=folder, place=places.server_place(run=run))
        self.database = f"bench_{name}"
        self.run = run
        self.options = programs.Options(
            host=ports.LOOPBACK, port=ports.any_free(), sandbox_port=ports.any_free()
        )
        (run / "sandbox.state").unlink(missing_ok=True)  # each case has a world of its own
        self.mark_file = run / "mark"
        environment.write_private(self.mark_file, secrets.token_hex(8))
        self.log = (run / "programs.log").open("a", encoding="utf-8")
        self.terminal = Terminal(stream=self.log)
        self.supervisor = Supervisor(
            logs=run / "logs", register=orphans.Register(path=run / "children.json"), terminal=self.terminal
        )
        self.cluster.create_database(self.database, template=TEMPLATE)
        broker = valkey.main_broker(place=self.cluster.place)
        broker.prepare()
        self._start(programs.broker(start=self, broker=broker))
        self.values = self._values(redis_url=broker.url)

    @property
    def address(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.options.port}"

    @property
    def sandbox_address(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.options.sandbox_port}"

    @property
    def app_dsn(self) -> str:
        """What web and workers log in with."""
        return self.cluster.dsn("app", self.database)

    @property
    def owner_dsn(self) -> str:
        """For references that need tables of their own."""
        return self.cluster.dsn("owner", self.database)

    def start(self, *names: str) -> None:
        """Start programs in this order and wait for each: sandbox, web, worker, beat."""
        for name in names:
            self._start(getattr(programs, name)(start=self))

    def close(self) -> None:
        self.supervisor.stop()
        self.log.close()

    def _start(self, program: programs.Program) -> None:
        self.supervisor.start(program)
        self.supervisor.wait_ready(program.name, timeout=60)

    def _values(self, *, redis_url: str) -> dict[str, str]:
        sandbox, _ = environment.sandbox_values(port=self.options.sandbox_port or 0, given={})
        return {
            **sandbox,
            **environment.web_values(host=ports.LOOPBACK, port=self.options.port, given={}),
            environment.SECRET_KEYS: secrets.token_urlsafe(48),
            "DATABASE_URL": self.app_dsn,
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
