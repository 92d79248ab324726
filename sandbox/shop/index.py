"""Ids in the order of a time, for page walks that stay fast however many orders a shop has."""

from bisect import bisect_left, insort


class TimeIndex:
    """Sorted (time, id) pairs of one shop."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []

    def add(self, *, key: int, id: str) -> None:
        row = (key, id)
        if not self.rows or row > self.rows[-1]:
            self.rows.append(row)
        else:
            insort(self.rows, row)

    def remove(self, *, key: int, id: str) -> None:
        place = bisect_left(self.rows, (key, id))
        if place < len(self.rows) and self.rows[place] == (key, id):
            del self.rows[place]

    def between(self, *, ge: int | None, lt: int | None) -> tuple[int, int]:
        """First and behind-last place of the times in [ge, lt)."""
        low = 0 if ge is None else bisect_left(self.rows, (ge, ""))
        high = len(self.rows) if lt is None else bisect_left(self.rows, (lt, ""))
        return low, max(low, high)

    def place(self, *, key: int, id: str) -> int:
        return bisect_left(self.rows, (key, id))
