"""Number formats of carriers: the engine over the vendored tracking_number_data. It knows shapes and check digits, no rules."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "number_formats"
_RUBY_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")


@dataclass(frozen=True)
class Lookup:
    """A part of the number that must be a known value, such as an issuing country."""

    group: str
    exact: frozenset[str]
    patterns: tuple[re.Pattern, ...]

    def knows(self, value: str) -> bool:
        return value in self.exact or any(pattern.fullmatch(value) for pattern in self.patterns)


@dataclass(frozen=True)
class Format:
    """One shape of number that a carrier uses."""

    carrier: str
    name: str
    regex: re.Pattern
    checksum: Mapping | None
    prepend: tuple[re.Pattern, str] | None
    lookups: tuple[Lookup, ...]

    @property
    def proves(self) -> bool:
        """A shape without a check digit proves nothing."""
        return self.checksum is not None

    def read(self, number: str) -> re.Match | None:
        """The parts of a number of this shape; None when it has another one."""
        return self.regex.fullmatch(number)

    def holds(self, parts: re.Match) -> bool:
        """Whether check digit and known parts agree."""
        groups = parts.groupdict()
        if any(not lookup.knows(groups.get(lookup.group) or "") for lookup in self.lookups):
            return False
        if self.checksum is None:
            return True
        serial = groups["SerialNumber"]
        if self.prepend and self.prepend[0].search(serial):
            serial = self.prepend[1] + serial
        return _ALGORITHMS[self.checksum["name"]](serial, groups["CheckDigit"], self.checksum)


@lru_cache(maxsize=1)
def load() -> Mapping[str, tuple[Format, ...]]:
    """All formats by the data set's carrier code."""
    table = {}
    for path in sorted(FOLDER.glob("*.json")):
        courier = json.loads(path.read_text(encoding="utf-8"))
        code = courier["courier_code"]
        table[code] = tuple(_format(code, entry) for entry in courier["tracking_numbers"])
    return table


def _format(carrier: str, entry: Mapping) -> Format:
    regex = entry["regex"] if isinstance(entry["regex"], str) else "".join(entry["regex"])
    validation = entry.get("validation", {})
    prepend = validation.get("serial_number_format", {}).get("prepend_if")
    needed = validation.get("additional", {}).get("exists", ())
    return Format(
        carrier=carrier,
        name=entry["name"],
        regex=re.compile(_RUBY_GROUP.sub("(?P<", regex)),
        checksum=validation.get("checksum"),
        prepend=(re.compile(prepend["matches_regex"]), prepend["content"]) if prepend else None,
        lookups=tuple(_lookup(rule) for rule in entry.get("additional", ()) if rule["name"] in needed),
    )


def _lookup(rule: Mapping) -> Lookup:
    rows: Sequence[Mapping] = rule["lookup"]
    return Lookup(
        group=rule["regex_group_name"],
        exact=frozenset(row["matches"] for row in rows if "matches" in row),
        patterns=tuple(re.compile(row["matches_regex"]) for row in rows if "matches_regex" in row),
    )


def _digit(character: str) -> int:
    """Letters inside mod-10 numbers count by their place in ASCII."""
    return int(character) if character.isdigit() else (ord(character) - 3) % 10


def _mod10(serial: str, check: str, rule: Mapping) -> bool:
    total = 0
    for place, character in enumerate(reversed(serial) if rule.get("reverse") else serial):
        total += _digit(character) * rule["odds_multiplier" if place % 2 else "evens_multiplier"]
    return check == str(-total % 10)


def _mod7(serial: str, check: str, rule: Mapping) -> bool:
    return check == str(int(serial) % 7)


def _s10(serial: str, check: str, rule: Mapping) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(serial, rule["weightings"], strict=True))
    return check == str({10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11))


def _weighted(serial: str, check: str, rule: Mapping) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(serial, rule["weightings"], strict=False))
    return check == str(total % rule["modulo1"] % rule["modulo2"])


def _luhn(serial: str, check: str, rule: Mapping) -> bool:
    total = 0
    for place, digit in enumerate(reversed(serial)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return check == str(-total % 10)


def _mod_37_36(serial: str, check: str, rule: Mapping) -> bool:
    """ISO 7064 MOD 37,36, with letters as values 10 to 35."""
    rest = 36
    for character in serial:
        rest += int(character, 36)
        rest = (rest - 36 if rest > 36 else rest) * 2
        rest = rest - 37 if rest > 36 else rest
    return check == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - rest) % 36]


_ALGORITHMS = {
    "mod10": _mod10,
    "mod7": _mod7,
    "s10": _s10,
    "sum_product_with_weightings_and_modulo": _weighted,
    "luhn": _luhn,
    "mod_37_36": _mod_37_36,
}
