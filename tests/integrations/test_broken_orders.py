"""Every kind of damage is refused, explained, and refused alone; what is only odd is taken. A serializer agrees with all of it."""

import json

import pytest

from integrations.tiktok_shop import parse, parse_orders
from orders import broken_orders
from orders.models import Order
from relay import inbox, stuck
from relay.models import InboundMessage, InboundState
from tenancy.actors import Actor
from tests import order_serializer
from tests.broken_corpus import DAMAGES, ODDITIES, page, put, raw
from tests.make_orders import NOW

MAI = Actor(kind="user", label="Mai", id=1)
GOOD = [raw(put("id", f"57646141303878000{number}")) for number in range(2)]


def second_opinion(document: bytes) -> bool:
    """Whether the serializer takes it."""
    return order_serializer.Order(data=json.loads(document)).is_valid()


def test_there_are_many_kinds_of_damage():
    assert len(DAMAGES) >= 60


@pytest.mark.parametrize("name", DAMAGES)
def test_a_broken_order_is_refused_alone_and_explained(name):
    broken = raw(DAMAGES[name])
    found = parse_orders.read(page(GOOD[0], broken, GOOD[1])).data
    assert [order.id for order in found.orders] == ["576461413038780000", "576461413038780001"]
    (unread,) = found.unread
    assert unread.field
    assert unread.why
    assert "Trần" not in f"{unread.field} {unread.why}"
    assert not second_opinion(broken)


@pytest.mark.parametrize("name", ODDITIES)
def test_what_is_only_odd_is_taken(name):
    document = raw(ODDITIES[name])
    found = parse_orders.read(page(document)).data
    assert not found.unread
    assert parse.order(found.orders[0]).platform_order_id == "576461413038785752"
    assert second_opinion(document)


def test_all_damages_on_one_page_leave_the_sound_orders(cedar_shop, in_cedar):
    content = page(GOOD[0], *(raw(damage) for damage in DAMAGES.values()), GOOD[1])
    found = parse_orders.read(content).data
    assert len(found.orders) == 2
    assert len(found.unread) == len(DAMAGES)


def test_a_page_that_is_no_answer_is_an_error():
    for content in (b"", b"<html>", b"[]", b'{"data":{"orders":[{]}}', b"\xff\xfe"):
        with pytest.raises(parse_orders.msgspec.DecodeError):
            parse_orders.read(content)


def test_bytes_that_are_no_text_cost_one_order_only():
    bad = raw(put("buyer_message", "QQQ")).replace(b"QQQ", b"\xff\xfe")
    found = parse_orders.read(page(GOOD[0], bad)).data
    assert (len(found.orders), [one.why for one in found.unread]) == (
        1,
        ["holds characters that are no text"],
    )


def test_each_ends_as_stuck_work_that_a_person_can_try_again(cedar_shop, in_cedar):
    content = page(GOOD[0], *(raw(damage) for damage in DAMAGES.values()))
    found = parse_orders.read(content).data
    broken = [
        broken_orders.BrokenOrder(platform_order_id=one.id, field=one.field, why=one.why)
        for one in found.unread
    ]
    orders = [parse.order(order) for order in found.orders]
    result = broken_orders.take_in(shop=cedar_shop, orders=orders, broken=broken, source="api", now=NOW)
    assert result.new == Order.objects.count() == 1
    rows = InboundMessage.objects.filter(source=broken_orders.SOURCE)
    assert {row.state for row in rows} == {InboundState.DEAD}
    items = [stuck.item(stuck.MESSAGES, row) for row in stuck.rows(stuck.MESSAGES)]
    assert all("It was left out; the other orders were taken." in item.why for item in items)
    named = rows.filter(last_error__startswith="Order 576461413038785752").get()
    stuck.retry(kind=stuck.MESSAGES, ids=[named.pk], actor=MAI, now=NOW)
    inbox.handle_due(seller_id=cedar_shop.seller_id)
    named.refresh_from_db()
    assert named.state == InboundState.DONE
    again = [one for one in broken if one.platform_order_id == "576461413038785752"][:1]
    broken_orders.note(shop=cedar_shop, broken=again, now=NOW)
    broken_orders.note(shop=cedar_shop, broken=again, now=NOW)
    named.refresh_from_db()
    assert named.state == InboundState.DEAD


def test_what_a_person_gave_up_on_does_not_come_back(cedar_shop, in_cedar):
    one = broken_orders.BrokenOrder(platform_order_id="5", field="id", why="is missing")
    broken_orders.note(shop=cedar_shop, broken=[one], now=NOW)
    row = InboundMessage.objects.get()
    stuck.give_up(kind=stuck.MESSAGES, ids=[row.pk], actor=MAI, now=NOW)
    broken_orders.note(shop=cedar_shop, broken=[one], now=NOW)
    row.refresh_from_db()
    assert row.state == InboundState.DROPPED


def test_what_only_the_database_refuses_is_left_out_alone(cedar_shop, in_cedar):
    good, bad = (parse.order(order) for order in parse_orders.read(page(*GOOD)).data.orders)
    huge = parse_orders.msgspec.structs.replace(bad, total_amount=parse.Decimal(10) ** 15)
    result = broken_orders.take_in(shop=cedar_shop, orders=[good, huge], source="api", now=NOW)
    assert result.new == 1
    assert Order.objects.get().platform_order_id == good.platform_order_id
    assert "cannot be stored" in InboundMessage.objects.get().last_error
