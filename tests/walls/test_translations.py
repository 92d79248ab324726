"""Every sentence on the screen has its Chinese, checked by somebody; none is a leftover."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
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
MARKS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "ngettext": 1,
    "ngettext_lazy": 1,
    "pgettext": 2,
    "pgettext_lazy": 2,
}
GAP = re.compile(r"%\((\w+)\)[sd]")


def texts_of_code(source: str) -> set[str]:
    """First arguments of the gettext family."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = MARKS.get(name)
            if place and len(node.args) >= place and isinstance(node.args[place - 1], ast.Constant):
                found.add(node.args[place - 1].value)
    return {text for text in found if isinstance(text, str) and text}


def texts_of_template(source: str) -> set[str]:
    """What Django's own extraction sees."""
    found = set()
    for call in re.finditer(r"\b(?:gettext|ngettext|pgettext|_)\(", templatize(source)):
        rest = templatize(source)[call.end() :].lstrip()
        literal = re.match(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", rest, re.DOTALL)
        if literal:
            found.add(ast.literal_eval(literal.group(1)))
    return {text for text in found if text}


@pytest.fixture(scope="module")
def said() -> set[str]:
    found: set[str] = set()
    for path in [
        path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    ]:
        found |= texts_of_code(path.read_text(encoding="utf-8"))
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in (".html", ".txt"):  # the mails are plain text
            found |= texts_of_template(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG))


def test_every_text_is_in_the_catalog(said, catalog):
    assert sorted(said - {entry.msgid for entry in catalog if not entry.obsolete}) == []


def test_every_text_is_translated_and_checked(catalog):
    open_entries = [
        entry.msgid for entry in catalog if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]
    assert open_entries == []


def test_the_catalog_has_no_leftovers(said, catalog):
    assert sorted({entry.msgid for entry in catalog if not entry.obsolete} - said) == []


def test_gaps_are_kept(catalog):
    def gaps(text: str) -> set[str]:
        return set(GAP.findall(text))

    wrong = []
    for entry in catalog:
        answers = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
        wanted = gaps(entry.msgid) | gaps(entry.msgid_plural)
        wrong += [entry.msgid for answer in answers if answer and not gaps(answer) <= wanted]
        wrong += [entry.msgid for answer in answers if answer and wanted - gaps(answer) - {"n", "count"}]
    assert wrong == []
