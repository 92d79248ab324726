"""A request that lost a deadlock goes again once."""

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected, UndefinedTable

from tenancy import access, middleware


class _Request:
    """What the middleware needs of one."""

    def __init__(self, seller) -> None:
        self.seller = seller
        self.access = access.Access(seller=seller, permissions=frozenset(), roles=(), shop_ids=None)


def _failing(*, cause: Exception, times: int):
    calls = []

    def view(request):
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError("lost") from cause
        return f"answered at try {len(calls)}"

    return view, calls


def test_the_loser_of_a_deadlock_goes_again_once(cedar):
    view, _calls = _failing(cause=DeadlockDetected(), times=1)
    assert middleware._in_scope(_Request(cedar), view, (), {}) == "answered at try 2"
    view, calls = _failing(cause=DeadlockDetected(), times=2)
    with pytest.raises(OperationalError):
        middleware._in_scope(_Request(cedar), view, (), {})
    assert len(calls) == 2


def test_any_other_trouble_of_the_database_is_not_hidden(cedar):
    view, calls = _failing(cause=UndefinedTable(), times=1)
    with pytest.raises(OperationalError):
        middleware._in_scope(_Request(cedar), view, (), {})
    assert len(calls) == 1
