"""Public ids and document numbers: what people and partners see instead of row numbers."""

import secrets
from datetime import date

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u to misread
_LETTERS = (_ALPHABET * 8).encode()  # each byte's letter, by its last five bits


def public_id(prefix: str) -> str:
    """An unguessable id such as `ord_3k9...`: 20 characters of 5 bits, about 100 bits of chance."""
    return f"{prefix}_{secrets.token_bytes(20).translate(_LETTERS).decode()}"


def document_number(prefix: str, on: date) -> str:
    """A short number that a person can read out: `WAVE-261123-7KQ4M`."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(5)).upper()
    return f"{prefix}-{on:%y%m%d}-{tail}"
