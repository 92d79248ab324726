"""Requests that no page of ours sends, turned away before anything reads them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import rest

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
