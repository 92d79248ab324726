"""A quiet sandbox with the sample sellers connected, bad weather on request, and the crew that works the floor."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from console import demo
from console.launch import places
from core import clock
from tenancy import scoping
from tenancy.models import Seller, Shop
from tests.drills.stage import DrillFailed, Stage

QUIET = {
    "orders_per_minute": 0.0,
    "unpaid_share": 0.0,
    "hold_seconds": 2.0,
    "auto_cancel": False,
    "rate_qps": 0,
    "tracking_qps": 0,
    "ads_rate_level": "off",
}
BAD = {"share_5xx": 0.2, "share_429": 0.1, "share_timeout_after": 0.05}
BAD_WEBHOOKS = {"doubled": 0.2, "reordered": 0.2, "dropped": 0.3}
HANG_SECONDS = 3
WORST = {**BAD, "slow_ms": 20, "expire_tokens": 0.01}
WORST_WEBHOOKS = {**BAD_WEBHOOKS, "delayed_s": 2.0}


def prepare(stage: Stage) -> None:
    """Nothing happens in the sandbox unasked; three sellers are connected, with goods on their shelves."""
    stage.sandbox("settings", QUIET)
    stage.sandbox("carrier/auto", {"enabled": False, "exception_share": 0})
    demo.load(now=clock.now())


def bad_weather(stage: Stage) -> None:
    """20 % server errors, 10 % refusals for haste, 5 % answers lost after the effect; webhooks lost, doubled, late."""
    stage.sandbox("faults", {"all": BAD, "webhooks": BAD_WEBHOOKS, "hang_seconds": HANG_SECONDS})


def worst_weather(stage: Stage) -> None:
    """All that the sandbox can do wrong at once: slow answers, tokens that end before their time and late webhooks too."""
    stage.sandbox("faults", {"all": WORST, "webhooks": WORST_WEBHOOKS, "hang_seconds": HANG_SECONDS})


def clear_weather(stage: Stage) -> None:
    stage.sandbox("faults", {"clear": True})


def order(stage: Stage, *, region: str, count: int, **wish: object) -> list[str]:
    """Buyers order at the shop of this region. Their platform order ids."""
    body = {"region": region, "count": count, "respect_stock": True, **wish}
    return stage.sandbox("orders", body)["order_ids"]


def came_true(stage: Stage, condition: Callable[[], bool], *, timeout: float) -> bool:
    """Wait for it, but leave the verdict to the checks."""
    try:
        stage.wait_until(condition, what="what the checks look at", timeout=timeout)
    except DrillFailed:
        return False
    return True


def kill_when(stage: Stage, victim: str, condition: Callable[[], bool], *, timeout: float = 10.0) -> None:
    """In the middle: as soon as something has begun, or after a while."""
    came_true(stage, condition, timeout=timeout)
    stage.kill(victim)


def seller(slug: str) -> Seller:
    return Seller.objects.get(slug=slug)


@contextmanager
def everything() -> Iterator[None]:
    """Every seller at once: a drill looks at all books."""
    with scoping.scope(sellers=Seller.objects.values_list("pk", flat=True)):
        yield


def shop_ids() -> list[int]:
    with everything():
        return list(Shop.objects.values_list("pk", flat=True))


class Crew:
    """`manage.py autopilot` beside the program, which can be killed as well."""

    def __init__(self, stage: Stage, *, slug: str) -> None:
        self.command = [sys.executable, "manage.py", "autopilot", "--seller", slug, "--until-empty"]
        self.env = {**os.environ, **stage.values}
        self.log = (stage.run / f"crew-{slug}.log").open("ab")
        self.process = self._start()

    def kill(self) -> None:
        """In the middle of a scan, for all it knows; others take over."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def finish(self, *, timeout: float = 120.0) -> bool:
        """Wait until the floor is empty; whether it came to that."""
        begun = time.monotonic()
        while self.process.poll() is None and time.monotonic() - begun < timeout:
            time.sleep(0.2)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        return self.process.returncode == 0

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen(
            self.command,
            cwd=places.CHECKOUT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
