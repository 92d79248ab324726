"""What every REST view stands on: the key makes the scope, and a repeated write does nothing twice.

A view names `scope_read` and, when it writes, `scope_write`; its handlers run inside the key's scope, in one transaction.
"""

import hashlib
import json
from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from redis.exceptions import RedisError
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from core import clock
from core.errors import RuleViolation
from core.rest import SAFE_METHODS
from tenancy import actors, scoping
from tenancy.models import IdempotentAnswer

MAX_KEY_LENGTH = 255


class IdempotencyKeyMissing(RuleViolation):
    """A write came without its own id."""

    code = "idempotency_key_missing"
    status = 400


class IdempotencyKeyReused(RuleViolation):
    """The id was used before, for something else."""

    code = "idempotency_key_reused"
    status = 409


class PerKeyThrottle(SimpleRateThrottle):
    """Each key has its own budget. A broker that is away never refuses a partner."""

    scope = "api_key"
    rate = "1200/min"

    def get_cache_key(self, request: Request, view) -> str | None:
        return f"throttle:key:{request.auth.pk}" if request.auth else None

    def allow_request(self, request: Request, view) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True


class SellerView(GenericAPIView):
    """Base of every view below /api/v1/ that reads or writes a seller's rows."""

    scope_read = ""
    scope_write = ""
    throttle_classes = [PerKeyThrottle]
    filter_backends: list = []

    @property
    def actor(self) -> actors.Actor:
        return actors.of_key(self.request.auth)

    def initial(self, request: Request, *args, **kwargs) -> None:
        """After authentication, the handler of this method is wrapped: DRF looks it up next."""
        super().initial(request, *args, **kwargs)
        self.now = clock.now()
        method = request.method.lower()
        handler = getattr(self, method, None)
        if handler is not None:
            setattr(self, method, partial(self._in_scope, handler))

    def _in_scope(self, handler: Callable[..., Response], request: Request, *args, **kwargs) -> Response:
        key = request.auth
        with scoping.scope(sellers=[key.seller_id], shops=key.shop_ids):
            if request.method in SAFE_METHODS:
                return handler(request, *args, **kwargs)
            return _once(partial(handler, request, *args, **kwargs), request=request)


def _once(write: Callable[[], Response], *, request: Request) -> Response:
    """Do the write, or repeat the answer that it had. The receipt is written in the write's own transaction."""
    text = request.headers.get("Idempotency-Key", "").strip()
    if not text or len(text) > MAX_KEY_LENGTH:
        raise IdempotencyKeyMissing(
            _("Send an Idempotency-Key header of 1 to 255 characters, your own id of this write.")
        )
    fingerprint = hashlib.sha256(
        b"\n".join([request.method.encode(), request.path.encode(), request._request.body])
    ).hexdigest()
    receipt = IdempotentAnswer(api_key=request.auth, key=text, fingerprint=fingerprint)
    # A second request with the same id waits here until the first one has committed or given up.
    IdempotentAnswer.objects.bulk_create([receipt], ignore_conflicts=True)
    stored = IdempotentAnswer.objects.get(api_key=request.auth, key=text)
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused(_("This Idempotency-Key was used before with another request."))
    if stored.status is not None:
        return Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})
    response = write()
    IdempotentAnswer.objects.filter(pk=stored.pk).update(
        status=response.status_code, body=_plain(response.data)
    )
    return response


def _plain(data: object) -> object:
    """Through the renderer and back, so that a repeat carries the very same values."""
    return json.loads(JSONRenderer().render(data) or b"null")


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the documentation says that a key is sent."""

    target_class = "tenancy.api_auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Api-Key kf_…`; an owner makes keys under Settings, API keys.",
        }
