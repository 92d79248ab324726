"""Every difference between places is an environment variable, read here once.

Precedence: the real environment, then `.env`, then `.run/env` (what `up` wrote about the servers it started).
Absent values are safe for production; wrong ones stop the program with a sentence.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(SystemExit):
    """A variable has a value that cannot be used."""


def _read_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    values = {}
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#") and "=" in line:
            name, _, value = line.partition("=")
            values[name.strip()] = value.strip()
    return values


def load() -> Mapping[str, str]:
    """All variables, the strongest source winning."""
    run_dir = Path(os.environ.get("KUAIFA_RUN_DIR") or ROOT / ".run")
    return {**_read_file(run_dir / "env"), **_read_file(ROOT / ".env"), **os.environ}


VALUES = load()


def text(name: str, default: str = "") -> str:
    return VALUES.get(name) or default


def flag(name: str, default: bool = False) -> bool:
    value = (VALUES.get(name) or "").lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    raise BadSetting(f"{name} must be 1 or 0, not “{value}”.")


def number(name: str, default: int) -> int:
    value = VALUES.get(name) or ""
    if not value:
        return default
    if not value.isdigit():
        raise BadSetting(f"{name} must be a whole number, not “{value}”.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
    return value


def database(name: str, default: str) -> dict[str, object]:
    """A DATABASES entry from `postgresql://user:password@host:port/name?option=value`."""
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting(f"{name} must start with postgresql:// — PostgreSQL is the only database.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "core.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
