"""Does the database need migrating? Answered from a stamp in milliseconds, so that later starts are quick."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import psycopg

from console.launch import environment, places


def digest(*, checkout: Path = places.CHECKOUT) -> str:
    """Changes when a migration of ours or the set of installed packages changes."""
    found = hashlib.sha256()
    for path in sorted([*checkout.glob("*/migrations/*.py"), *checkout.glob("requirements/run.txt")]):
        found.update(str(path.relative_to(checkout)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def is_current(*, stamp: Path, dsn: str, digest: str) -> bool:
    """True only when this very database was migrated with these very files, and not touched since."""
    try:
        known = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return False
    return known == {"digest": digest, "database": state(dsn=dsn)}


def record(*, stamp: Path, dsn: str, digest: str) -> None:
    environment.write_private(stamp, json.dumps({"digest": digest, "database": state(dsn=dsn)}))


def state(*, dsn: str) -> list[str]:
    """Which database this is and what was applied to it, readable by either role."""
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        known = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
        if not known or not known[0]:
            return []
        row = connection.execute(
            """
            SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database()),
                   (SELECT system_identifier::text FROM pg_control_system()),
                   count(*)::text, coalesce(max(id), 0)::text
              FROM django_migrations
            """
        ).fetchone()
    return list(row or ())
