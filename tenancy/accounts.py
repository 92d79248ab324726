"""How people get an account: by invitation only. At login their own language comes back."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenancy.models import User

LANGUAGE_COOKIE = "kuaifa_language"
ONE_YEAR = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: an owner invites, or an operator creates the first one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if user.language:
            keep_language(response, user.language)
        return response


def keep_language(response: HttpResponse, language: str) -> None:
    """Remember the choice in this browser; it is read before anybody is logged in."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=ONE_YEAR, samesite="Lax", secure=settings.IS_HTTPS, httponly=True
    )
