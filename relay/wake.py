"""Wakes a worker when a transaction commits. Losing the call is harmless: sweeps find every waiting row.

Of equal alarms one waits in the queue at a time: whatever was committed before its task begins, that task finds.
"""

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

QUEUED_S = 5  # an alarm that got lost keeps others silent for no longer


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
    try:
        if cache.add(_mark(task, kwargs), 1, timeout=QUEUED_S):
            current_app.send_task(
                task, kwargs=kwargs, queue=queue, expires=120, retry=False, ignore_result=True
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning("wake.broker_away", task=task, error=type(error).__name__)


def begun(task: str, kwargs: dict[str, object]) -> None:
    """A task begins: what is committed from now on needs another alarm."""
    try:
        cache.delete(_mark(task, kwargs))
    except RedisError as error:
        log.warning("wake.broker_away", task=task, error=type(error).__name__)


def _mark(task: str, kwargs: dict[str, object]) -> str:
    values = ",".join(f"{name}={value}" for name, value in sorted(kwargs.items()))
    return f"alarm:{task}:{values}"
