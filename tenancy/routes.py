"""Which seller a push is for. Asked for every push, so each process remembers the answer for a few seconds.

A shop changes hands by a person's consent at the platform, and that takes longer than an answer is remembered.
"""

import time

from tenancy.models import ShopRoute

REMEMBERED_S = 5.0

_known: dict[tuple[str, str], tuple[float, int]] = {}


def seller_of(*, platform: str, reference: str) -> int | None:
    """The seller's id; None when no seller here has this shop, which is never remembered."""
    key = (platform, reference)
    asked_at, seller_id = _known.get(key, (0.0, 0))
    if seller_id and time.monotonic() - asked_at < REMEMBERED_S:
        return seller_id
    found = ShopRoute.objects.filter(platform=platform, platform_shop_id=reference)
    seller_id = next(iter(found.values_list("seller_id", flat=True)), None)
    if seller_id is not None:
        _known[key] = (time.monotonic(), seller_id)
    return seller_id


def forget() -> None:
    """Ask anew from now on, in this process."""
    _known.clear()
