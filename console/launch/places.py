"""Where a checkout keeps what it needs to run: `.run/` beside the code, and for servers a folder they can reach.

An ordinary user keeps everything in `.run/`. Root cannot run PostgreSQL and the unprivileged user may not be
able to reach the checkout, so root's servers live in /var/lib/kuaifa/<hash of .run's path>-<token>/. `.run/`
knows the token: whoever removes `.run/` or clones afresh starts afresh, as an ordinary user would.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED_ROOTS = (Path("/var/lib/kuaifa"), Path("/var/tmp/kuaifa"))  # the second where /var/lib is read-only
UNPRIVILEGED_USERS = ("postgres", "nobody")


class PlaceError(Exception):
    """The machine cannot hold a server here; the text says what to change."""


@dataclass(frozen=True)
class Account:
    """The user a server runs as, when that is not ourselves."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """A folder for servers and their data, and the account that runs them (None: ourselves)."""

    folder: Path
    account: Account | None

    def own(self, path: Path) -> None:
        """Give `path` to the account that runs the servers, and to nobody else."""
        path.chmod(0o700)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def run_folder() -> Path:
    """`.run/` of this checkout (or KUAIFA_RUN_DIR), made when missing, closed to others: it holds passwords."""
    folder = Path(os.environ.get("KUAIFA_RUN_DIR") or CHECKOUT / ".run").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def server_place(*, run: Path | None = None) -> Place:
    """The place for the servers of this `.run/`, made when missing."""
    run = run or run_folder()
    if os.geteuid() != 0:
        return Place(folder=run / "servers", account=None)
    account = unprivileged_account()
    recorded = run / "place"
    if recorded.exists():
        folder = Path(recorded.read_text().strip())
        if folder.is_dir() and _belongs_to(folder=folder, run=run):
            return Place(folder=folder, account=account)
    folder = _new_shared_folder(run=run)
    recorded.write_text(f"{folder}\n")
    return Place(folder=folder, account=account)


def unprivileged_account() -> Account:
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise PlaceError(
        "PostgreSQL does not run as root and this machine has neither a user postgres nor nobody. "
        "Add one (useradd --system postgres) or start as an ordinary user."
    )


def abandoned_folders(*, run: Path) -> list[Path]:
    """Root's folders of earlier clones at this path. Their `.run/`, with the passwords, is gone."""
    if os.geteuid() != 0:
        return []
    ours = server_place(run=run).folder
    return [
        folder
        for root in SHARED_ROOTS
        for folder in root.glob(f"{_path_hash(run)}-*")
        if folder != ours and _owner(folder) == run
    ]


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _belongs_to(*, folder: Path, run: Path) -> bool:
    """A copied checkout brings a copy of `.run/place`; two checkouts must not share one data folder."""
    owner = _owner(folder)
    if owner == run:
        return True
    if owner is None or (owner / "place").exists():
        return False
    (folder / "owner").write_text(f"{run}\n")  # the checkout was moved
    return True


def _owner(folder: Path) -> Path | None:
    try:
        return Path((folder / "owner").read_text().strip())
    except OSError:
        return None


def _new_shared_folder(*, run: Path) -> Path:
    name = f"{_path_hash(run)}-{secrets.token_hex(4)}"
    problems = []
    for root in SHARED_ROOTS:
        try:
            root.mkdir(parents=True, exist_ok=True)
            root.chmod(0o755)
            folder = root / name
            folder.mkdir(mode=0o755)
            folder.chmod(0o755)
            (folder / "owner").write_text(f"{run}\n")
        except OSError as error:
            problems.append(str(error))
            continue
        return folder
    raise PlaceError(f"No folder for the database: {'; '.join(problems)}")


def _path_hash(run: Path) -> str:
    return hashlib.sha256(str(run).encode()).hexdigest()[:10]
