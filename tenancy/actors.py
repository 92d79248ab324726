"""Who acts: a person, a partner's key, or the program itself. Every rule takes one and every history row keeps it."""

from dataclasses import dataclass

ACTOR_KINDS = ("user", "api", "auto", "platform", "carrier", "crew")


@dataclass(frozen=True)
class Actor:
    """`kind` is one of ACTOR_KINDS; `label` is what people read."""

    kind: str
    label: str
    id: int | None = None

    @property
    def is_automatic(self) -> bool:
        return self.kind == "auto"


AUTO = Actor(kind="auto", label="auto")
PLATFORM = Actor(kind="platform", label="TikTok Shop")
CARRIER = Actor(kind="carrier", label="carrier")


def of_user(user) -> Actor:
    """The actor of a logged-in person."""
    return Actor(kind="user", label=str(user)[:120], id=user.pk)


def of_key(key) -> Actor:
    """The actor of a partner's API key."""
    return Actor(kind="api", label=f"API {key.name}"[:120], id=key.pk)
