"""Keyed digests of who and where: enough to see that two orders share a buyer's phone or address, and nothing more.

The key is the program's and the seller's id is mixed in: the same address at two sellers gives two digests.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings

from integrations.ports import PlatformAddress
from orders.models import BlockKind
from orders.review_phones import national_digits

# Thai writes vowels and tones as marks of their own; they tell words apart.
_NOT_LETTERS = re.compile(r"[^\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|_")
REMEMBERED = 256  # one batch of orders: each address is asked for twice


def _plain(text: str) -> str:
    """Letters and digits alone, without case and accents: how people write an address differs from order to order."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).replace("đ", "d")
    return _NOT_LETTERS.sub("", folded)


def readable(kind: str, address: PlatformAddress, *, buyer_user_id: str = "") -> str:
    """What a digest of this kind is made of; empty where the platform shows nothing or a mask."""
    if kind == BlockKind.BUYER:
        return buyer_user_id.strip()
    region = address.region_code.upper()
    if kind == BlockKind.PHONE:
        return "" if "*" in address.phone else national_digits(address.phone, region=region)
    if kind == BlockKind.POSTAL_CODE:
        code = _plain(address.postal_code)
        return f"{region}:{code}" if code and "*" not in address.postal_code else ""
    street = " ".join(address.lines) or address.full_address
    if "*" in street or not _plain(street):
        return ""
    return ":".join((region, _plain(address.postal_code), _plain(address.city), _plain(street)))


def _digest(text: str, *, kind: str, seller_id: int, secret: str) -> str:
    key = secret.encode()[:64]
    return blake2b(f"{seller_id}:{kind}:{text}".encode(), digest_size=16, key=key).hexdigest()


def digest(text: str, *, kind: str, seller_id: int) -> str:
    """By the newest key; empty for nothing."""
    return _digest(text, kind=kind, seller_id=seller_id, secret=settings.SECRET_KEYS[0]) if text else ""


def digests(text: str, *, kind: str, seller_id: int) -> Iterator[str]:
    """By every key: what was kept before a key was renewed is still found."""
    if text:
        for secret in settings.SECRET_KEYS:
            yield _digest(text, kind=kind, seller_id=seller_id, secret=secret)


@lru_cache(maxsize=REMEMBERED)
def of_address(address: PlatformAddress, *, seller_id: int) -> str:
    """Where the parcel goes."""
    return digest(readable(BlockKind.ADDRESS, address), kind=BlockKind.ADDRESS, seller_id=seller_id)
