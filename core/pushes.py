"""The short way for what other systems push: they have no session, no language and no seller in their address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

DOOR = "/webhooks/"


class PushDoor:
    """Addresses under /webhooks/ go straight to their view, past everything that is there for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOOR):
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        return request.resolver_match.func(
            request, *request.resolver_match.args, **request.resolver_match.kwargs
        )
