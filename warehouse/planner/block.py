"""The building that is walked: parallel aisles in one block or two, between cross aisles. Measures only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """Walks start at the front of aisle `depot` and end there, or at the front of aisle `pack`.

    A row is the part of an aisle that lies in one block: rows count aisle by aisle through the first block, then through
    the second one. A stop is (row, cell). In a one-way building the aisles 0, 2, 4 … are walked away from the front.
    """

    aisles: int
    cells: int
    between_aisles: float
    between_cells: float
    entry: float
    depot: int = 0
    pack: int = -1  # as the depot
    cells_beyond: int = 0  # of the second block
    cross: float = 0.0  # width of the cross aisle between the blocks
    is_one_way: bool = False

    @property
    def blocks(self) -> int:
        return 2 if self.cells_beyond else 1

    @property
    def rows(self) -> int:
        return self.aisles * self.blocks

    @property
    def words(self) -> int:
        return (max(self.cells, self.cells_beyond) + 63) // 64

    @property
    def end(self) -> int:
        """The aisle at whose front walks end."""
        return self.depot if self.pack < 0 else self.pack

    @property
    def one_way(self) -> bool:
        """A single aisle has no other way back."""
        return self.is_one_way and self.aisles > 1

    @property
    def is_plain(self) -> bool:
        """One block, both ways, back to the start: the case of Ratliff and Rosenthal."""
        return self.blocks == 1 and not self.one_way and self.end == self.depot

    @property
    def middle(self) -> float:
        """From the first cell next to the cross aisle to the middle of that aisle."""
        return self.entry + self.cross / 2

    @property
    def length(self) -> float:
        """Of a row of the first block."""
        far = self.middle if self.blocks == 2 else self.entry
        return self.entry + (self.cells - 1) * self.between_cells + far

    @property
    def length_beyond(self) -> float:
        return (
            self.middle + (self.cells_beyond - 1) * self.between_cells + self.entry
            if self.blocks == 2
            else 0.0
        )

    @property
    def shape(self) -> tuple[float, ...]:
        """For compiled code: first block's length, aisle to aisle, entry, cell to cell; second's length, entry, first row."""
        measures = (self.length, self.between_aisles, self.entry, self.between_cells)
        return tuple(map(float, (*measures, self.length_beyond, self.middle, self.aisles)))

    def height(self, row: int, cell: int) -> float:
        """Of a cell over the nearer end of its row."""
        return (self.entry if row < self.aisles else self.middle) + cell * self.between_cells

    def row_length(self, row: int) -> float:
        return self.length if row < self.aisles else self.length_beyond
