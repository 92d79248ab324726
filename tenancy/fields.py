"""Columns that only tenant tables need: references inside one seller, and encrypted text."""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from core.errors import KuaifaError


class TenantKey(models.ForeignKey):
    """A reference to a row of the same seller. The composite foreign key is made by `GiveWall`.

    Its index starts with the seller, as every index of a tenant table does, and is declared in Meta.indexes.
    """

    def __init__(self, to, on_delete=models.PROTECT, **kwargs) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class TenantOneToOne(models.OneToOneField):
    """One row per target row of the same seller.

    The uniqueness is a constraint over (seller, column) in the model's Meta, not an index on the column alone.
    """

    def __init__(self, to, on_delete=models.PROTECT, **kwargs) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)
        self._unique = False


class CannotDecrypt(KuaifaError):
    """No key in KUAIFA_SECRET_KEYS opens this value."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(secret: str) -> bytes:
    return urlsafe_b64encode(sha256(b"kuaifa at rest:" + secret.encode()).digest())


def seal(text: str) -> str:
    """Encrypt with the newest key."""
    return _box(tuple(settings.SECRET_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with any key of the list; raises CannotDecrypt."""
    try:
        return _box(tuple(settings.SECRET_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotDecrypt(
            "no key opens this value: was a key taken out of KUAIFA_SECRET_KEYS too early?"
        ) from error


class SealedText(models.TextField):
    """Text that is encrypted at rest; an empty value stays empty."""

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return seal(value) if value else value


class SealedJson(models.TextField):
    """A small JSON object, encrypted at rest as a whole."""

    def from_db_value(self, value, expression, connection):
        return json.loads(unseal(value)) if value else {}

    def get_prep_value(self, value):
        return seal(json.dumps(value, ensure_ascii=False)) if value else ""

    def to_python(self, value):
        return value if isinstance(value, dict) else (json.loads(value) if value else {})
