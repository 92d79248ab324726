"""The seller comes from the URL. A page of a seller that the person may not open is a 404, like one that does not exist."""

from urllib.parse import quote

import structlog
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import access, scoping
from tenancy.accounts import LANGUAGE_COOKIE

log = structlog.get_logger(__name__)


class UserLocaleMiddleware:
    """Language: the person's own choice (kept in a cookie at login and switch), then the browser's."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        language = request.COOKIES.get(LANGUAGE_COOKIE) or translation.get_language_from_request(request)
        translation.activate(
            language if language in ("en", "zh-hans") else ("zh-hans" if language.startswith("zh") else "en")
        )
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class SellerMiddleware:
    """Views under /s/<seller>/ run inside the seller's scope, in one transaction, unless marked `outside_scope`."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        request.access = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        slug = kwargs.pop("seller", None)
        if slug is None:
            return None
        if not request.user.is_authenticated:
            return htmx.redirect(request, f"/login/?next={quote(request.get_full_path())}")
        request.reach = access.reach_of(user=request.user)
        found = access.access_within(request.reach, seller_slug=slug, now=clock.now())
        if found is None:
            raise Http404
        request.access, request.seller = found, found.seller
        needed = getattr(view, "permission", None)
        if needed is None:
            raise RuntimeError(f"{view.__module__}.{view.__name__} names no permission")
        if not found.can(needed):
            raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
        try:
            if getattr(view, "outside_scope", False):
                return view(request, *args, **kwargs)
            return _in_scope(request, view, args, kwargs)
        except RuleViolation as error:  # the transaction is rolled back by now
            return htmx.refusal(request, error)


def _in_scope(request, view, args, kwargs):
    """The view in its transaction. The loser of a deadlock was rolled back whole, so it simply goes again, once."""
    try:
        return _once(request, view, args, kwargs)
    except OperationalError as error:
        if not isinstance(error.__cause__, DeadlockDetected):
            raise
        log.warning("request.deadlock", view=view.__name__, seller_id=request.seller.pk)
        return _once(request, view, args, kwargs)


def _once(request, view, args, kwargs):
    with scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids):
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        return response
