"""No module grows past 400 lines, no page template past 120, no fragment past 60: then it does two jobs."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    *("config", "core", "tenancy", "relay", "integrations", "catalog", "orders", "warehouse"),
    *("logistics", "marketing", "console", "sandbox", "tests"),
)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_end_at_400_lines(package):
    found = [path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    assert {str(path.relative_to(ROOT)): lines(path) for path in found if lines(path) > 400} == {}


def test_templates_fit_a_screen():
    found = (ROOT / "templates").rglob("*.html")
    long = {path: 60 if path.name.startswith("_") else 120 for path in found}
    assert {str(path.relative_to(ROOT)): lines(path) for path, end in long.items() if lines(path) > end} == {}
