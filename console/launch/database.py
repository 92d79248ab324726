"""Which database the programs use: the embedded one, or the one a person gave, as owner or already restricted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from console.launch import environment, roles

OWNER_URL = "KUAIFA_OWNER_DATABASE_URL"


class BadDatabase(Exception):
    """The given database cannot be used as it is; the text says what to do."""


@dataclass(frozen=True)
class Access:
    """Two addresses of one database. Without an owner's there is no migrating."""

    app_dsn: str
    owner_dsn: str | None
    app_role: str = roles.APP


def given_database(*, given: Mapping[str, str], run: Path) -> Access:
    """Sort out the roles behind DATABASE_URL (and the owner's address, when there is one)."""
    url = given["DATABASE_URL"]
    facts = _look(url, variable="DATABASE_URL")
    owner_url = given.get(OWNER_URL)
    if facts.is_restricted:
        if owner_url:
            _look(owner_url, variable=OWNER_URL)
        return Access(app_dsn=url, owner_dsn=owner_url, app_role=facts.name)
    owner_url = owner_url or url
    app_url = _restricted_url(owner_url=owner_url, facts=facts, run=run)
    return Access(app_dsn=app_url, owner_dsn=owner_url)


def _look(url: str, *, variable: str) -> roles.RoleFacts:
    try:
        return roles.describe(dsn=url)
    except psycopg.Error as error:
        raise BadDatabase(f"{variable} does not work: {str(error).strip()}") from error


def _restricted_url(*, owner_url: str, facts: roles.RoleFacts, run: Path) -> str:
    """The same database, logged in as the restricted role, which is made when missing."""
    kept = run / "app_password"
    if not kept.exists():
        environment.write_private(kept, secrets.token_urlsafe(18))
    password = kept.read_text()
    app_url = _with_login(owner_url, user=roles.APP, password=password)
    if _logs_in(app_url):
        return app_url
    if not facts.can_make_app_role:
        raise BadDatabase(
            f"DATABASE_URL logs in as {facts.name}, who owns the tables, and it may not create the restricted role "
            f"that web and workers need. As a superuser run: CREATE ROLE {roles.APP} LOGIN PASSWORD '…'; then give "
            f"that role's address as DATABASE_URL and this one as {OWNER_URL}."
        )
    roles.ensure_roles(admin_dsn=owner_url, app_password=password)
    roles.allow_connect(owner_dsn=owner_url)
    if not _logs_in(app_url):
        raise BadDatabase(f"The server refuses the restricted role {roles.APP}; see its pg_hba.conf.")
    return app_url


def _logs_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error:
        return False
    return True


def _with_login(url: str, *, user: str, password: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{place}"))
