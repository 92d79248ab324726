"""What can go wrong when another system is asked to do something, by what the caller must do next."""

from core.errors import KuaifaError


class RemoteError(KuaifaError):
    """Another system did not do what was asked."""

    is_outage = False  # whether it says something about the health of the other side

    def __init__(
        self, message: str = "", *, code: str = "", request_id: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = str(code)
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code else self.message


class Retryable(RemoteError):
    """Nothing happened over there; the same call may be made again later."""

    is_outage = True


class NotYet(Retryable):
    """They are well, but the thing asked for is not ready: a document still being made, a row locked by a change."""

    is_outage = False


class RateLimited(Retryable):
    """Too many calls. `retry_after` is the least number of seconds to wait, when it is known."""

    is_outage = False


class Terminal(RemoteError):
    """Repeating the call will not help: they understood it and said no."""


class OutcomeUnknown(RemoteError):
    """A write was sent and its answer never came. Read their state before sending it again."""

    is_outage = True


class NeedsReauthorization(RemoteError):
    """The grant is gone: only a person can bring it back."""
