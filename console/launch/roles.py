"""The two roles of the database: an owner that migrates and a restricted one that web and workers log in as.

The restricted role is neither superuser nor BYPASSRLS and has no DDL and no TRUNCATE, because row level
security covers neither. Used by `up`, by the tests and by whoever brings a database of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

OWNER = "kuaifa_owner"
APP = "kuaifa_app"


@dataclass(frozen=True)
class RoleFacts:
    """What the role behind an address may do."""

    name: str
    is_superuser: bool
    bypasses_rls: bool
    can_create_roles: bool
    is_owner: bool

    @property
    def is_restricted(self) -> bool:
        return not (self.is_superuser or self.bypasses_rls or self.can_create_roles or self.is_owner)

    @property
    def can_make_app_role(self) -> bool:
        return self.is_superuser or self.can_create_roles


def describe(*, dsn: str) -> RoleFacts:
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        row = connection.execute(
            """
            SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
                   pg_has_role(r.oid, d.datdba, 'MEMBER') OR EXISTS (
                       SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                          AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
              FROM pg_roles r, pg_database d
             WHERE r.rolname = current_user AND d.datname = current_database()
            """
        ).fetchone()
    assert row is not None  # current_user and current_database() always exist
    return RoleFacts(*row)


def ensure_roles(*, admin_dsn: str, app_password: str, owner_password: str | None = None) -> None:
    """Create or correct the roles. Without an owner password only the restricted role is looked after."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if owner_password is not None:
            _ensure_role(connection, name=OWNER, password=owner_password)
        _ensure_role(connection, name=APP, password=app_password)


def _ensure_role(connection: psycopg.Connection, *, name: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE INHERIT PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(name), sql.Literal(password)
        )
    )


def ensure_database(*, admin_dsn: str, name: str, owner: str = OWNER, template: str | None = None) -> bool:
    """Create the database when it is missing and close it to everybody but its roles. True: it is new."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        database = sql.Identifier(name)
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner)) + source
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP))
        )
    return True


def allow_connect(*, owner_dsn: str) -> None:
    """Databases made by others may be closed to new roles."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APP))
        )


def grant_app_role(*, owner_dsn: str, app_role: str = APP) -> None:
    """Let the restricted role read and write rows of the owner's tables, those to come included.

    Tables that it can read already are left alone: a migration may have taken UPDATE or DELETE away from it.
    """
    app = sql.Identifier(app_role)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
        connection.execute(
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
            ).format(app)
        )
        connection.execute(
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}"
            ).format(app)
        )
        for kind, name in _without_grants(connection, app_role=app_role):
            rights = "USAGE, SELECT" if kind == "S" else "SELECT, INSERT, UPDATE, DELETE"
            target = "SEQUENCE" if kind == "S" else "TABLE"
            connection.execute(
                sql.SQL("GRANT {} ON {} public.{} TO {}").format(
                    sql.SQL(rights), sql.SQL(target), sql.Identifier(name), app
                )
            )


def _without_grants(connection: psycopg.Connection, *, app_role: str) -> list[tuple[str, str]]:
    return connection.execute(
        """
        SELECT c.relkind::text, c.relname
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'S')
           AND pg_has_role(current_user, c.relowner, 'MEMBER')
           AND NOT has_table_privilege(%s, c.oid, 'SELECT')
         ORDER BY c.relname
        """,
        [app_role],
    ).fetchall()
