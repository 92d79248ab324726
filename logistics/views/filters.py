"""What the pages' addresses ask for: pasted ids, tabs, pages."""

import re

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from tenancy.pages import chosen_shop

PAGE_SIZE = 50
MOST_WORDS = 300
MOST_AT_ONCE = 500
_SEPARATORS = re.compile(r"[\s,;，；、]+")


def words_of(text: str) -> list[str]:
    """Pasted ids, split at spaces, commas and new lines, each once."""
    return list(dict.fromkeys(word[:80] for word in _SEPARATORS.split(text.replace("\x00", "")) if word))[
        :MOST_WORDS
    ]


def shop_id(request: HttpRequest) -> int | None:
    shop = chosen_shop(request)
    return shop.pk if shop else None


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page that the address asks for; a wrong number gives the nearest one."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def href(request: HttpRequest, **changes: str) -> str:
    """The same list with some things changed, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def chosen_ids(request: HttpRequest) -> list[int]:
    """The rows that were ticked."""
    return [int(value) for value in request.POST.getlist("ids") if value.isdecimal() and len(value) < 19][
        :MOST_AT_ONCE
    ]
