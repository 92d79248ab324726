"""Single cells of Seller Center's files: ids that stay whole, counts, amounts and times. Each says in words what is wrong with it."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_ID = 40
LARGEST_AMOUNT = 10**12
_BROKEN_FORMULAS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"))
EXACT_FLOATS = 2**53  # above this a spreadsheet has already rounded an id
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_DATE = re.compile(
    r"(?P<a>\d{1,4})[/.\-年](?P<b>\d{1,2})[/.\-月](?P<c>\d{1,4})日?"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp][Mm])?)?"
)
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day zero has no zone
_EXCEL_DAYS = (36_526, 73_050)  # 2000 to 2099
_EARLIEST_YEAR, _LATEST_YEAR = 2015, 2099


class BadCell(ValueError):
    """The cell cannot be read. `sentence` says what to do, without repeating the value."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def words(cell: object) -> str:
    """Free text without the tabs that protect ids from being rounded."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell.strip(_BLANKS)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _refuse_formula(text: str) -> None:
    if text.upper() in _BROKEN_FORMULAS:
        raise BadCell(
            _("A formula of the spreadsheet is broken here. Export the file again and do not save it over.")
        )


def identifier(cell: object) -> str:
    """An id of digits. One that a spreadsheet turned into a rounded number is refused, never guessed."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) > EXACT_FLOATS or cell != int(cell):
            raise BadCell(
                _("A spreadsheet program has rounded this id. Export the file again and do not save it over.")
            )
        return str(int(cell))
    text = words(cell).lstrip("'").removesuffix(".0")
    if _ROUNDED.fullmatch(text):
        raise BadCell(
            _("A spreadsheet program has rounded this id. Export the file again and do not save it over.")
        )
    if text and not (text.isascii() and text.isdigit()):
        _refuse_formula(text)
        raise BadCell(_("This id should have digits only."))
    if len(text) > LONGEST_ID:
        raise BadCell(_("This id is too long. Two cells may have run together."))
    return text


def count(cell: object) -> int:
    """A whole number of units."""
    value = _number(cell, has_decimals=True)
    if value != value.to_integral_value() or not 0 <= value <= 100_000:
        raise BadCell(_("This should be a whole number of units."))
    return int(value)


def amount(cell: object, *, has_decimals: bool = True) -> Decimal:
    """An amount of money, not below zero; empty is 0."""
    value = _number(cell, has_decimals=has_decimals)
    if value < 0:
        raise BadCell(_("An amount is not below zero."))
    if value >= LARGEST_AMOUNT:
        raise BadCell(_("This amount is too large to be one."))
    return value


def _number(cell: object, *, has_decimals: bool) -> Decimal:
    """A number, also as text with thousands separators or a currency sign; empty is 0."""
    if isinstance(cell, int | float):
        value = Decimal(str(cell))
        if not value.is_finite():
            raise BadCell(_("This should be a number."))
        return value
    text = re.sub(r"[^\d.,\-]", "", words(cell))
    if not text:
        if words(cell):
            _refuse_formula(words(cell))
            raise BadCell(_("This should be a number."))
        return Decimal(0)
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+", text) or text.count(",") > 1:
        text = text.replace(",", "")
    elif text.count(".") > 1 or (not has_decimals and re.fullmatch(r"-?\d{1,3}\.\d{3}", text)):
        text = text.replace(".", "")  # 89.000 dong are eighty-nine thousand
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise BadCell(_("This should be a number.")) from error


def is_day_first(cells: Iterable[object], *, region: str) -> bool:
    """Whether dates with slashes start with the day: one telling date decides for the whole file, else the region."""
    for cell in cells:
        found = _DATE.match(cell.strip()) if isinstance(cell, str) else None
        if found and len(found["a"]) <= 2:
            if int(found["a"]) > 12:
                return True
            if int(found["b"]) > 12:
                return False
    return region != "US"


def moment(cell: object, *, zone: ZoneInfo, day_first: bool) -> datetime | None:
    """A time on the shop's wall clock, as UTC; None for an empty cell."""
    try:
        local = _local(cell, day_first=day_first)
    except (ValueError, OverflowError) as error:
        raise BadCell(_("This is not a date and time that can be read.")) from error
    if local is None:
        return None
    if not _EARLIEST_YEAR <= local.year <= _LATEST_YEAR:
        raise BadCell(_("This date lies outside any possible year."))
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _local(cell: object, *, day_first: bool) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the caller adds the shop's zone
    if isinstance(cell, int | float):
        if not _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1]:
            raise ValueError("not a spreadsheet's day number")
        return _EXCEL_ZERO + timedelta(seconds=round(cell * 86_400))
    text = words(cell)
    if not text or text in ("-", "--", "/", "N/A"):
        return None
    found = _DATE.fullmatch(text)
    if not found:
        return datetime.fromisoformat(text)
    return _from_parts(found, day_first=day_first)


def _from_parts(found: re.Match, *, day_first: bool) -> datetime:
    first, second, third = int(found["a"]), int(found["b"]), int(found["c"])
    if len(found["a"]) == 4:
        year, month, day = first, second, third
    else:
        day, month, year = (first, second, third) if day_first else (second, first, third)
        if month > 12 and day <= 12:  # a single odd row in a file of the other order
            day, month = month, day
        year += 2000 if year < 100 else 0
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    return datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0))  # noqa: DTZ001
