"""What the garbage collector of a program that runs for days need not look at."""

import gc

# New objects before the youngest are looked through: Python's own 700 is a few rows of a page.
YOUNG_AT_MOST = 10_000


def settle() -> None:
    """Call it once, when the program is set up: code, models and settings stay to its end, so nothing looks at them again.

    They are a quarter of a million objects. Each full collection walked them for 130 ms with every thread waiting, and
    what a page or a batch of orders makes on its way causes such collections all the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_AT_MOST, *gc.get_threshold()[1:])
