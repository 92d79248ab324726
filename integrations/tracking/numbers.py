"""Is this a number that the booked carrier can have given? Judged for that carrier alone: "any format of any carrier" accepts everything.

A check digit proves, a shape only fits, and final proof is the carrier's own scan.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.tracking import formats

SEED = Path(__file__).parent / "carriers_seed.json"
SHORTEST, LONGEST = 4, 50
_ALLOWED = re.compile(r"[A-Z0-9./_]+")
_DROPPED = re.compile(r"[\s\-\u2010-\u2015\u200b\ufeff]+")
_S10_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
# S10 serials have 8 digits and count up from zero, so a plain run is only telling in longer ones.
FAKE_FROM_DIGITS = 9
MADE_UP = _("This looks made up: its digits are all the same or just count up.")


@dataclass(frozen=True)
class Pattern:
    """A shape from the editable carrier table. `warn` says "looks unusual", `reject` refuses what does not fit."""

    pattern: str
    severity: str = "warn"


@dataclass(frozen=True)
class CarrierSeed:
    """What we start a carrier with; each seller edits an own copy."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    has_s10: bool = False
    patterns: tuple[Pattern, ...] = ()
    aggregator_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """`level` is the rung that decided: L0 characters and length, L1 shape and check digit of the carrier."""

    level: str
    is_ok: bool
    is_proven: bool
    message: str | Promise = ""
    number: str = ""


@lru_cache(maxsize=1)
def seeds() -> Mapping[str, CarrierSeed]:
    """The carriers that a new seller starts with, by code."""
    rows = json.loads(SEED.read_text(encoding="utf-8"))
    return {
        row["code"]: CarrierSeed(
            code=row["code"],
            name=row["name"],
            aliases=tuple(row.get("aliases", ())),
            formats=tuple(row.get("formats", ())),
            has_s10=row.get("has_s10", False),
            patterns=tuple(Pattern(one["pattern"], one["severity"]) for one in row.get("patterns", ())),
            aggregator_keys=row.get("aggregator_keys", {}),
        )
        for row in rows
    }


def normalize(number: str) -> str:
    """Full-width to plain, upper case, without spaces and dashes. Keep what was typed beside it."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", number)).upper()


def carrier_for_name(name: str) -> str:
    """The code of a carrier as a platform or a file names it; empty when we do not know it."""
    return _names().get(_plain(name), "")


def detect(number: str) -> list[str]:
    """Carriers whose check digit agrees. A proposal for a person, never a proof."""
    text = normalize(number)
    return [code for code, seed in seeds().items() if any(_proven(text, form) for form in _formats(seed))]


def check(number: str, carrier_code: str, *, patterns: Sequence[Pattern] | None = None) -> Verdict:
    """Judge a number for the carrier that was booked. `patterns` replace the ones we start that carrier with."""
    text = normalize(number)
    if not SHORTEST <= len(text) <= LONGEST:
        return Verdict("L0", False, False, _("A tracking number has 4 to 50 characters."), text)
    if not _ALLOWED.fullmatch(text) or not any(character.isdigit() for character in text):
        return Verdict(
            "L0", False, False, _("A tracking number has only letters and digits, with some digits."), text
        )
    if _S10_SHAPE.fullmatch(text) and not _proven(text, formats.load()["s10"][0]):
        return Verdict(
            "L1", False, False, _("The check digit or the country of this postal number is wrong."), text
        )
    if is_made_up(text):
        return Verdict("L1", False, False, MADE_UP, text)
    seed = seeds().get(carrier_code) or CarrierSeed(code=carrier_code, name=carrier_code)
    return _for_carrier(text, seed, seed.patterns if patterns is None else patterns)


def is_made_up(text: str) -> bool:
    """A long run of one digit, or of digits that count up or down. Letters around it do not count."""
    digits = re.sub(r"^[A-Z]+|[A-Z]+$", "", text)
    if len(digits) < FAKE_FROM_DIGITS or not digits.isdecimal():
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in zip(digits, digits[1:], strict=False)}
    return steps in ({0}, {1}, {9})


def _for_carrier(text: str, seed: CarrierSeed, patterns: Sequence[Pattern]) -> Verdict:
    has_shape = False
    is_unproven = False
    for form in _formats(seed):
        parts = form.read(text)
        if parts is None:
            continue
        if form.holds(parts):
            if form.proves:
                is_fake = is_made_up(parts["SerialNumber"])  # a right check digit behind a run of one digit
                return Verdict("L1", not is_fake, not is_fake, MADE_UP if is_fake else "", text)
            is_unproven = True
        has_shape = True
    if is_unproven or any(re.fullmatch(pattern.pattern, text) for pattern in patterns):
        return Verdict("L1", True, False, _("The shape fits; only the carrier's scan will prove it."), text)
    if has_shape:
        return Verdict("L1", False, False, _("The check digit is wrong for this carrier."), text)
    if _formats(seed) and not patterns or any(pattern.severity == "reject" for pattern in patterns):
        return Verdict("L1", False, False, _("This carrier's numbers look different."), text)
    if patterns:
        return Verdict("L1", True, False, _("Unusual for this carrier: please look twice."), text)
    return Verdict("L1", True, False, _("We know no number format of this carrier."), text)


def _proven(text: str, form: formats.Format) -> bool:
    parts = form.read(text) if form.proves else None
    return parts is not None and form.holds(parts)


def _formats(seed: CarrierSeed) -> tuple[formats.Format, ...]:
    table = formats.load()
    own = tuple(form for code in seed.formats for form in table.get(code, ()))
    return (*own, *table["s10"]) if seed.has_s10 else own


def _plain(name: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFKC", name).casefold() if character.isalnum()
    )


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for seed in seeds().values():
        for name in (seed.code, seed.name, *seed.aliases):
            names.setdefault(_plain(name), seed.code)
    return names
