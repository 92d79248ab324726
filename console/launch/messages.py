"""Compiles the translations (.po to .mo) without gettext, and says what is missing in them."""

from __future__ import annotations

from pathlib import Path

import polib

from console.launch import places


def compile_all(*, checkout: Path = places.CHECKOUT) -> list[Path]:
    """Write every .mo that is older than its .po; the ones written."""
    written = []
    for source in sorted(checkout.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
        written.append(target)
    return written


def problems(*, checkout: Path = places.CHECKOUT) -> list[str]:
    """Entries without a translation or with an unchecked one, as `path: text`."""
    found = []
    for source in sorted(checkout.glob("locale/zh_Hans/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(source)):
            if not entry.obsolete and (not entry.translated() or entry.fuzzy):
                found.append(f"{source.relative_to(checkout)}: {entry.msgid!r} is not translated")
    return found
