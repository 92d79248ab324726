"""API keys: made once, stored as a hash, checked in constant time."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy.models import ApiKey, Seller

SCOPES = (
    "orders:read",
    "packages:read",
    "stock:read",
    "stock:write",
    "shipments:read",
    "shipments:write",
)


class UnknownScope(RuleViolation):
    """A scope that does not exist."""

    code = "unknown_scope"


def create(
    *, seller: Seller, name: str, scopes: Sequence[str], shop_ids: Sequence[int] | None = None
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can read again."""
    wanted = list(SCOPES) if list(scopes) == ["all"] else list(scopes)
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown or not wanted:
        raise UnknownScope(
            _("Unknown scope: %(unknown)s. Known ones: %(known)s.")
            % {"unknown": ", ".join(unknown) or "—", "known": ", ".join(SCOPES)}
        )
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        seller=seller,
        name=name[:80],
        prefix=prefix,
        key_hash=_hash(secret),
        scopes=wanted,
        shop_ids=None if shop_ids is None else list(shop_ids),
    )
    return key, f"kf_{prefix}.{secret}"


def find(*, text: str, now: datetime) -> ApiKey | None:
    """The live key that this text is, or None."""
    prefix, _dot, secret = text.removeprefix("kf_").partition(".")
    key = ApiKey.objects.select_related("seller").filter(prefix=prefix[:16], revoked_at__isnull=True).first()
    # Hash in every case, so that a wrong prefix takes as long as a wrong secret.
    if not hmac.compare_digest(_hash(secret), key.key_hash if key else _hash("")) or key is None:
        return None
    if not key.seller.is_active:
        return None
    if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke(*, key: ApiKey, now: datetime) -> None:
    """The key stops working at once."""
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now)


def _hash(secret: str) -> str:
    # A 256-bit random secret needs no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
