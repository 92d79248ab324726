"""Which soft color a state gets, and which urgency band a time left falls into. Color never stands alone: a word is beside it."""

BANDS = (("late", 0), ("h4", 4 * 3600), ("h12", 12 * 3600), ("h24", 24 * 3600))

_TONES: dict[str, tuple[str, ...]] = {
    "yellow": (
        "pending_review",
        "waiting",
        "pending",
        "advised",
        "planned",
        "open",
        "unpaid",
        "partial",
        "awaiting",
    ),
    "orange": (
        "on_hold",
        "hold",
        "held",
        "paused",
        "low",
        "stale",
        "delayed",
        "frozen",
        "needs_human",
        "dry_run",
    ),
    "red": (
        "failed",
        "refused",
        "lost",
        "damaged",
        "dead",
        "short",
        "out",
        "ended",
        "failing",
        "exception",
        "returned",
        "returning",
        "late",
        "rejected",
    ),
    "blue": (
        "approved",
        "allocated",
        "packed",
        "claimed",
        "released",
        "created",
        "enabled",
        "awaiting_shipment",
        "running",
    ),
    "indigo": ("picking", "picked", "in_progress", "sorting", "counting"),
    "cyan": (
        "ready_to_ship",
        "labeled",
        "handed_over",
        "awaiting_collection",
        "picked_up",
        "partially_shipping",
    ),
    "green": (
        "delivered",
        "completed",
        "done",
        "ok",
        "active",
        "in_transit",
        "arrived",
        "resolved",
        "uploaded",
        "confirmed",
        "passed",
        "closed",
        "resumed",
    ),
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states}


def of_state(state: str) -> str:
    """The tone of a state; one that is not listed is neutral."""
    return _TONE_OF.get(str(state), "neutral")


def band(seconds_left: float) -> str:
    """late, h4, h12, h24 or ok."""
    for name, limit in BANDS:
        if seconds_left <= limit:
            return name
    return "ok"
