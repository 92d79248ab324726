"""Plain ways to walk: aisles passed from end to end, or entered up to their largest gap; carts filled as orders came."""


def s_shape(cells, *, length: float, between: float, entry: float, step: float) -> float:
    """Length of an S-shape walk from the front of aisle 0 past (aisle, cell) stops."""
    aisles = sorted({aisle for aisle, _cell in cells})
    deepest = max(cell for aisle, cell in cells if aisle == aisles[-1])
    back = 2 * (entry + deepest * step) if len(aisles) % 2 else 0.0
    return 2 * aisles[-1] * between + (len(aisles) - len(aisles) % 2) * length + back


def s_shape_first_come(raw: dict) -> float:
    """All walks of an instance as its file describes it."""
    carts, load = [[]], 0
    for order in raw["orders"]:
        size = sum(line[2] for line in order)
        if load + size > raw["capacity"]:
            carts, load = [*carts, []], 0
        carts[-1] += [(aisle, cell) for aisle, cell, _quantity in order]
        load += size
    length = 2 * raw["d_entry"] + (raw["cells"] - 1) * raw["d_cell"]
    return sum(
        s_shape(cart, length=length, between=raw["d_aisle"], entry=raw["d_entry"], step=raw["d_cell"])
        for cart in carts
    )


def largest_gap(cells, *, length: float, between: float, entry: float, step: float) -> float:
    """First (nearest) and last aisle passed through, the others entered from both ends up to their largest gap."""
    by_aisle: dict[int, list[float]] = {}
    for aisle, cell in sorted(set(cells)):
        by_aisle.setdefault(aisle, []).append(entry + cell * step)
    aisles = sorted(by_aisle)
    across = 2 * aisles[-1] * between
    if len(aisles) == 1:
        return across + 2 * by_aisle[aisles[0]][-1]
    total = across + 2 * length
    for aisle in aisles[1:-1]:
        heights = [0.0, *by_aisle[aisle], length]
        total += 2 * (length - max(b - a for a, b in zip(heights, heights[1:], strict=False)))
    return total
