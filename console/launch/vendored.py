"""What is vendored in `static/vendor`: the manifest names each package, and a digest shows that nobody edited it.

`python -m console.launch vendored` prints the digests, to be written down after an update.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from console.launch import places

FOLDER = places.CHECKOUT / "static" / "vendor"


def manifest(*, folder: Path = FOLDER) -> list[dict]:
    return json.loads((folder / "MANIFEST").read_text(encoding="utf-8"))


def digest(*, package: Path) -> str:
    """Over names and contents of all files, in order of their names."""
    whole = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.is_file()):
        whole.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n".encode())
    return whole.hexdigest()


def differences(*, folder: Path = FOLDER) -> list[str]:
    """Packages that are not what the manifest says, and folders that it does not know."""
    known = {entry["folder"]: entry for entry in manifest(folder=folder)}
    present = {path.name for path in folder.iterdir() if path.is_dir()}
    found = [f"{name} is not in the manifest" for name in sorted(present - known.keys())]
    for name, entry in known.items():
        if digest(package=folder / name) != entry["sha256"]:
            found.append(f"{name} differs from the manifest")
    return found
