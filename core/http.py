"""The only HTTP client. Every call to another system goes through a Channel: budget, breaker, retries of reads, named errors.

Reads are retried here. Writes never are: whoever asked must look at the other side first (OutcomeUnknown says so).
Nothing that travels (addresses with secrets, bodies, tokens) is ever logged.
"""

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import httpx
import stamina
import structlog

from core import pacing
from core.pacing import Budget
from core.remote import (
    NeedsReauthorization,
    NotYet,
    OutcomeUnknown,
    RateLimited,
    RemoteError,
    Retryable,
    Terminal,
)

__all__ = [
    "Budget",
    "Channel",
    "Intent",
    "NeedsReauthorization",
    "NotYet",
    "Outgoing",
    "OutcomeUnknown",
    "RateLimited",
    "RemoteError",
    "Retryable",
    "Terminal",
    "refuse_broken",
    "retry_after",
    "set_transport_factory",
]

# Their INFO lines print whole addresses, and token calls carry the app secret in the query.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

stamina.instrumentation.set_on_retry_hooks([])  # each failed attempt is logged below, with its connection

log = structlog.get_logger(__name__)
T = TypeVar("T")

TRACE_HEADER = "x-trace-id"
CONNECT_SECONDS = 5.0
READ_ATTEMPTS = 3
READ_PATIENCE_SECONDS = 30.0


class Intent(StrEnum):
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Outgoing:
    """One request, made (and signed) just before it leaves."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


_transport_factory: Callable[[], httpx.BaseTransport] | None = None
_clients: dict[tuple[int, int], httpx.Client] = {}
_clients_lock = threading.Lock()
_factory_version = 0


def set_transport_factory(factory: Callable[[], httpx.BaseTransport] | None) -> None:
    """Put another transport behind every channel (an in-process application in tests); None brings the network back."""
    global _transport_factory, _factory_version
    with _clients_lock:
        _transport_factory = factory
        _factory_version += 1
        for client in _clients.values():
            client.close()
        _clients.clear()
    pacing.breaker.cache_clear()


def _client() -> httpx.Client:
    """One connection pool per process: a pool inherited through a fork would mix two workers' answers."""
    key = (os.getpid(), _factory_version)
    with _clients_lock:
        if key not in _clients:
            transport = _transport_factory() if _transport_factory else None
            _clients[key] = httpx.Client(
                transport=transport,
                mounts=None
                if transport
                else {"all://127.0.0.1": None, "all://localhost": None},  # never by a proxy
                trust_env=transport is None,
                limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            )
        return _clients[key]


def _patience(error: Exception) -> bool | float:
    """Which failures of a read are tried again here, and after how long."""
    if not isinstance(error, Retryable) or error.code in ("circuit_open", "own_budget"):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= pacing.LONGEST_WAIT_SECONDS else False


class Channel:
    """One connection's way to one platform."""

    def __init__(self, *, platform: str, connection_key: str = "", timeout: float = 10.0) -> None:
        self.platform = platform
        self.connection_key = connection_key
        self._timeout = httpx.Timeout(timeout, connect=CONNECT_SECONDS)

    def call(
        self,
        *,
        name: str,
        intent: Intent,
        build: Callable[[], Outgoing],
        judge: Callable[[httpx.Response], T],
        budget: Budget | None = None,
    ) -> T:
        """Send what `build` makes and return what `judge` reads from the answer. `name` is for logs, never an address."""
        if intent is Intent.WRITE:
            return self._attempt(name=name, intent=intent, build=build, judge=judge, budget=budget)
        for attempt in stamina.retry_context(
            on=_patience,
            attempts=READ_ATTEMPTS,
            timeout=READ_PATIENCE_SECONDS,
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.3,
        ):
            with attempt:
                return self._attempt(name=name, intent=intent, build=build, judge=judge, budget=budget)
        raise AssertionError("a retry context returns or raises")

    def _attempt(
        self,
        *,
        name: str,
        intent: Intent,
        build: Callable[[], Outgoing],
        judge: Callable[[httpx.Response], T],
        budget: Budget | None,
    ) -> T:
        breaker = pacing.breaker(f"{self.platform}:{self.connection_key}")
        breaker.check()
        if budget:
            pacing.spend(budget)
        started = time.monotonic()
        try:
            response = self._send(build(), intent)
            refuse_broken(response, intent=intent)
            result = judge(response)
        except RemoteError as error:
            breaker.report(error if error.is_outage else None)
            log.info(
                "remote_call_failed",
                platform=self.platform,
                connection=self.connection_key,
                call=name,
                kind=type(error).__name__,
                code=error.code,
                remote_request_id=error.request_id,
                milliseconds=round((time.monotonic() - started) * 1000),
            )
            raise
        breaker.report(None)
        return result

    def _send(self, outgoing: Outgoing, intent: Intent) -> httpx.Response:
        try:
            return _client().request(
                outgoing.method,
                outgoing.url,
                params=dict(outgoing.params) or None,
                headers={TRACE_HEADER: _trace_id(), **outgoing.headers},
                content=outgoing.content,
                timeout=self._timeout,
            )
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
        ) as error:
            raise Retryable("could not connect", code=type(error).__name__) from error
        except httpx.HTTPError as error:
            # From here on the request may have arrived.
            kind = Retryable if intent is Intent.READ else OutcomeUnknown
            raise kind("the answer did not come", code=type(error).__name__) from error


def _trace_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4().hex)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds of a Retry-After header; a date or nonsense there counts as absent."""
    value = response.headers.get("retry-after", "").strip()
    return float(value) if value.replace(".", "", 1).isdigit() else None


def refuse_broken(response: httpx.Response, *, intent: Intent) -> None:
    """Raise for answers that never reached the platform's own logic; a 503 was not acted on, other 5xx may have been."""
    status = response.status_code
    if status == 429:
        raise RateLimited("too many requests", code="429", retry_after=retry_after(response))
    if status == 503:
        raise Retryable("overloaded", code="503", retry_after=retry_after(response))
    if status >= 500:
        kind = Retryable if intent is Intent.READ else OutcomeUnknown
        raise kind("server error", code=str(status))
