"""REST: cursor pages, one error shape."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`results`, `next`, `previous`; `page_size` up to 200."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-id"


def error_response(exc, context):
    raise exc
