"""Public ids and document numbers: what people and partners see instead of row numbers."""

import secrets
from datetime import date

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u to misread


def public_id(prefix: str) -> str:
    """An unguessable id such as `ord_3k9...`: 20 characters of 5 bits, about 100 bits of chance."""
    value = secrets.randbits(100)
    letters = []
    for _ in range(20):
        letters.append(_ALPHABET[value & 31])
        value >>= 5
    return f"{prefix}_{''.join(letters)}"


def document_number(prefix: str, on: date) -> str:
    """A short number that a person can read out: `WAVE-261123-7KQ4M`."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(5)).upper()
    return f"{prefix}-{on:%y%m%d}-{tail}"
