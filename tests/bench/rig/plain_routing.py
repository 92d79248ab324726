"""The routing programme in plain Python, as one would write it first: what compiled code is measured against."""

FAR = float("inf")


def aisle_costs(cells, length, entry, step):
    """From the front and back, from the back and back, both but for the largest gap."""
    heights = [entry + cell * step for cell in cells]
    gap = max((after - before for before, after in zip(heights, heights[1:], strict=False)), default=0.0)
    return 2 * heights[-1], 2 * (length - heights[0]), 2 * (length - gap)


def length_of(cells_by_aisle, shape):
    """Length of the shortest closed walk from the front of aisle 0. States as in warehouse.planner.routing."""
    length, across, entry, step = shape[:4]
    last = max(cells_by_aisle)
    states = {"odd": length, "top": FAR, "bottom": 0.0, "one": 2 * length, "two": FAR}
    if 0 in cells_by_aisle:
        front, _back, both = aisle_costs(cells_by_aisle[0], length, entry, step)
        first = entry + cells_by_aisle[0][0] * step
        states["bottom"], states["two"] = front, min(both, 2 * (length - first))
    for aisle in range(1, last + 1):
        moved = {
            "odd": states["odd"] + 2 * across,
            "top": min(states["top"], states["one"]) + 2 * across,
            "bottom": min(states["bottom"], states["one"]) + 2 * across,
            "one": states["one"] + 4 * across,
            "two": min(states["two"], states["top"], states["bottom"]) + 4 * across,
        }
        loose = min(moved["two"], moved["top"], moved["bottom"])
        through = length + min(moved["one"], loose)
        doubled = min(moved["odd"] + length, loose + 2 * length)
        if aisle not in cells_by_aisle:
            states = {**moved, "odd": min(moved["odd"], through), "one": min(moved["one"], doubled)}
            continue
        front, back, both = aisle_costs(cells_by_aisle[aisle], length, entry, step)
        turn = min(front, back, both)
        states = {
            "odd": min(moved["odd"] + turn, through),
            "top": moved["top"] + back,
            "bottom": moved["bottom"] + front,
            "one": min(moved["one"] + turn, doubled),
            "two": min(
                moved["two"] + turn, moved["top"] + min(front, both), moved["bottom"] + min(back, both)
            ),
        }
    return min(states["one"], states["top"], states["bottom"])
