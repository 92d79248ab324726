"""A later stage may import an earlier one, never the reverse; the contract is in pyproject.toml."""

import ast
from pathlib import Path

from console.launch import __main__ as steps

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "core",
    "tenancy",
    "relay",
    "integrations",
    "catalog",
    "orders",
    "warehouse",
    "logistics",
    "marketing",
    "console",
)


def test_imports_go_down_only(capfd):
    assert steps.imports() == 0, capfd.readouterr().out


def test_no_import_hides_inside_a_function():
    hidden = []
    for path in [path for app in APPS for path in (ROOT / app).rglob("*.py") if path.name != "apps.py"]:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                hidden += [
                    f"{path.relative_to(ROOT)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert hidden == []


def test_rules_never_import_pages():
    pages = {"views", "forms", "api", "urls", "templates"}
    guilty = []
    for path in [path for app in APPS for path in (ROOT / app).rglob("*.py")]:
        parts = path.relative_to(ROOT).parts
        if parts[1] in pages or path.stem in pages or parts[0] == "console" or "management" in parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
                names = {*node.module.split(".")[1:], *(alias.name for alias in node.names)}
                if names & pages:
                    guilty.append(f"{'/'.join(parts)}:{node.lineno}")
    assert guilty == []
