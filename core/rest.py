"""REST: cursor pages, and one shape for every failure:

`{"error": {"code", "message", "fields"?, "request_id"}}`. Scope, keys and repeats are in `tenancy.rest`.
"""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from core.errors import RuleViolation

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class CursorPages(CursorPagination):
    """`results`, `next`, `previous`; `page_size` up to 200."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-id"


def body(*, code: str, message: str, fields: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The one shape."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    error["request_id"] = structlog.contextvars.get_contextvars().get("request_id", "")
    return {"error": error}


def error_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What is not listed here is our own fault and becomes a 500."""
    if isinstance(exc, RuleViolation):
        return Response(body(code=exc.code, message=str(exc)), status=exc.status)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, RequestDataTooBig):
        return Response(body(code="too_large", message=_("The body is too large.")), status=413)
    if not isinstance(exc, exceptions.APIException):
        return None
    return Response(_api_body(exc), status=exc.status_code, headers=_headers(exc))


def _api_body(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return body(code="invalid", message=_("Some fields are wrong."), fields=_flat(exc.detail))
    codes = exc.get_codes()
    return body(code=codes if isinstance(codes, str) else "invalid", message=str(exc.detail))


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait) + 1)
    return headers


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested errors by dotted path: `lines.0.sku`."""
    if isinstance(detail, dict):
        pairs = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(str(index), value) for index, value in enumerate(detail)]
    else:
        found = detail if isinstance(detail, list) else [detail]
        return {path or "body": [str(item) for item in found]}
    flat: dict[str, list[str]] = {}
    for key, value in pairs:
        if value:
            name = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
            flat.update(_flat(value, name))
    return flat


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: addresses below /api/ that no view has answer in the shape too."""
    if is_api(request):
        return JsonResponse(
            body(code="not_found", message=_("There is nothing at this address.")), status=404
        )
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if is_api(request):
        return JsonResponse(
            body(code="bad_request", message=_("The request was not understood.")), status=400
        )
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: the fault is ours, and the request id finds it in the log."""
    if is_api(request):
        message = _("Something went wrong on our side. Nothing was changed; please try again.")
        return JsonResponse(body(code="server_error", message=message), status=500)
    return defaults.server_error(request)
