"""Processes that never plan stay light."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_knowing_the_planner_does_not_load_the_compiler():
    code = "import sys, warehouse.wave_plan; print(sorted({'numba', 'numpy', 'llvmlite'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
