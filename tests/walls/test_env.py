"""Every variable that the program reads is in .env.example, and nothing else is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(
    r"""(?:env\.\w+\(|environ(?:\.get\(|\[)|getenv\()\s*["']((?:KUAIFA_|DATABASE_|REDIS_)[A-Z0-9_]+)["']"""
)
LISTED = re.compile(r"^#? ?((?:KUAIFA_|DATABASE_|REDIS_)[A-Z0-9_]+)=", re.MULTILINE)
APPS = (
    "config",
    "core",
    "tenancy",
    "relay",
    "integrations",
    "catalog",
    "orders",
    "warehouse",
    "logistics",
    "marketing",
    "console",
)


def test_every_variable_is_listed():
    read = set()
    for path in [
        path for app in APPS for path in (ROOT / app).rglob("*.py") if path.name != "settings_test.py"
    ]:
        read |= set(READ.findall(path.read_text(encoding="utf-8")))
    listed = set(LISTED.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    assert read - listed == set()


def test_only_the_settings_read_the_environment():
    guilty = []
    for path in [path for app in APPS for path in (ROOT / app).rglob("*.py")]:
        parts = path.relative_to(ROOT).parts
        is_allowed = parts[0] == "config" or parts[:2] == ("console", "launch") or "management" in parts
        if not is_allowed and re.search(r"\bos\.(environ|getenv)", path.read_text(encoding="utf-8")):
            guilty.append("/".join(parts))
    assert guilty == []
