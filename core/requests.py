"""Requests as programs send them: NUL characters are turned away, a missing slash at the end of an API address is no matter."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from core import rest

API = "/api/v1/"
FORM = "application/x-www-form-urlencoded"


class RefuseNul:
    """PostgreSQL stores no NUL characters: a scan or search with one is a request that cannot be understood."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul(request):
            return rest.bad_request(request, ValueError(_("The request has a NUL character.")))
        return self.get_response(request)


def _has_nul(request: HttpRequest) -> bool:
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return request.method == "POST" and request.content_type == FORM and b"%00" in request.body


class ApiSlash:
    """`/api/v1/orders` is `/api/v1/orders/`: many clients follow no redirect, and none can be sent a POST again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if (
            path.startswith(API)
            and not path.endswith("/")
            and not is_valid_path(path)
            and is_valid_path(f"{path}/")
        ):
            request.path_info = f"{path}/"
            request.path = f"{request.path}/"
        return self.get_response(request)
