"""What is planned: orders as the places they need, their sizes, what a cart takes; and what a plan is."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.planner.block import Block

Stop = tuple[int, int]  # row and cell

SEED = 20260101
SMALL_BATCH = 8  # orders in a cart; fuller carts are searched otherwise


@dataclass(frozen=True)
class Problem:
    """Orders as sets of (row, cell), their sizes in each measure, and what a cart takes of each."""

    block: Block
    stops: Sequence[Sequence[Stop]]
    sizes: Sequence[Sequence[int]]
    caps: Sequence[int]

    @property
    def fewest(self) -> int:
        """Carts that the load asks for."""
        loads = [sum(size[kind] for size in self.sizes) for kind in range(len(self.caps))]
        return max([1, *(-(-load // cap) for load, cap in zip(loads, self.caps, strict=True))])

    @property
    def has_small_batches(self) -> bool:
        return len(self.stops) < SMALL_BATCH * self.fewest


@dataclass(frozen=True)
class Planned:
    """`tours[n]` are the stops of `batches[n]` in walking order."""

    batches: list[list[int]]
    tours: list[list[Stop]]
    lengths: list[float]

    @property
    def length(self) -> float:
        return sum(self.lengths)
