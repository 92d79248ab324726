"""REST: `Authorization: Api-Key kf_…`, and which scope a request needs."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from core import clock
from tenancy import keys


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the key; the view then runs in its seller's scope."""

    def authenticate(self, request):
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "api-key" or not text:
            return None
        key = keys.find(text=text.strip(), now=clock.now())
        if key is None:
            raise AuthenticationFailed(
                "This API key is not valid. It may have been revoked.", code="invalid_key"
            )
        return None, key

    def authenticate_header(self, request) -> str:
        return "Api-Key"


class HasScope(BasePermission):
    """The view names `scope_read` and, for writes, `scope_write`."""

    def has_permission(self, request, view) -> bool:
        if request.auth is None:
            return False
        is_read = request.method in ("GET", "HEAD", "OPTIONS")
        needed = view.scope_read if is_read else view.scope_write
        self.message = f"This API key lacks the scope {needed}."
        return needed in request.auth.scopes
