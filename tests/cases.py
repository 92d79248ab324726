"""Finds and runs cases, each in a process of its own: one that fails does not take the others with it.

A case is a module of `tests/bench` or `tests/drills` and has its module's name. It registers its function with
the package's decorator and is imported only after Django is set up, in the process that runs it.
"""

import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from console.launch import places

HARNESS = {"__main__", "one", "registry", "ground", "stage"}


def names(*, package: ModuleType) -> list[str]:
    found = {module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg}
    return sorted(found - HARNESS)


def chosen(*, package: ModuleType) -> list[str]:
    """All cases, or those of CASE=a,b."""
    known = names(package=package)
    wanted = [name.strip() for name in os.environ.get("CASE", "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"There is no case {', '.join(unknown)}. There are: {', '.join(known) or 'none yet'}.")
    return wanted or known


def run(*, package: str, name: str, env: dict[str, str]) -> list[dict] | None:
    """The rows of one case; None when it broke down before it could write them."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "rows.json"
        command = [sys.executable, "-m", f"{package}.one", name, str(target)]
        code = subprocess.run(command, cwd=places.CHECKOUT, env={**os.environ, **env}, check=False).returncode
        if code or not target.exists():
            return None
        return json.loads(target.read_text())


def only(cases: Sequence[Callable], *, module: str) -> list[Callable]:
    """The functions that this module registered."""
    return [case for case in cases if case.__module__ == module]
