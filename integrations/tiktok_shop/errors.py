"""TikTok Shop's codes to what the caller must do. Some numbers are overloaded, so the message counts as well."""

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
    """The platform understood and said no about this one object. Not a fault of the connection."""


class TokenExpired(Retryable):
    """The access token ran out; a refreshed one makes the same call work."""

    is_outage = False


TOKEN_EXPIRED = 105002
RATE_LIMITED = frozenset({36009002, 36009037})
UNKNOWN_OUTCOME = frozenset({36009003, 36009007})  # internal error, timed out
NEEDS_GRANT = frozenset({105001, 105003, 105004, 105005})  # 105005: a scope is missing
CONFIGURATION = frozenset(
    {36009009, 36009010, 36009014, 36009021, 36009022, 36009023, 36009033, 36009043, 36009044, 36004004}
    | {101000, 106001, 106013}
)
TRANSIENT = frozenset(
    {10002014, 10002015, 10037002, 10037003, 10037004}  # orders could not be fetched just now
    | {25001028}  # a cancellation is locked by another change
    | {21023035, 21042104, 11034037, 11034023, 21023022}  # the label is not arranged or still being made
)
ALREADY_SHIPPED = frozenset({"21011020", "21011040", "21008099", "21011006", "11006021", "21042056"})
LABEL_ALREADY_BOUGHT = frozenset({"21022025", "21030006"})
ALREADY_DECIDED = frozenset({"25020009", "25020010"})  # the order is cancelled, the request approved


def error_for(
    *, code: int, message: str, request_id: str, is_write: bool, retry_after: float | None = None
) -> RemoteError:
    """The error that a non-zero code stands for."""
    kind: type[RemoteError] = Refused
    if code == TOKEN_EXPIRED:
        kind = TokenExpired
    elif code in RATE_LIMITED:
        kind = RateLimited
    elif code in UNKNOWN_OUTCOME:
        kind = OutcomeUnknown if is_write else Retryable
    elif code in TRANSIENT:
        kind = NotYet
    elif code in NEEDS_GRANT:
        kind = NeedsReauthorization
    elif code == 36009004:
        kind = _overloaded(message)
    elif code in CONFIGURATION:
        kind = Terminal
    return kind(message, code=str(code), request_id=request_id, retry_after=retry_after)


def _overloaded(message: str) -> type[RemoteError]:
    """36009004 says anything from a bad clock to a missing field; only its words tell."""
    words = message.lower()
    if "access_token" in words or "access-token" in words:
        return NeedsReauthorization
    return Terminal
