"""What all aggregators' events share: a hash that recognizes the same event again, and times that are surely UTC."""

import hashlib
from datetime import UTC, datetime


def event_hash(*, provider: str, number: str, at: datetime, code: str, text: str, place: str) -> str:
    """The same fact told twice has the same hash, whatever order or batch it came in."""
    fact = "\x1f".join((provider, number, at.isoformat(), code, text, place))
    return hashlib.sha256(fact.encode()).hexdigest()


def moment(*candidates: str | None) -> datetime | None:
    """The first time that can be read, as UTC. One without a zone is taken as UTC: the provider's own field is."""
    for text in candidates:
        if not text:
            continue
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            continue
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return None
