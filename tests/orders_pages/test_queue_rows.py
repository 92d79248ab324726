"""Rows of the queue: every column shows its fact, and nothing that came from outside is taken as markup."""

import pytest
from django.template import engines
from django.utils import translation

from core import clock
from orders import queue, queue_columns, queue_list
from orders.models import Flag, OrderLine, OrderMark, SlaClock
from orders.queue_slots import Parcel
from orders.templatetags.queue_rows import CELLS
from tenancy import scoping
from tenancy.models import Shop

SOURCE = "{% load queue_rows %}{% queue_rows rows keys parcels %}"
EVIL = '<i onclick="x">&'
SAFE = "&lt;i onclick=&quot;x&quot;&gt;&amp;"


def listed(cedar, *keys: str, may: bool = True, parcels: dict | None = None, rows=None) -> str:
    context = {"seller": cedar, "may": may, "rows": rows or read(cedar), "keys": keys}
    context["parcels"] = parcels or {}
    return engines["django"].from_string(SOURCE).render(context)


def read(cedar) -> list[queue.QueueRow]:
    now, chosen = clock.now(), queue.QueueFilter()
    with scoping.scope(sellers=[cedar.pk]):
        page = queue.page_of(chosen=chosen, cursor=None, size=50, now=now, loaded=queue_list.clocks())
        return queue_list.rows_of(clocks=page.clocks, shops=Shop.objects.in_bulk(), has_tags=True, now=now)


def test_there_is_a_cell_for_every_column():
    assert list(CELLS) == list(queue_columns.COLUMNS)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_all_columns_show_in_both_languages(cedar, order_due, language, django_assert_num_queries):
    order_due(1, 5)
    rows = read(cedar)

    with translation.override(language), django_assert_num_queries(0):  # nothing is read one by one
        html = listed(cedar, *queue_columns.COLUMNS, rows=rows)

    assert html.count("<td") == html.count("</td>") == len(queue_columns.COLUMNS)
    assert html.startswith(f'<tr id="row-{rows[0].order.public_id}"><td><span class="id-cell"><input')


def test_who_may_not_act_gets_no_boxes(cedar, order_due):
    order_due(1, 5)

    assert "data-row-select" in listed(cedar, "order")
    assert "data-row-select" not in listed(cedar, "order", may=False)


def test_words_from_outside_stay_words(cedar, cedar_shop, order_due):
    order = order_due(1, 5)
    with scoping.scope(sellers=[cedar.pk]):
        OrderLine.objects.update(product_name=EVIL, seller_sku=EVIL)
        OrderMark.objects.create(
            shop=cedar_shop,
            order=order,
            flag=Flag.RED,
            flagged_by=EVIL,
            note=EVIL,
            note_count=1,
            changed_at=clock.now(),
        )
        Shop.objects.update(name=EVIL)
    (row,) = read(cedar)
    row.tags = [EVIL]
    parcels = {order.pk: [Parcel(carrier=EVIL, number=EVIL)]}

    html = listed(cedar, *queue_columns.COLUMNS, rows=[row], parcels=parcels)

    assert EVIL not in html and "<i onclick" not in html
    # product twice, SKU twice, flag's owner, note four times, shop, tag twice, carrier, number twice
    assert html.count(SAFE) == 15


def test_a_clock_says_how_it_ended(cedar, order_due):
    order_due(1, 5)
    now = clock.now()

    def cell(**changes) -> str:
        with scoping.scope(sellers=[cedar.pk]):
            SlaClock.objects.update(**changes)
        return listed(cedar, "order", "clock")

    assert "data-clock-text" in cell()
    assert "scanned late" in cell(stopped_at=now, due_at=now.replace(year=2020))
    assert "scanned in time" in cell(stopped_at=now.replace(year=2019))
