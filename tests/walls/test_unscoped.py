"""The places that may look over every seller at once. A new one is a decision: add it here with its reason."""

import ast
from pathlib import Path

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
    "config",
)
ALLOWED: dict[str, list[str]] = {
    "relay/tasks.py": [
        "sweep: which long jobs nobody carries on",
        "sweep: which sellers have waiting events",
        "sweep: which sellers have effects due",
    ],
    "integrations/tasks.py": ["sweep: tokens that run out soon, over all sellers"],
    "orders/management/commands/import_orders.py": ["import_orders: a shop named on the command line"],
    "orders/migrations/0009_tab_counts.py": ["migration: counts of the orders that are there"],
    "orders/migrations/0010_seller_counts.py": ["migration: counts of the orders that are there"],
    "orders/tasks.py": [
        "sweep: which shops have orders marked for pulling",
        "sweep: which sellers have notes of the queue's counters",
    ],
    "warehouse/tasks.py": [
        "sweep: which connected shops have no warehouses yet",
        "sweep: which sellers have orders out of stock",
        "sweep: which sellers have parcels that left unpacked",
        "sweep: which sellers keep goods by lot",
        "sweep: which warehouses count bins every day",
        "sweep: which warehouses have walks that nobody has started",
        "sweep: which sellers have shows that are not over",
    ],
    "marketing/tasks.py": ["sweep: which sellers have ad links", "sweep: which ad accounts there are"],
}


def uses(path: Path) -> list[str]:
    """The reasons given to unscoped() in one module."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "unscoped":
                found.append(ast.literal_eval(node.args[0]) if node.args else "")
    return found


def test_only_the_listed_places_are_unscoped():
    found = {}
    for path in [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]:
        if reasons := uses(path):
            found[str(path.relative_to(ROOT))] = reasons
    assert found == ALLOWED


def test_only_scoping_touches_the_setting():
    guilty = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "set_config(" in path.read_text(encoding="utf-8") and path.name != "scoping.py"
    ]
    assert guilty == []
