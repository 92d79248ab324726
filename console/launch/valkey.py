"""The embedded broker and cache: loopback with a password, memory only. Losing it loses no work: the sweepers
find every row again."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import redis

from console.launch import binaries, environment, places, ports


@dataclass(frozen=True)
class Broker:
    folder: Path
    place: places.Place

    @property
    def url(self) -> str:
        return f"redis://:{self._password()}@{ports.LOOPBACK}:{self._port()}/0"

    def prepare(self) -> None:
        """Choose the port and write the settings; the password is in a file, not on the command line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.place.own(self.folder)
        secret = self.folder / "password"
        if not secret.exists():
            environment.write_private(secret, secrets.token_urlsafe(18))
        port = ports.kept(self.folder / "port")
        lines = [
            f"bind {ports.LOOPBACK}",
            f"port {port}",
            f"requirepass {self._password()}",
            f'dir "{self.folder}"',
            'save ""',
            "appendonly no",
            "maxmemory-policy noeviction",
            "loglevel warning",
        ]
        settings = self.folder / "valkey.conf"
        environment.write_private(settings, "\n".join(lines) + "\n")
        if self.place.account:
            os.chown(settings, self.place.account.uid, self.place.account.gid)

    def command(self) -> list[str]:
        return [str(binaries.valkey_program(place=self.place)), str(self.folder / "valkey.conf")]

    def as_account(self) -> dict:
        options: dict = {"cwd": self.folder, "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}}
        if self.place.account:
            account = self.place.account
            options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
        return options

    def answers(self) -> bool:
        return url_answers(self.url)

    def _password(self) -> str:
        return (self.folder / "password").read_text()

    def _port(self) -> int:
        return int((self.folder / "port").read_text())


def main_broker(*, place: places.Place | None = None) -> Broker:
    place = place or places.server_place()
    return Broker(folder=place.folder / "valkey", place=place)


def url_answers(url: str) -> bool:
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
