"""A packing material that runs low is told once, read by each person for themselves, and settled when it is restocked."""

from datetime import timedelta

import pytest

from catalog.models import Sku
from tenancy import scoping
from tests import make, make_orders
from tests.make_orders import NOW
from tests.make_warehouse import MAI, deliver, make_site, make_stock, packed
from warehouse import ledger, material_alerts, materials, receiving, staff_alerts
from warehouse.materials import CartonFacts
from warehouse.models import Carton, MaterialAlert, StockMovement

FACTS = CartonFacts("3", "Box S", 200, 150, 100, 90, 30_000)
INBOX = "/s/cedar/alerts/"


def receive(sku: Sku, units: int, key: str) -> None:
    wanted = receiving.Adjustment(sku_id=sku.pk, quantity=units, reason="received", key=key)
    receiving.adjust(wanted=wanted, actor=MAI, now=NOW)
    deliver()


def set_line(site, sku: Sku, units: int) -> None:
    ledger.set_safety_stock(warehouse_id=site.pk, sku_id=sku.pk, units=units, now=NOW)
    deliver()


def boxes(site, line: int = 5) -> Sku:
    """Five boxes, of which there should be five or more; each small carton uses one."""
    sku = make_orders.make_sku("BOX-S", name="Small box", material="carton")
    receive(sku, 5, "first")
    set_line(site, sku, line)
    carton = Carton.objects.get(code="3")
    materials.save_carton(carton_id=carton.pk, facts=FACTS, uses={"BOX-S": 1}, actor=MAI, now=NOW)
    return sku


@pytest.fixture
def box(site) -> Sku:
    return boxes(site)


def alerts() -> list[tuple[int, int, bool]]:
    rows = MaterialAlert.objects.order_by("pk")
    return [(row.on_hand, row.line, row.cleared_at is None) for row in rows]


def test_packing_below_the_line_raises_one_alert_and_restocking_settles_it(site, cedar_shop, box):
    make_stock("MUG", 9)
    deliver()
    assert alerts() == []
    for number in (1, 2):
        packed(shop=cedar_shop, warehouse=site, number=number)
        deliver()
    assert StockMovement.objects.filter(reason="used").count() == 2
    assert alerts() == [(4, 5, True)]  # told when it fell below, not with every parcel
    receive(box, 1, "too few")
    assert alerts() == [(4, 5, True)]
    receive(box, 1, "enough")
    assert alerts() == [(4, 5, False)]
    packed(shop=cedar_shop, warehouse=site, number=3)
    deliver()
    assert alerts() == [(4, 5, False), (4, 5, True)]


def test_a_lower_line_settles_it_too(site, box):
    set_line(site, box, 9)
    assert alerts() == [(5, 9, True)]
    set_line(site, box, 0)
    assert alerts() == [(5, 9, False)]


def test_goods_for_sale_and_what_was_never_received_raise_nothing(site):
    mug = make_stock("MUG", 2)
    set_line(site, mug, 5)
    tape = make_orders.make_sku("TAPE", material="tape")
    set_line(site, tape, 5)
    assert alerts() == []


def test_looking_twice_raises_once(site, box):
    set_line(site, box, 9)
    again = material_alerts.look(sku_ids=[box.pk], now=NOW)
    assert (again, len(alerts())) == (material_alerts.Looked(0, 0), 1)


def test_each_person_reads_for_themselves(site, box):
    set_line(site, box, 9)
    assert staff_alerts.mark_seen(kind=MaterialAlert, user_id=1) == 1
    assert staff_alerts.mark_seen(kind=MaterialAlert, user_id=1) == 0
    assert staff_alerts.unseen(kind=MaterialAlert, user_id=1).count() == 0
    assert staff_alerts.unseen(kind=MaterialAlert, user_id=2).count() == 1


def test_what_was_settled_long_ago_is_forgotten(site, box):
    set_line(site, box, 9)
    set_line(site, box, 0)
    MaterialAlert.objects.update(cleared_at=NOW)
    staff_alerts.tidy(kind=MaterialAlert, now=NOW + timedelta(days=29))
    assert len(alerts()) == 1
    staff_alerts.tidy(kind=MaterialAlert, now=NOW + timedelta(days=31))
    assert alerts() == []


def test_the_neighbor_s_materials_are_its_own(site, box, north):
    with scoping.scope(sellers=[north.pk]):
        set_line(other := make_site(), boxes(other), 9)
        assert alerts() == [(5, 9, True)]
    assert alerts() == []


@pytest.fixture
def low(cedar, client):
    """A packer of cedar is logged in; its boxes run low."""
    client.force_login(make.make_member(seller=cedar, role="packer"))
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        set_line(site, boxes(site), 9)
        return MaterialAlert.objects.get()


def test_the_inbox_and_the_bell_tell_it_until_it_is_read(client, low):
    text = client.get(INBOX).content.decode()
    assert "BOX-S Small box in Main warehouse" in text
    assert "5 left; it should be 9 or more." in text
    assert "1 unread alert" in client.get(f"{INBOX}badge/").content.decode()
    client.post(f"{INBOX}read/", {"materials": low.pk})
    assert "unread alert" not in client.get(f"{INBOX}badge/").content.decode()
    assert "Small box" in client.get(INBOX).content.decode()
    assert "Small box" not in client.get(f"{INBOX}?show=unread").content.decode()


def test_all_are_read_at_once_and_a_foreign_one_is_not_touched(client, low, north):
    with scoping.scope(sellers=[north.pk]):
        site = make_site()
        set_line(site, boxes(site), 9)
        foreign = MaterialAlert.objects.get()
    client.post(f"{INBOX}read/", {"materials": foreign.pk})
    with scoping.scope(sellers=[north.pk]):
        assert MaterialAlert.objects.get().seen_by == []
    client.post(f"{INBOX}read/", {"all": "1"})
    assert "unread alert" not in client.get(f"{INBOX}badge/").content.decode()
    with scoping.scope(sellers=[north.pk]):
        assert MaterialAlert.objects.get().seen_by == []
