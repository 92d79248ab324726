"""Wakes a worker when a transaction commits, or soon at a given time. Losing the call is harmless: sweeps find every waiting row.

Of equal alarms one waits in the queue at a time: whatever was committed before its task begins, that task finds.
"""

import math
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

QUEUED_S = 5  # an alarm that got lost keeps others silent for no longer
SOON = timedelta(seconds=5)  # what is due later than that is left to the sweeps
GRID_S = 0.5  # alarms for a time of their own ring together, at the next of these


class _Alarm:
    """A wake-up that can be recognized among the hooks of the present transaction."""

    def __init__(self, task: str, queue: str, kwargs: dict[str, object]) -> None:
        self.key = (task, tuple(sorted(kwargs.items())))
        self.task, self.queue, self.kwargs = task, queue, kwargs

    def __call__(self) -> None:
        send(self.task, queue=self.queue, **self.kwargs)


def on_commit(task: str, *, queue: str, **kwargs: object) -> None:
    """Send `task(**kwargs)` to `queue` after the commit; a thousand events need one alarm, not a thousand."""
    alarm = _Alarm(task, queue, kwargs)
    if any(isinstance(hook[1], _Alarm) and hook[1].key == alarm.key for hook in connection.run_on_commit):
        return
    transaction.on_commit(alarm)


def send(task: str, *, queue: str, **kwargs: object) -> None:
    """Send now; a broker that is away costs a log line, never the work."""
    _send(task, queue=queue, kwargs=kwargs, mark=_mark(task, kwargs), kept_s=QUEUED_S)


def send_at(task: str, *, queue: str, at: datetime, now: datetime, **kwargs: object) -> None:
    """Send so that it runs soon after `at`; nothing when the sweeps will have come round by then."""
    if not now < at <= now + SOON:
        return
    rings_at = math.ceil(at.timestamp() / GRID_S) * GRID_S
    wait_s = rings_at - now.timestamp()
    mark = f"{_mark(task, kwargs)}@{rings_at}"
    _send(task, queue=queue, kwargs=kwargs, mark=mark, kept_s=math.ceil(wait_s), countdown=wait_s)


def _send(
    task: str, *, queue: str, kwargs: dict[str, object], mark: str, kept_s: int, countdown: float = 0.0
) -> None:
    try:
        if _is_first(mark, kept_s=kept_s):
            current_app.send_task(
                task,
                kwargs=kwargs,
                queue=queue,
                countdown=countdown or None,
                expires=120,
                retry=False,
                ignore_result=True,
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning("wake.broker_away", task=task, error=type(error).__name__)


def begun(task: str, kwargs: dict[str, object]) -> None:
    """A task begins: what is committed from now on needs another alarm."""
    board = _board()
    try:
        if board is not None:
            board.delete(_mark(task, kwargs))
    except RedisError as error:
        log.warning("wake.broker_away", task=task, error=type(error).__name__)


def _is_first(mark: str, *, kept_s: int) -> bool:
    """Whether no equal alarm waits in the queue."""
    board = _board()
    return board is None or bool(board.set(mark, 1, nx=True, ex=kept_s))


def _mark(task: str, kwargs: dict[str, object]) -> str:
    values = ",".join(f"{name}={value}" for name, value in sorted(kwargs.items()))
    return f"alarm:{task}:{values}"


@lru_cache(maxsize=1)
def _board() -> Redis | None:
    """Where waiting alarms are noted; a broker in memory (in tests) has no such place."""
    if settings.REDIS_URL.startswith("memory:"):
        return None
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
