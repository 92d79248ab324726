"""Whether a weight may be believed: it stands still, it is more than nothing, and it belongs to this parcel.

A scale that types, or one on the serial port, sends every reading since the last parcel left. A typed weight has only
itself. The browser asks the same while the packer looks on (static/app/scale.js); this is what counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from warehouse.models import WeightSource

STABLE_READINGS = 3  # equal ones in a row
ZERO_G = 2  # up to here the plate counts as empty
READINGS_KEPT = 40


class BadWeight(RuleViolation):
    """This weight cannot be the parcel's."""

    code = "weight"


class WeightZero(BadWeight):
    """Nothing lies on the scale."""

    code = "weight_zero"


class WeightNegative(BadWeight):
    """The scale was set to zero with something on it."""

    code = "weight_negative"


class WeightMoving(BadWeight):
    """The readings differ."""

    code = "weight_moving"


class WeightNotNew(BadWeight):
    """The last parcel's weight again, and the scale was never empty since."""

    code = "weight_not_new"


@dataclass(frozen=True)
class Weighing:
    """Grams, where they come from, the readings up to them, and what the last parcel weighed at this station."""

    grams: int | None
    source: str = WeightSource.TYPED
    readings: tuple[int, ...] = ()
    last_g: int | None = None


def check(weighing: Weighing) -> None:
    """Raise what is wrong with a weight. A missing one is not judged here."""
    grams = weighing.grams
    if grams is None:
        return
    if grams < 0:
        raise WeightNegative(
            _("The scale shows %(weight)d g. Empty it, set it to zero and weigh again.") % {"weight": grams}
        )
    if grams == 0:
        raise WeightZero(_("The weight is 0 g. Put the parcel on the scale."))
    if weighing.source == WeightSource.TYPED:
        return
    last = weighing.readings[-STABLE_READINGS:]
    if len(last) < STABLE_READINGS or set(last) != {grams}:
        raise WeightMoving(
            _("The scale is still moving (%(readings)s). Wait until the same weight shows %(times)d times.")
            % {"readings": _as_text(last or (grams,)), "times": STABLE_READINGS}
        )
    if grams == weighing.last_g and not was_empty(weighing.readings):
        raise WeightNotNew(
            _(
                "%(weight)d g is the last parcel's weight, and the scale was not empty since. Take everything off, "
                "wait for 0 g, and weigh this parcel."
            )
            % {"weight": grams}
        )


def was_empty(readings: Sequence[int]) -> bool:
    return any(abs(one) <= ZERO_G for one in readings)


def parse_readings(text: str) -> tuple[int, ...]:
    """`0,0,512,512,512` as the page sends it; what is no number is left out."""
    parts = [part.strip() for part in text.split(",")[-READINGS_KEPT:]]
    return tuple(int(part) for part in parts if part.removeprefix("-").isdecimal() and len(part) <= 7)


def _as_text(readings: Sequence[int]) -> str:
    return ", ".join(f"{one} g" for one in readings)
