"""Tables in the terminal and rows in `.run/`, for measurements and drills alike."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from console.launch import environment


def table(*, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [[_shown(value) for value in row] for row in (headers, *rows)]
    widths = [max(_columns(row[index]) for row in cells) for index in range(len(headers))]
    lines = [
        "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def write(*, path: Path, rows: Sequence[dict]) -> None:
    environment.write_private(path, json.dumps(rows, indent=1, ensure_ascii=False, default=str) + "\n")


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
