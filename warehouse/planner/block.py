"""One block of parallel aisles between a front and a back cross aisle."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Block:
    """`depot` is the aisle at whose front walks start and end."""

    aisles: int
    cells: int
    between_aisles: float
    between_cells: float
    entry: float
    depot: int = 0

    @property
    def words(self) -> int:
        return (self.cells + 63) // 64

    @property
    def length(self) -> float:
        return 2 * self.entry + (self.cells - 1) * self.between_cells

    @property
    def shape(self) -> tuple[float, float, float, float]:
        return (float(self.length), float(self.between_aisles), float(self.entry), float(self.between_cells))

    def masks(self, stops: Iterable[tuple[int, int]]) -> np.ndarray:
        """The stops as one bit a cell."""
        masks = np.zeros(self.aisles * self.words, np.uint64)
        for aisle, cell in stops:
            masks[aisle * self.words + cell // 64] |= np.uint64(1 << cell % 64)
        return masks
