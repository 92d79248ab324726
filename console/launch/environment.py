"""The variables that the started programs get, and `.run/env`, which tells them to later commands.

Strongest first: the real environment, `.env`, `.run/env`. What a person set is never overwritten, except that
the programs always log in to the database as the restricted role.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

import psutil

from console.launch import places, ports

SANDBOX_KEY = "sandbox-17track-key"
SECRET_KEYS = "KUAIFA_SECRET_KEYS"


def read_file(path: Path) -> dict[str, str]:
    """KEY=value lines; comments and anything else are passed over, as config/env.py does."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def given(*, checkout: Path = places.CHECKOUT) -> dict[str, str]:
    """What a person set: `.env`, and the real environment over it. Empty values count as absent."""
    values = {**read_file(checkout / ".env"), **os.environ}
    return {name: value for name, value in values.items() if value}


def secret_keys(*, run: Path) -> str:
    """This checkout's own keys, made once. Losing them makes stored tokens and addresses unreadable."""
    path = run / "secret_keys"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48) + "\n")
    return ",".join(path.read_text().split())


def sandbox_groups(*, port: int) -> dict[str, dict[str, str]]:
    """How each platform is reached in the sandbox. A group is taken whole or not at all."""
    base = f"http://{ports.LOOPBACK}:{port}"
    return {
        "TikTok Shop": {
            "KUAIFA_TIKTOK_SHOP_API_URL": base,
            "KUAIFA_TIKTOK_SHOP_AUTH_URL": base,
            "KUAIFA_TIKTOK_SHOP_CONSENT_URL": f"{base}/open/authorize",
            "KUAIFA_TIKTOK_SHOP_APP_KEY": "sandboxkey01",
            "KUAIFA_TIKTOK_SHOP_APP_SECRET": "sandbox-secret-0001",
        },
        "TikTok Ads": {
            "KUAIFA_TIKTOK_ADS_API_URL": f"{base}/open_api/v1.3",
            "KUAIFA_TIKTOK_ADS_CONSENT_URL": f"{base}/portal/auth",
            "KUAIFA_TIKTOK_ADS_APP_ID": "sandbox-ads-app",
            "KUAIFA_TIKTOK_ADS_SECRET": "sandbox-ads-secret",
        },
        "parcel tracking": {
            "KUAIFA_TRACKING_PROVIDER": "17track",
            "KUAIFA_TRACKING_API_URL": f"{base}/track/v2.2",
            "KUAIFA_TRACKING_API_KEY": SANDBOX_KEY,
        },
    }


def sandbox_values(*, port: int, given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The sandbox's variables, and the platforms left as a person set them: real keys never meet a sandbox."""
    values: dict[str, str] = {}
    left_alone = []
    for platform, group in sandbox_groups(port=port).items():
        if any(given.get(name, value) != value for name, value in group.items()):
            left_alone.append(platform)
        else:
            values |= group
    if "KUAIFA_TRACKING_API_KEY" in values and "KUAIFA_TRACKING_POLL_SECONDS" not in given:
        values["KUAIFA_TRACKING_POLL_SECONDS"] = "30"  # the sandbox's parcels reach the door within minutes
    if "KUAIFA_ALERT_HOSTS" not in given:
        values["KUAIFA_ALERT_HOSTS"] = f"{ports.LOOPBACK}:{port}"  # its group bots
    return values, left_alone


def web_values(*, host: str, port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Where the pages are, and under which names they may be asked for."""
    values = {"KUAIFA_PUBLIC_URL": f"http://{shown_host(host)}:{port}"}
    if host not in (ports.LOOPBACK, "localhost"):
        names = {"localhost", ports.LOOPBACK, "[::1]", host, socket.gethostname(), *_addresses()}
        values["KUAIFA_ALLOWED_HOSTS"] = ",".join(sorted(names - {"0.0.0.0", "::"}))
    return {name: value for name, value in values.items() if name not in given}


def shown_host(host: str) -> str:
    return ports.LOOPBACK if host in ("0.0.0.0", "::", "localhost") else f"[{host}]" if ":" in host else host


def write_run_env(*, run: Path, values: Mapping[str, str]) -> None:
    lines = [f"{name}={value}\n" for name, value in sorted(values.items())]
    header = "# Written by `manage.py up`: where the servers are that it started. Not for editing.\n"
    write_private(run / "env", header + "".join(lines))


def write_private(path: Path, text: str) -> None:
    """Replace the file at once, readable by its owner alone."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _addresses() -> set[str]:
    found = psutil.net_if_addrs().values()
    return {entry.address for entries in found for entry in entries if entry.family == socket.AF_INET}
