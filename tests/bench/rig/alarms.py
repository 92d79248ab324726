"""Waits as the program's workers do: for the alarm that a transaction sends when it has left work, at the real broker."""

from celery import current_app
from kombu import Consumer, Queue

from relay import wake

QUEUES = ("intake", "floor")
AT_MOST_S = 0.05  # the end of a measurement comes without an alarm


class Alarms:
    """One process's place at the queues. Each alarm reaches one process, and of equal ones only one waits."""

    def __init__(self) -> None:
        self._connection = current_app.connection_for_read()
        queues = [Queue(name) for name in QUEUES]
        self._consumer = Consumer(self._connection, queues, callbacks=[self._heard], no_ack=True)
        self._consumer.consume()

    def wait(self) -> None:
        """Until an alarm comes, or a moment."""
        try:
            self._connection.drain_events(timeout=AT_MOST_S)
        except TimeoutError:
            return

    def close(self) -> None:
        self._connection.release()

    def _heard(self, body: list, message: object) -> None:
        _args, kwargs, _embedded = body
        wake.begun(message.headers["task"], kwargs)
