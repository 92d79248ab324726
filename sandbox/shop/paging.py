"""Page tokens: opaque text with + / and =, bound to the filters they were made for."""

import base64
import json
from hashlib import sha256

from sandbox.shop.errors import ShopError, invalid

# Three bytes that come out as "+/" at the front of the base64 text, so that careless encoding breaks at once.
LEAD = b"\xfb\xff\xfe"


def fingerprint(*parts: object) -> str:
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def make(*, after: list, filters: str) -> str:
    raw = LEAD + json.dumps({"a": after, "f": filters}, separators=(",", ":")).encode()
    return base64.b64encode(raw + b" " * ((1 - len(raw)) % 3)).decode()


def read(token: str, *, filters: str) -> list | None:
    """What the last page ended with; nothing for the first page."""
    if not token:
        return None
    try:
        raw = base64.b64decode(token, validate=True)
        data = json.loads(raw[len(LEAD) :])
    except ValueError as error:
        raise invalid("page_token") from error
    if not isinstance(data, dict) or data.get("f") != filters:
        raise ShopError(36009004, "param page_token is invalid: filters or sorting changed", status=400)
    return data["a"]
