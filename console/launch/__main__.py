"""Steps of the set-up script that need no Django settings: `python -m console.launch prepare|imports|translations|vendored`."""

from __future__ import annotations

import subprocess
import sys

from console.launch import environment, messages, places, vendored


def prepare() -> int:
    """Keys and compiled messages. What `up` wrote about its servers stays."""
    run = places.run_folder()
    known = environment.read_file(run / "env")
    values = {**known, environment.SECRET_KEYS: environment.secret_keys(run=run)}
    if values != known:
        environment.write_run_env(run=run, values=values)
    messages.compile_all()
    return 0


def imports() -> int:
    """The import contract. The linter's own script may point at a checkout that was moved since."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    return subprocess.run([*command, "--no-cache"], check=False).returncode


def translations() -> int:
    messages.compile_all()
    problems = messages.problems()
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


def digests() -> int:
    for entry in vendored.manifest():
        print(entry["folder"], vendored.digest(package=vendored.FOLDER / entry["folder"]))
    return 0


STEPS = {"prepare": prepare, "imports": imports, "translations": translations, "vendored": digests}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        sys.exit(f"Usage: python -m console.launch {'|'.join(STEPS)}")
    sys.exit(STEPS[sys.argv[1]]())
