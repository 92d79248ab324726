"""The migrated database that every test process copies: made once per schema.

`python -m tests.template` makes it before the tests begin, on the core that the lint steps leave free.
"""

import hashlib
import os
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config import env
from console.launch import locks, postgres, roles

ROOT = Path(__file__).resolve().parent.parent


def _schema_fingerprint() -> str:
    """Changes when any migration, or what migrations call, changes."""
    digest = hashlib.sha256()
    named = ("core/postgres/migrating.py", "requirements/run.txt")
    globbed = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("tenancy/[wf]*.py")]
    for path in sorted([*globbed, *(ROOT / name for name in named)]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def point_to(dsn: str) -> None:
    connection = connections["default"]
    connection.close()
    env.VALUES = {**env.VALUES, "DATABASE_URL": dsn}
    connection.settings_dict.update(env.database("DATABASE_URL", dsn))


def migrated(cluster) -> str:
    """A database with every migration applied, made once per schema and copied by each test process."""
    name = f"kuaifa_template_{_schema_fingerprint()}"
    with (
        locks.exclusive(cluster.folder / "template.lock"),
        psycopg.connect(cluster.dsn("superuser", "postgres"), autocommit=True) as admin,
    ):
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        building = f"{name}_building"
        cluster.drop_database(building)
        cluster.create_database(building)
        point_to(cluster.dsn("owner", building))
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        roles.grant_app_role(owner_dsn=cluster.dsn("owner", building))
        admin.execute(
            sql.SQL("alter database {} rename to {}").format(sql.Identifier(building), sql.Identifier(name))
        )
    return name


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    django.setup()
    migrated(postgres.test_cluster())


if __name__ == "__main__":
    main()
