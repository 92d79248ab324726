"""TikTok Marketing API's codes to what the caller must do. HTTP is nearly always 200: the code decides."""

from core.remote import (
    NeedsReauthorization,
    NotYet,
    OutcomeUnknown,
    RateLimited,
    RemoteError,
    Retryable,
    Terminal,
)


class Refused(Terminal):
    """They understood and said no about these objects. Not a fault of the grant."""


PARTIAL = 20001
NOTHING_TO_CHANGE = 40012
NOT_FOUND = 40007
_PACED = frozenset({40016, 40100, 40133})
_RESTING = frozenset({60001, 61000})
_NO_GRANT = frozenset({40001, 40125, 40130, 40102, 40104, 40105, 40106})
_REFUSALS = frozenset({40000, 40002, 40007, 40300, 40301, 40502})
_LOCKED = 40202
_DUPLICATE = 40050
NEXT_SECOND, LONG_PAUSE = 1.0, 300.0


def error_for(*, code: int, message: str, request_id: str, is_write: bool) -> RemoteError:
    """The error that a code other than success stands for."""
    kind: type[RemoteError] = Terminal
    wait = None
    if code in _PACED:
        kind, wait = RateLimited, NEXT_SECOND
    elif code in _RESTING:
        kind, wait = RateLimited, LONG_PAUSE
    elif code in _NO_GRANT:
        kind = NeedsReauthorization
    elif code in _REFUSALS:
        kind = Refused
    elif code == _LOCKED:
        kind = NotYet
    elif code == _DUPLICATE:
        kind = OutcomeUnknown
    elif 50000 <= code < 53000:
        # Their own time-out may have come after the change.
        kind = OutcomeUnknown if is_write else Retryable
    return kind(message, code=str(code), request_id=request_id, retry_after=wait)
