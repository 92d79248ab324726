"""Webhooks out: signed bodies are posted as they are, tried again on the sandbox's clock, and every attempt is kept.
Delivery is at least once and in no promised order, like the real one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

SCHEDULE = (120.0, 1800.0, 10_800.0, 43_200.0)
TIMEOUT_SECONDS = 3.0
AT_ONCE = 16
TAKEN = {200, 401}


@dataclass(slots=True, kw_only=True)
class Delivery:
    seq: int
    channel: str
    url: str
    headers: dict[str, str]
    body: bytes
    kind: str
    ref: str
    due_at: float
    schedule: tuple[float, ...]
    attempts: int = 0
    statuses: list[str] = field(default_factory=list)


class Deliverer:
    """Holds what is still to be sent. `flush` sends over HTTP; `drain` hands each due one to a function of the caller."""

    def __init__(self, world, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.world = world
        self.transport = transport
        self.pending: dict[int, Delivery] = {}
        self._seq = 0
        self._client: httpx.AsyncClient | None = None
        self._on_the_way: set[int] = set()
        self._wake: asyncio.Event | None = None

    def enqueue(
        self,
        *,
        channel: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        kind: str,
        ref: str = "",
        schedule: tuple[float, ...] = SCHEDULE,
    ) -> None:
        fate = self.world.faults.webhook()
        if not fate["times"]:
            self.world.journal.record("webhook_dropped", channel=channel, type=kind, ref=ref)
        for _ in range(fate["times"]):
            self._seq += 1
            self.pending[self._seq] = Delivery(
                seq=self._seq,
                channel=channel,
                url=url,
                headers=headers,
                body=body,
                kind=kind,
                ref=ref,
                due_at=self.world.clock.now() + fate["late"],
                schedule=schedule,
            )
        if self._wake is not None:
            self._wake.set()

    def due(self) -> list[Delivery]:
        now = self.world.clock.now()
        waiting = (row for row in self.pending.values() if row.seq not in self._on_the_way)
        found = [delivery for delivery in waiting if delivery.due_at <= now]
        return sorted(found, key=lambda delivery: (delivery.due_at, delivery.seq))

    async def flush(self) -> int:
        """Send everything that is due, several at once."""
        found = self.due()
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._send(delivery, gate=gate) for delivery in found))
        return len(found)

    def drain(self, post: Callable[[str, dict[str, str], bytes], int]) -> int:
        """Hand over what is due, one after the other: `post(url, headers, body)` answers the HTTP status."""
        found = self.due()
        for delivery in found:
            self._settle(delivery, status=str(post(delivery.url, delivery.headers, delivery.body)))
        return len(found)

    async def run(self) -> None:
        """Send for as long as the program runs: at once when something is added, else when a retry is due.
        A receiver that is slow to answer one holds up no other."""
        self._wake = asyncio.Event()
        gate, tasks = asyncio.Semaphore(AT_ONCE), set()
        while True:
            try:
                async with asyncio.timeout(0.5):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            for delivery in self.due():
                task = asyncio.create_task(self._send(delivery, gate=gate))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                self._on_the_way.add(delivery.seq)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _send(self, delivery: Delivery, *, gate: asyncio.Semaphore) -> None:
        if self._client is None:
            self._client = httpx.AsyncClient(transport=self.transport, timeout=TIMEOUT_SECONDS)
        async with gate:
            try:
                answer = await self._client.post(
                    delivery.url, content=delivery.body, headers=delivery.headers
                )
                status = str(answer.status_code)
            except httpx.HTTPError as error:
                status = type(error).__name__
        self._settle(delivery, status=status)

    def _settle(self, delivery: Delivery, *, status: str) -> None:
        self._on_the_way.discard(delivery.seq)
        delivery.attempts += 1
        delivery.statuses.append(status)
        taken = status.isdigit() and int(status) in TAKEN
        fields = {"channel": delivery.channel, "type": delivery.kind, "ref": delivery.ref, "status": status}
        self.world.journal.record(
            "webhook_sent" if taken else "webhook_failed", **fields, attempt=delivery.attempts
        )
        if taken or delivery.attempts > len(delivery.schedule):
            self.pending.pop(delivery.seq, None)
            if not taken:
                self.world.journal.record("webhook_given_up", **fields)
            return
        delivery.due_at = self.world.clock.now() + delivery.schedule[delivery.attempts - 1]

    def snapshot(self) -> dict:
        rows = [{name: getattr(row, name) for name in Delivery.__slots__} for row in self.pending.values()]
        return {"seq": self._seq, "pending": rows}

    def restore(self, data: dict) -> None:
        self._seq = data["seq"]
        self.pending = {row["seq"]: Delivery(**row) for row in data["pending"]}
