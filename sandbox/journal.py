"""What happened in the sandbox, in order: every write the platform saw, every scan, every webhook attempt.
Counts are kept for ever; the entries themselves up to a limit, the oldest go first."""

from collections import Counter, deque

LIMIT = 50_000
KEPT_IN_SNAPSHOT = 5_000


class Journal:
    def __init__(self, world) -> None:
        self.world = world
        self.sequence = 0
        self.counts: Counter[str] = Counter()
        self.entries: deque[dict] = deque(maxlen=LIMIT)

    def record(self, kind: str, **fields) -> dict:
        self.sequence += 1
        self.counts[kind] += 1
        entry = {"seq": self.sequence, "at": self.world.clock.now(), "kind": kind, **fields}
        self.entries.append(entry)
        return entry

    def count(self, kind: str) -> None:
        """Only count it: for reads, which are many and alike."""
        self.counts[kind] += 1

    def find(self, *, kind: str = "", since: int = 0, limit: int = 0) -> list[dict]:
        """Entries after `since`, of one kind (or of a family: "webhook" also finds "webhook_sent")."""
        found = [
            entry
            for entry in self.entries
            if entry["seq"] > since
            and (not kind or entry["kind"] == kind or entry["kind"].startswith(f"{kind}_"))
        ]
        return found[-limit:] if limit else found

    def clear(self) -> None:
        self.counts.clear()
        self.entries.clear()

    def dump(self) -> list[dict]:
        return list(self.entries)

    def snapshot(self) -> dict:
        kept = list(self.entries)[-KEPT_IN_SNAPSHOT:]
        return {"sequence": self.sequence, "counts": dict(self.counts), "entries": kept}

    def restore(self, data: dict) -> None:
        self.sequence = data["sequence"]
        self.counts = Counter(data["counts"])
        self.entries = deque(data["entries"], maxlen=LIMIT)
