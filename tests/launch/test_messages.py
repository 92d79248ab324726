"""Translations are compiled without gettext, and gaps are named."""

import gettext

from console.launch import messages

SOURCE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Order"
msgstr "订单"

msgid "Package"
msgstr ""
"""


def _write(checkout):
    folder = checkout / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(SOURCE, encoding="utf-8")
    return folder / "django.mo"


def test_compiled_file_translates(tmp_path):
    target = _write(tmp_path)
    assert messages.compile_all(checkout=tmp_path) == [target]
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Order") == "订单"


def test_compiled_file_is_left_alone_while_it_is_newer(tmp_path):
    _write(tmp_path)
    messages.compile_all(checkout=tmp_path)
    assert messages.compile_all(checkout=tmp_path) == []


def test_missing_translation_is_named(tmp_path):
    _write(tmp_path)
    assert messages.problems(checkout=tmp_path) == [
        "locale/zh_Hans/LC_MESSAGES/django.po: 'Package' is not translated"
    ]
