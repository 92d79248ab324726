"""The two signatures: of requests in, of webhooks out. Both over exact bytes, both lower-case hex HMAC-SHA256."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

UNSIGNED = {"sign", "access_token"}


def string_to_sign(
    *, secret: str, path: str, pairs: Iterable[tuple[str, str]], content_type: str, body: bytes
) -> bytes:
    """Decoded query values in the byte order of their keys; a multipart body stays outside."""
    kept = sorted((pair for pair in pairs if pair[0] not in UNSIGNED), key=lambda pair: pair[0].encode())
    middle = (path + "".join(key + value for key, value in kept)).encode()
    if not content_type.lower().startswith("multipart/form-data"):
        middle += body
    return secret.encode() + middle + secret.encode()


def request_signature(
    *, secret: str, path: str, pairs: Iterable[tuple[str, str]], content_type: str = "", body: bytes = b""
) -> str:
    text = string_to_sign(secret=secret, path=path, pairs=pairs, content_type=content_type, body=body)
    return hmac.new(secret.encode(), text, sha256).hexdigest()


def webhook_signature(*, key: str, secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), key.encode() + body, sha256).hexdigest()
