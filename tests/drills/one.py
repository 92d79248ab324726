"""Runs one drill in this process and leaves its rows in a file: `python -m tests.drills.one CASE FILE`."""

import importlib
import os
import sys
from pathlib import Path

import django

from console.launch import places
from tests import cases, report
from tests.drills import registry
from tests.drills.stage import Stage


def main(*, name: str, target: Path) -> None:
    stage = Stage(run=places.run_folder())
    try:
        os.environ.update(stage.values)
        django.setup()
        module = importlib.import_module(f"tests.drills.{name}")
        checks = [
            check for case in cases.only(registry.CASES, module=module.__name__) for check in case(stage)
        ]
    finally:
        stage.close()
    report.write(path=target, rows=[check.row(case=name) for check in checks])


if __name__ == "__main__":
    main(name=sys.argv[1], target=Path(sys.argv[2]))
