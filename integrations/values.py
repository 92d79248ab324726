"""What every port speaks in: frozen values, pages of a walk, results of a batch."""

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all port values."""


class Page(Value):
    """One page of a walk. `next_token` is empty at the end."""

    items: tuple
    next_token: str = ""
    total: int | None = None
    broken: tuple = ()  # of a page of orders: those that could not be read


class ItemResult(Value):
    """What became of one item of a batch: the top code alone never tells."""

    item_id: str
    is_ok: bool
    code: str = ""
    message: str = ""
    is_derived: bool = False  # the platform works this value out by itself and takes none for it
