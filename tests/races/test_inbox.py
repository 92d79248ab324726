"""The same push through several doors at once is kept once, by a statement that is a transaction of its own."""

from functools import partial

import pytest

from core import clock
from relay import inbox
from relay.models import InboundMessage
from tenancy import scoping
from tests import make

pytestmark = pytest.mark.races


@pytest.fixture
def sellers(committed):
    return make.make_seller(), make.make_seller(slug="north", name="North")


def receive(seller, source_id: str) -> bool:
    return inbox.receive(
        seller_id=seller.pk,
        source="test",
        source_id=source_id,
        topic="",
        shop_ref="",
        body=b"{}",
        now=clock.now(),
    )


def test_one_of_many_is_the_first_and_the_others_are_counted(sellers, together):
    mine, other = sellers

    results = together([partial(receive, mine, "a")] * 4 + [partial(receive, other, "a")] * 2)

    assert results.count(True) == 2 and results.count(False) == 4
    for seller, times in ((mine, 4), (other, 2)):
        with scoping.scope(sellers=[seller.pk]):
            assert InboundMessage.objects.get().times_received == times


def test_the_statement_leaves_no_scope_behind(sellers):
    receive(sellers[0], "a")

    with pytest.raises(scoping.ScopeRequired):
        InboundMessage.objects.count()
