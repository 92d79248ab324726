"""How hard another system may be asked: call budgets shared by all workers, and a breaker per connection.

A refusal never opens a breaker; only an outage does.
"""

import time
from dataclasses import dataclass
from functools import lru_cache

import limits
import pybreaker
from django.conf import settings
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from core import clock
from core.remote import RateLimited, RemoteError, Retryable

LONGEST_WAIT_SECONDS = 4.0  # in-process waiting ends here; beyond it the caller is told when to come back
BREAKER_FAILURES = 8
BREAKER_RESET_SECONDS = 20


@dataclass(frozen=True)
class Budget:
    """A share of the other side's patience, kept in one place for all workers: `name` counts, `rate` limits.

    With a `share` below 1 the call is one that can wait: it takes only that part of the rate, and only while at least
    half of the whole is left for those that cannot.
    """

    name: str
    rate: str  # as in "10/second"
    share: float = 1.0


def _storage(url: str) -> Storage:
    if url.startswith("memory://"):
        return MemoryStorage()
    if url.startswith(("unix://", "redis+unix://")):
        url = "redis+unix://" + url.split("://", 1)[1]
    return RedisStorage(url, wrap_exceptions=True, socket_connect_timeout=1, socket_timeout=1)


@lru_cache(maxsize=8)
def _limiter(url: str) -> SlidingWindowCounterRateLimiter:
    return SlidingWindowCounterRateLimiter(_storage(url))


_own_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def _storage_url() -> str:
    return getattr(settings, "RATE_BUDGET_URL", "") or getattr(settings, "REDIS_URL", "") or "memory://"


def spend(budget: Budget) -> None:
    """Take one call from the budget, waiting a little when it is used up."""
    if not getattr(settings, "REMOTE_PACING", True):  # the tests' sandbox needs no patience
        return
    item = limits.parse(budget.rate)
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    if budget.share < 1:
        part = type(item)(max(1, int(item.amount * budget.share)), item.multiples)
        _take(part, f"{budget.name}:spare", deadline=deadline)
        _await_room(item, budget.name, deadline=deadline)
    _take(item, budget.name, deadline=deadline)


def _take(item: limits.RateLimitItem, name: str, *, deadline: float) -> None:
    while True:
        limiter = _limiter(_storage_url())
        try:
            if limiter.hit(item, name):
                return
            reset = limiter.get_window_stats(item, name).reset_time
        except StorageError:
            # The broker is away: this process alone keeps the pace until it is back.
            if _own_limiter.hit(item, name):
                return
            reset = _own_limiter.get_window_stats(item, name).reset_time
        _pause(reset - clock.now().timestamp(), deadline=deadline)


def _await_room(item: limits.RateLimitItem, name: str, *, deadline: float) -> None:
    """Wait until those that cannot wait leave half of the rate unused."""
    while True:
        try:
            stats = _limiter(_storage_url()).get_window_stats(item, name)
        except StorageError:
            stats = _own_limiter.get_window_stats(item, name)
        if stats.remaining * 2 >= item.amount:
            return
        _pause(stats.reset_time - clock.now().timestamp(), deadline=deadline)


def _pause(left: float, *, deadline: float) -> None:
    pause = min(max(left, 0.02), 0.25)
    if time.monotonic() + pause > deadline:
        raise RateLimited(
            "our own budget for this call is used up", code="own_budget", retry_after=max(left, 1.0)
        )
    time.sleep(pause)


class Breaker:
    """Stops calling a connection whose other side is down. Only outages count, never a refusal."""

    def __init__(self, name: str) -> None:
        self._memory = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=BREAKER_FAILURES,
            reset_timeout=BREAKER_RESET_SECONDS,
            state_storage=self._memory,
            throw_new_error_on_trip=False,
            name=name,
        )

    def check(self) -> None:
        opened_at = self._memory.opened_at
        if self._breaker.current_state != pybreaker.STATE_OPEN or opened_at is None:
            return
        left = BREAKER_RESET_SECONDS - (clock.now() - opened_at).total_seconds()
        if left > 0:
            raise Retryable("the other side has been failing; resting", code="circuit_open", retry_after=left)

    def report(self, outage: RemoteError | None) -> None:
        """Told afterwards: pybreaker holds its lock for a whole call, which would queue one connection's threads."""

        def replay() -> None:
            if outage is not None:
                raise outage

        try:
            self._breaker.call(replay)
        except (RemoteError, pybreaker.CircuitBreakerError):
            return


@lru_cache(maxsize=4096)
def breaker(name: str) -> Breaker:
    """The one breaker of this name in this process."""
    return Breaker(name)
