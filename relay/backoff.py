"""How long to wait before another try: doubling, with jitter, capped."""

import random
from datetime import timedelta

FIRST_S = 2.0
LONGEST_S = 900.0


def delay(attempts: int, *, at_least_s: float = 0.0) -> timedelta:
    """Wait after the n-th failed attempt; between half and all of 2, 4, 8 … 900 seconds, never less than asked."""
    full = min(FIRST_S * 2 ** max(attempts - 1, 0), LONGEST_S)
    jittered = full * random.uniform(0.5, 1.0)
    return timedelta(seconds=max(jittered, at_least_s))
