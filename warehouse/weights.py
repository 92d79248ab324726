"""What a parcel should weigh, learned from parcels that were packed, and which item explains a difference.

A parcel's weight y is seen as the sum of its parts, y = Σ uᵢ·wᵢ + noise, with uᵢ units of weight wᵢ; its carton is the part
with u = 1. Each wᵢ is held as a mean mᵢ with a variance Pᵢ and follows every parcel by a Kalman filter (R. E. Kalman 1960)
that keeps no covariances between parts:

    e = y − Σ uᵢ·mᵢ,   S = R + Σ uᵢ·nᵢ² + Σ uᵢ²·Pᵢ,   gᵢ = uᵢ·Pᵢ / S,   mᵢ ← mᵢ + gᵢ·e,   Pᵢ ← Pᵢ·(1 − gᵢ·uᵢ) + q

R is the scale's own variance, nᵢ how far one unit usually is off its mean. Whatever is unsure takes most of e, so that a new
SKU in a known carton learns, and not the carton. Once known, e is cut to ±3·√S (Huber 1964): one parcel with a gift in
it moves little, and a supplier's new bottle is followed within a few. The band is 3.5·√S.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from catalog.models import Sku
from warehouse.models import Carton

LEARNED_AFTER = 5  # parcels; until then the typed weights and the wide band count
SCALE_G, SCALE_SHARE = 2.0, 0.003  # what scale and filler are off: the larger of the two
SIGMAS = 3.5
CUT = 3.0
LEAST_BAND_G = 5
BAND_G, BAND_SHARE = 20, 0.10  # the wide band: the larger of the two
UNKNOWN_SD_G = 2_000.0
DRIFT = 0.01  # of the noise's variance: what a mean may wander from parcel to parcel
NOISE_AFTER, NOISE_RATE = 3, 0.15
MEAN_TO_SIGMA = 1.2533  # of a normal distribution: √(π/2)
DOUBLE_AT_MOST = 3


@dataclass(frozen=True)
class Belief:
    """What is held of one unit of a SKU, or of one empty carton."""

    mean_g: float
    variance: float
    noise_g: float = 0.0
    parcels: int = 0
    is_known: bool = True  # typed or learned; a guess is neither

    @property
    def is_learned(self) -> bool:
        return self.parcels >= LEARNED_AFTER


@dataclass(frozen=True)
class Part:
    """Units of one thing in a parcel. `key` is ("sku" or "carton", id)."""

    key: tuple[str, int]
    units: int
    belief: Belief


@dataclass(frozen=True)
class Expectation:
    """What a parcel should weigh, give or take."""

    weight_g: int
    band_g: int
    is_learned: bool

    def holds(self, weight_g: int) -> bool:
        return abs(weight_g - self.weight_g) <= self.band_g


@dataclass(frozen=True)
class Suspect:
    """The best explanation of a difference: so many units too many, or too few; or another carton."""

    key: tuple[str, int]
    units: int


def belief_of_sku(sku: Sku) -> Belief:
    """Before the first parcel: what was typed, within a tenth; or hardly anything."""
    if sku.weight_g is None:
        return Belief(0.0, UNKNOWN_SD_G**2, is_known=False)
    return Belief(float(sku.weight_g), max(10.0, sku.weight_g * BAND_SHARE) ** 2 / 4)


def belief_of_carton(carton: Carton) -> Belief:
    return Belief(float(carton.tare_g), max(5.0, carton.tare_g * BAND_SHARE) ** 2 / 4)


def expect(parts: Sequence[Part]) -> Expectation | None:
    """None while the weight of a part is not known at all."""
    if not all(part.belief.is_known for part in parts):
        return None
    mean = _mean(parts)
    if all(part.belief.is_learned for part in parts):
        return Expectation(round(mean), max(LEAST_BAND_G, round(SIGMAS * sqrt(_spread(parts)))), True)
    return Expectation(round(mean), max(BAND_G, round(mean * BAND_SHARE)), False)


def learn(parts: Sequence[Part], *, weight_g: int) -> list[Part]:
    """The parts after one parcel of this weight."""
    spread = _spread(parts)
    error = weight_g - _mean(parts)
    if all(part.belief.is_learned for part in parts):
        most = CUT * sqrt(spread)
        error = min(max(error, -most), most)
    drift = DRIFT * _noise(parts)
    is_alone = sum(part.key[0] == "sku" for part in parts) == 1
    return [_learned(part, error, spread, drift, is_alone=is_alone) for part in parts]


def _learned(part: Part, error: float, spread: float, drift: float, *, is_alone: bool) -> Part:
    old = part.belief
    gain = part.units * old.variance / spread
    noise = old.noise_g
    if is_alone and part.key[0] == "sku" and old.parcels >= NOISE_AFTER:
        noise += NOISE_RATE * (MEAN_TO_SIGMA * abs(error) / sqrt(part.units) - noise)
    new = Belief(
        mean_g=max(old.mean_g + gain * error, 0.0),
        variance=old.variance * (1 - gain * part.units) + drift,
        noise_g=noise,
        parcels=old.parcels + 1,
    )
    return replace(part, belief=new)


def explain(
    parts: Sequence[Part], *, weight_g: int, other_cartons: Mapping[int, Belief] | None = None
) -> Suspect | None:
    """Which item is most likely missing or in twice, or which carton was taken instead; None when nothing fits."""
    expected = expect(parts)
    if expected is None or expected.holds(weight_g):
        return None
    difference = weight_g - _mean(parts)
    found = [
        (abs(difference - units * part.belief.mean_g), abs(units), Suspect(part.key, units))
        for part in parts
        if part.key[0] == "sku" and part.belief.mean_g >= 1
        for units in _wrong_counts(part.units)
    ]
    own = next((part.belief.mean_g for part in parts if part.key[0] == "carton"), 0.0)
    found += [
        (abs(difference - (other.mean_g - own)), 0, Suspect(("carton", carton_id), 1))
        for carton_id, other in (other_cartons or {}).items()
    ]
    best = min(found, key=lambda one: one[:2], default=None)
    near = (
        expected.band_g if expected.is_learned else expected.band_g / 2
    )  # the wide band would explain anything
    return best[2] if best and best[0] <= near else None


def _wrong_counts(units: int) -> Iterable[int]:
    return [*range(-units, 0), *range(1, DOUBLE_AT_MOST + 1)]


def _mean(parts: Sequence[Part]) -> float:
    return sum(part.units * part.belief.mean_g for part in parts)


def _noise(parts: Sequence[Part]) -> float:
    scale = max(SCALE_G, SCALE_SHARE * _mean(parts)) ** 2
    return scale + sum(part.units * part.belief.noise_g**2 for part in parts)


def _spread(parts: Sequence[Part]) -> float:
    return _noise(parts) + sum(part.units**2 * part.belief.variance for part in parts)
