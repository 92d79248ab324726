"""TikTok Shop's two signatures: of our requests, and of their webhooks. Pure; held to the published vectors by tests."""

import hashlib
import hmac
from collections.abc import Mapping

_UNSIGNED = frozenset({"sign", "access_token"})


def request_signature(
    *, app_secret: str, path: str, params: Mapping[str, str], body: bytes = b"", content_type: str = ""
) -> str:
    """Sign decoded query values and the very bytes that will be sent; a multipart body stays out of it."""
    pairs = "".join(f"{key}{params[key]}" for key in sorted(params) if key not in _UNSIGNED)
    message = f"{path}{pairs}".encode()
    if not content_type.lower().startswith("multipart/form-data"):
        message += body
    secret = app_secret.encode()
    return hmac.new(secret, secret + message + secret, hashlib.sha256).hexdigest()


def webhook_signature(*, app_key: str, app_secret: str, body: bytes) -> str:
    """What TikTok Shop puts into the Authorization header of a webhook."""
    return hmac.new(app_secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


def is_genuine_webhook(*, app_key: str, app_secret: str, body: bytes, header: str) -> bool:
    """Compare in constant time over the raw bytes, before anything reads them as JSON."""
    if not app_secret:
        return False
    expected = webhook_signature(app_key=app_key, app_secret=app_secret, body=body)
    return hmac.compare_digest(expected.encode(), header.strip().encode())
