"""One order parsed and checked, from the bytes of a page: beside the generated models of the public package and a DRF serializer.

The generated models check nothing and still stand as the yardstick; the serializer checks the same rules. All read the
same page in turns. Correct means: the same orders accepted, and of the broken ones the same refused, each alone.
"""

import json
import os
import time
from collections.abc import Callable

from tiktok_shop_api.generated.models import GetOrderDetailResponse

from integrations.tiktok_shop import parse, parse_orders
from tests import order_serializer
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.broken_corpus import DAMAGES, ODDITIES, page, put, raw

ORDERS = 100
REPEATS = int(os.environ.get("BENCH_REPEATS", 8))
ROUNDS = 5
GOAL_MODELS, GOAL_SERIALIZER = 7, 80


def _page() -> bytes:
    return page(*(raw(put("id", f"5764614130387{number:05d}")) for number in range(ORDERS)))


def _ours(content: bytes) -> int:
    return len(parse_orders.read(content).data.orders)


def _ours_to_values(content: bytes) -> int:
    return len([parse.order(order) for order in parse_orders.read(content).data.orders])


def _models(content: bytes) -> int:
    return len(GetOrderDetailResponse.from_dict(json.loads(content)).data.orders)


def _serializer(content: bytes) -> int:
    rows = json.loads(content)["data"]["orders"]
    return sum(order_serializer.Order(data=row).is_valid() for row in rows)


def _micros(read: Callable[[bytes], int], content: bytes, *, repeats: int) -> float:
    """Microseconds of processor time an order, the best of some pages: what others do on this machine is not ours."""
    best = float("inf")
    for _repeat in range(repeats):
        begun = time.process_time()
        count = read(content)
        best = min(best, time.process_time() - begun)
        if count != ORDERS:
            raise AssertionError(f"{read.__name__} read {count} orders, not {ORDERS}")
    return best / ORDERS * 1_000_000


@registry.case
def parsing(ground: Ground) -> list[Figure]:
    content = _page()
    correct = not _wrong()
    figures = []
    for what, ours, reference, repeats, goal in (
        ("generated models", _ours, _models, REPEATS, GOAL_MODELS),
        ("DRF serializer", _ours, _serializer, 1, GOAL_SERIALIZER),
        ("generated models, ours to our own values too", _ours_to_values, _models, REPEATS, None),
    ):
        mine, theirs = registry.in_turn(
            ours=lambda read=ours: _micros(read, content, repeats=REPEATS),
            reference=lambda read=reference, times=repeats: _micros(read, content, repeats=times),
            rounds=ROUNDS,
        )
        figures.append(
            Figure(
                metric=f"an order parsed and checked, beside {what}",
                unit="µs",
                ours=mine,
                reference=theirs,
                goal=1 / goal if goal else None,
                correct=correct,
            )
        )
    return figures


def _wrong() -> list[str]:
    """Where ours and the serializer differ, or a broken order took a sound one with it."""
    sound = raw(put("id", "57646141303"))
    wrong = []
    for kinds, is_sound in ((DAMAGES, False), (ODDITIES, True)):
        for name, damage in kinds.items():
            document = raw(damage)
            found = parse_orders.read(page(sound, document)).data
            takes = len(found.orders) == 2 and not found.unread
            is_alone = takes or (len(found.orders), len(found.unread)) == (1, 1)
            second = order_serializer.Order(data=json.loads(document)).is_valid()
            if not is_alone or takes is not is_sound or second is not is_sound:
                wrong.append(name)
    for name in wrong:
        print(f"  wrong: {name}")
    print(f"  {len(DAMAGES)} kinds of damage refused, {len(ODDITIES)} oddities taken, by both alike")
    return wrong
