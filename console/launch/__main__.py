"""`python -m console.launch prepare`: what a checkout needs before Django can read its settings."""

from __future__ import annotations

import sys

from console.launch import environment, messages, places


def prepare() -> None:
    """Keys and compiled messages. What `up` wrote about its servers stays."""
    run = places.run_folder()
    known = environment.read_file(run / "env")
    values = {**known, environment.SECRET_KEYS: environment.secret_keys(run=run)}
    if values != known:
        environment.write_run_env(run=run, values=values)
    messages.compile_all()


if __name__ == "__main__":
    if sys.argv[1:] != ["prepare"]:
        sys.exit("Usage: python -m console.launch prepare")
    prepare()
