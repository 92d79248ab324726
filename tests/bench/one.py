"""Runs one case in this process and leaves its rows in a file: `python -m tests.bench.one CASE FILE`."""

import importlib
import os
import sys
from pathlib import Path

import django

from console.launch import places
from core import memory
from tests import cases, report
from tests.bench import registry
from tests.bench.ground import FOLDER, Ground


def main(*, name: str, target: Path) -> None:
    ground = Ground(name=name, run=places.run_folder(), folder=Path(os.environ[FOLDER]))
    try:
        os.environ.update(ground.values)
        django.setup()
        memory.settle()  # as the web program and the workers do
        module = importlib.import_module(f"tests.bench.{name}")
        figures = [
            figure for case in cases.only(registry.CASES, module=module.__name__) for figure in case(ground)
        ]
    finally:
        ground.close()
    report.write(path=target, rows=[figure.row(case=name) for figure in figures])


if __name__ == "__main__":
    main(name=sys.argv[1], target=Path(sys.argv[2]))
