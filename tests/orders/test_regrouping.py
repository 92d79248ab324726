"""Our packages follow the platform's parcels; staff split and combine before picking; the address may change."""

from datetime import timedelta

import msgspec
import pytest

from core import clock
from integrations import connections
from orders import contacts, regrouping
from orders.models import BuyerContact, Order, OrderHistory, Package, RegroupRequest
from relay import effects
from relay.models import OutboxEvent
from tenancy import scoping
from tests import make_logistics
from tests.make_orders import ADDRESS_VN, NOW, line, make_order, platform_order, take_in
from tests.orders.conftest import BY_HAND


def lines(mug: tuple[str, ...] = ("PK1",), cup: tuple[str, ...] = ("PK1",), **more):
    return (
        line("MUG", quantity=2, platform_line_ids=("m1", "m2"), platform_package_ids=mug, **more),
        line("CUP", platform_line_ids=("c1",), platform_package_ids=cup),
    )


def told(*ids: str, minutes: int = 0, own_lines=None, **values):
    return platform_order(
        platform_package_ids=ids,
        lines=own_lines or lines(),
        updated_at=NOW + timedelta(minutes=minutes),
        **values,
    )


def goods(package: Package) -> dict[str, int]:
    return {row.sku.seller_sku: row.quantity for row in package.lines.select_related("sku")}


def live() -> list[Package]:
    return list(Package.objects.exclude(state="cancelled").order_by("platform_package_id"))


@pytest.fixture
def order(cedar_shop, in_cedar) -> Order:
    return make_order(shop=cedar_shop, platform_package_ids=("PK1",), lines=lines())


def test_a_split_makes_a_package_for_each_parcel(order, cedar_shop):
    before = order.packages.get()
    take_in(cedar_shop, told("PK2", "PK3", own_lines=lines(("PK2",), ("PK3",))))
    before.refresh_from_db()
    assert before.state == "cancelled"
    assert [(one.platform_package_id, goods(one)) for one in live()] == [
        ("PK2", {"MUG": 2}),
        ("PK3", {"CUP": 1}),
    ]
    assert OutboxEvent.objects.filter(name="packages.regrouped").count() == 1


def test_units_of_one_line_may_lie_in_two_parcels(order, cedar_shop):
    shared = lines(("PK2", "PK3"), ("PK3",), package_units=(("PK2", 1), ("PK3", 1)))
    take_in(cedar_shop, told("PK2", "PK3", own_lines=shared))
    assert [(one.platform_package_id, goods(one)) for one in live()] == [
        ("PK2", {"MUG": 1}),
        ("PK3", {"MUG": 1, "CUP": 1}),
    ]


def test_a_split_taken_back_is_one_package_again(order, cedar_shop):
    take_in(cedar_shop, told("PK2", "PK3", own_lines=lines(("PK2",), ("PK3",))))
    take_in(cedar_shop, told("PK4", minutes=1, own_lines=lines(("PK4",), ("PK4",))))
    (package,) = live()
    assert (package.platform_package_id, goods(package)) == ("PK4", {"MUG": 2, "CUP": 1})


def test_the_same_word_twice_changes_nothing(order, cedar_shop):
    for minutes in (0, 1):
        take_in(
            cedar_shop,
            told(
                "PK2", "PK3", minutes=minutes, own_lines=lines(("PK2",), ("PK3",)), seller_note=str(minutes)
            ),
        )
    assert Package.objects.count() == 3


def test_a_combined_parcel_renames_and_remembers(order, cedar_shop):
    take_in(cedar_shop, told("PK9", own_lines=lines(("PK9",), ("PK9",))))
    (package,) = live()
    assert package.platform_package_id == "PK9"
    said = OrderHistory.objects.get(action="package.renamed")
    assert (said.data["before"], said.data["to"]) == ("PK1", "PK9")


def test_parcels_that_come_into_being_by_shipping_split_nothing(order, cedar_shop):
    take_in(cedar_shop, told("PK1", "PK2", own_lines=lines(("PK2",), ())))
    assert Package.objects.count() == 1


def test_what_is_labelled_stays(order, cedar_shop):
    Package.objects.update(state="ready_to_ship")
    take_in(cedar_shop, told("PK2", "PK3", own_lines=lines(("PK2",), ("PK3",))))
    assert [one.platform_package_id for one in live()] == ["PK1"]


def test_staff_split_an_order_where_the_platform_knows_no_parcels_yet(north_shop, north):
    with scoping.scope(sellers=[north.pk]):
        order = make_order(shop=north_shop, platform_package_ids=(), lines=lines((), ()))
        ids = list(order.lines.order_by("pk").values_list("pk", flat=True))
        told_platform = regrouping.split(
            order_id=order.pk, groups=[[ids[0]], [ids[1]]], actor=BY_HAND, now=NOW
        )
        assert told_platform is None
        assert sorted(str(goods(one)) for one in live()) == ["{'CUP': 1}", "{'MUG': 2}"]


@pytest.mark.parametrize("groups", [[[0, 1]], [[0], [0, 1]], [[0], []], [[0]]])
def test_every_item_goes_into_exactly_one_parcel(order, groups):
    ids = list(order.lines.order_by("pk").values_list("pk", flat=True))
    wanted = [[ids[place] for place in group] for group in groups]
    with pytest.raises(regrouping.CannotRegroup):
        regrouping.split(order_id=order.pk, groups=wanted, actor=BY_HAND, now=NOW)
    assert not RegroupRequest.objects.exists()


def test_nothing_is_split_once_picking_has_begun(order):
    Package.objects.update(state="picking")
    ids = list(order.lines.order_by("pk").values_list("pk", flat=True))
    with pytest.raises(regrouping.CannotRegroup):
        regrouping.split(order_id=order.pk, groups=[[ids[0]], [ids[1]]], actor=BY_HAND, now=NOW)


@pytest.fixture
def vietnam(cedar, sandbox_world):
    """The Vietnamese shop, connected; no scope is open, because effects call out."""
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-cedar")


def run(shop) -> None:
    effects.run_due(kind="orders.regrouprequest", seller_id=shop.seller_id)


def read_again(shop, order_ids) -> None:
    client = connections.shop_client(seller_id=shop.seller_id, shop_id=shop.pk)
    pictures = client.get_orders(platform_order_ids=order_ids)
    with scoping.scope(sellers=[shop.seller_id]):
        take_in(shop, *pictures, now=clock.now())


def test_a_split_is_asked_of_the_platform_once_and_followed(vietnam, sandbox_world):
    (order,) = make_logistics.sandbox_orders(sandbox_world, shop=vietnam, skus=["KF-MUG-SEA", "KF-TOTE-L"])
    with scoping.scope(sellers=[vietnam.seller_id]):
        ids = list(order.lines.order_by("pk").values_list("pk", flat=True))
        regrouping.split(order_id=order.pk, groups=[[ids[0]], [ids[1]]], actor=BY_HAND, now=clock.now())
    run(vietnam)
    with scoping.scope(sellers=[vietnam.seller_id]):
        RegroupRequest.objects.update(effect_state="waiting")  # the answer was lost: asked again, found done
    run(vietnam)
    read_again(vietnam, [order.platform_order_id])
    with scoping.scope(sellers=[vietnam.seller_id]):
        assert RegroupRequest.objects.get().effect_state == "done"
        parcels = sandbox_world.shop.orders[order.platform_order_id].package_ids
        assert sorted(one.platform_package_id for one in live()) == sorted(parcels)
    calls = [name for name in sandbox_world.journal.counts if name.endswith("{order_id}/split")]
    assert [sandbox_world.journal.counts[name] for name in calls] == [1]


def test_two_orders_of_one_buyer_become_one_parcel(vietnam, sandbox_world):
    orders = make_logistics.sandbox_orders(sandbox_world, shop=vietnam, count=2, shipping_type="SELLER")
    ids = [one.platform_order_id for one in orders]
    there = [sandbox_world.shop.orders[one] for one in ids]
    there[1].buyer = there[0].buyer
    sandbox_world.shop.touch(there[1])
    read_again(vietnam, ids)
    with scoping.scope(sellers=[vietnam.seller_id]):
        regrouping.combine(order_ids=[one.pk for one in orders], actor=BY_HAND, now=clock.now())
    run(vietnam)
    read_again(vietnam, ids)
    with scoping.scope(sellers=[vietnam.seller_id]):
        assert RegroupRequest.objects.get().effect_state == "done"
        assert (len(live()), len({one.platform_package_id for one in live()})) == (2, 1)


# --- the address ------------------------------------------------------------------------------

ELSEWHERE = {"lines": ("7 Lê Lợi",), "full_address": "7 Lê Lợi, Quận 1, Hồ Chí Minh"}


def moved_to(**changes):
    return msgspec.structs.replace(ADDRESS_VN, **changes)


def test_another_address_is_announced_once(cedar_shop, in_cedar):
    make_order(shop=cedar_shop)
    for minutes in (1, 2):
        take_in(
            cedar_shop,
            platform_order(
                address=moved_to(**ELSEWHERE),
                updated_at=NOW + timedelta(minutes=minutes),
                seller_note=str(minutes),
            ),
        )
    assert OutboxEvent.objects.filter(name="order.address_changed").count() == 1
    contact = BuyerContact.objects.get()
    assert contacts.opened(contact).lines == ("7 Lê Lợi",)
    assert contact.changed_at == NOW


@pytest.mark.parametrize(
    "address",
    [ADDRESS_VN, moved_to(name="T*** M*** A**", is_masked=True), type(ADDRESS_VN)(region_code="VN")],
    ids=["the same", "masked", "hidden"],
)
def test_a_mask_or_the_same_words_are_no_move(cedar_shop, in_cedar, address):
    make_order(shop=cedar_shop)
    take_in(cedar_shop, platform_order(address=address, updated_at=NOW, seller_note="x"))
    assert not OutboxEvent.objects.filter(name="order.address_changed").exists()
    assert contacts.opened(BuyerContact.objects.get()).name == "Trần Minh Anh"


def test_two_masked_pictures_differ_only_by_the_platforms_word(cedar_shop, in_cedar):
    masked = moved_to(name="T***", is_masked=True)
    other = moved_to(name="T***", is_masked=True, **ELSEWHERE)
    make_order(shop=cedar_shop, shipping_type="platform", address=masked)
    take_in(cedar_shop, platform_order(shipping_type="platform", address=other, updated_at=NOW))
    assert not OutboxEvent.objects.filter(name="order.address_changed").exists()
    third = moved_to(name="T***", is_masked=True, lines=("9 Pasteur",))
    take_in(
        cedar_shop,
        platform_order(
            shipping_type="platform",
            address=third,
            has_updated_address=True,
            updated_at=NOW + timedelta(minutes=1),
        ),
    )
    assert OutboxEvent.objects.filter(name="order.address_changed").count() == 1
