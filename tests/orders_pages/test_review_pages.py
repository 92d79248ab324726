"""Pages of review: rules and their dry run, the block list, fixes in place, badges on row and page."""

from decimal import Decimal

import pytest

from catalog.models import Listing
from integrations.ports import PlatformAddress
from orders import review_rules
from orders.models import BlockEntry, Order, OrderHold, ReviewRule
from tenancy import scoping
from tenancy.models import AuditEntry
from tests import make, make_orders

RULES = "/s/cedar/orders/review/rules/"
BLOCKS = "/s/cedar/orders/review/blocks/"
NO_PHONE = PlatformAddress(name="Trần Minh Anh", region_code="VN", province="Hà Nội", lines=("12 Hoa Sứ",))


def rule_of(cedar, reason: str, shop_id=None):
    with scoping.scope(sellers=[cedar.pk]):
        return review_rules.current().of(shop_id)[reason]


def post(browser, url: str, **values):
    return browser.post(url, values)


def test_every_rule_stands_on_the_page_with_what_it_asks(page, cedar_shop):
    text = page.get(RULES).content.decode()
    assert "value over the limit" in text and "far more than usual" in text
    assert "always holds" in text
    assert 'name="threshold" value="5"' in text
    assert "Nobody has changed a rule yet" in text


def test_a_rule_is_set_for_all_shops_and_the_change_is_shown(page, cedar, cedar_shop):
    response = post(
        page, f"{RULES}many_to_address/", mode="hold", threshold="3", window_hours="48", currency=""
    )
    assert response.status_code == 302
    rule = rule_of(cedar, "many_to_address")
    assert (rule.mode, rule.threshold, rule.window_hours) == ("hold", 3, 48)
    text = page.get(RULES).content.decode()
    assert "warn, 5, within 24 h" in text and "hold, 3, within 48 h" in text


def test_a_shop_s_rule_is_set_under_the_shop_and_given_back(page, cedar, cedar_shop):
    url = f"{RULES}high_value/?shop=cedar-vn"
    post(page, url, mode="warn", threshold="500000", currency="VND", shop="cedar-vn")
    assert rule_of(cedar, "high_value", cedar_shop.pk).threshold == Decimal(500000)
    assert rule_of(cedar, "high_value").mode == "off"
    assert "this shop" in page.get(f"{RULES}?shop=cedar-vn").content.decode()
    post(page, url, forget="1", mode="warn")
    assert rule_of(cedar, "high_value", cedar_shop.pk).mode == "off"


@pytest.mark.parametrize(
    "values",
    [
        {"mode": "hold", "threshold": "", "currency": "VND"},
        {"mode": "loud"},
        {"mode": "hold", "threshold": "many"},
        {},
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(page, cedar, cedar_shop, values):
    response = post(page, f"{RULES}high_value/", **values)
    assert response.status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert ReviewRule.objects.count() == 0
    assert post(page, f"{RULES}nonsense/", mode="off").status_code == 404


def test_a_clerk_looks_and_tries_but_does_not_set(client, cedar, cedar_shop):
    client.force_login(make.make_member(seller=cedar, role="order_clerk", email="c@cedar.example"))
    text = client.get(RULES).content.decode()
    assert "Owners and managers" in text and ">Save<" not in text
    assert client.get(f"{RULES}buyer_note/try/", {"mode": "hold"}).status_code == 200
    assert post(client, f"{RULES}buyer_note/", mode="off").status_code == 403
    assert rule_of(cedar, "buyer_note").mode == "warn"


def test_a_manager_of_one_shop_sets_that_shop_alone(client, cedar, cedar_shop):
    client.force_login(
        make.make_member(seller=cedar, role="manager", shops=[cedar_shop.pk], email="m@cedar.example")
    )
    assert post(client, f"{RULES}buyer_note/", mode="off").status_code == 403
    assert post(client, f"{RULES}buyer_note/?shop=cedar-vn", mode="off").status_code == 302
    assert rule_of(cedar, "buyer_note").mode == "warn"
    assert rule_of(cedar, "buyer_note", cedar_shop.pk).mode == "off"


def test_a_dry_run_looks_like_one_and_changes_nothing(page, cedar, order_due):
    order = order_due(1, buyer_message="Gift wrap please")
    order_due(2)
    with scoping.scope(sellers=[cedar.pk]):
        before = (
            OrderHold.objects.count(),
            AuditEntry.objects.count(),
            Order.objects.get(pk=order.pk).warnings,
        )
    url = f"{RULES}buyer_note/try/?mode=hold&threshold="
    whole, part = page.get(url), page.get(url, headers={"HX-Request": "true"})
    for response in (whole, part):
        text = response.content.decode()
        assert "data-dry-run" in text and "chip-dry" in text
        assert "It would have held <b>1</b> of 2 orders" in text and "50.0 %" in text
        assert order.platform_order_id in text and "Gift wrap please" in text
    assert "<html" in whole.content.decode() and "<html" not in part.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        after = (
            OrderHold.objects.count(),
            AuditEntry.objects.count(),
            Order.objects.get(pk=order.pk).warnings,
        )
    assert after == before


def test_a_badge_stands_on_the_row_and_on_the_page(page, order_due):
    order = order_due(1, buyer_message="Ring twice")
    row = page.get("/s/cedar/orders/").content.decode()
    whole = page.get(f"/s/cedar/orders/{order.public_id}/").content.decode()
    assert "note from the buyer" in row
    assert "Worth a look" in whole and "Ring twice" in whole
    assert "On hold because" not in whole


def test_the_block_list_is_filled_and_emptied(page, cedar, order_due):
    assert "Nobody is blocked" in page.get(BLOCKS).content.decode()
    response = post(page, f"{BLOCKS}add/", kind="phone", value="0901 000 001", region="VN", note="never pays")
    assert response.status_code == 302
    text = page.get(BLOCKS).content.decode()
    assert "VN ··· 001" in text and "never pays" in text and "901000" not in text
    order = order_due(1)
    with scoping.scope(sellers=[cedar.pk]):
        assert OrderHold.objects.get(order_id=order.pk).reason == "blocked"
        entry = BlockEntry.objects.get()
    assert post(page, f"{BLOCKS}{entry.pk}/remove/").status_code == 302
    assert "Nobody is blocked" in page.get(BLOCKS).content.decode()


def test_a_refused_entry_shows_the_form_again(page, cedar_shop):
    response = post(page, f"{BLOCKS}add/", kind="phone", value="12", region="VN")
    assert response.status_code == 422
    assert 'value="12"' in response.content.decode()


def test_a_buyer_is_blocked_from_the_order_s_page(page, cedar, order_due):
    order = order_due(1)
    assert "Block this buyer" in page.get(f"/s/cedar/orders/{order.public_id}/").content.decode()
    response = post(page, f"/s/cedar/orders/{order.public_id}/fix/block/", kinds=["buyer", "address"])
    assert response.status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        assert set(BlockEntry.objects.values_list("kind", flat=True)) == {"buyer", "address"}
    assert post(page, f"/s/cedar/orders/{order.public_id}/fix/block/").status_code == 422


def test_a_listing_is_mapped_on_the_review_page(page, cedar, cedar_shop, now):
    with scoping.scope(sellers=[cedar.pk]):
        picture = make_orders.platform_order(now=now, lines=(make_orders.line("MYSTERY"),))
        (order,) = make_orders.take_in(cedar_shop, picture, now=now)
        make_orders.make_sku("KF-MUG-SEA")
        listing = Listing.objects.get()
    text = page.get("/s/cedar/orders/review/?reason=unmapped_sku").content.decode()
    assert 'value="KF-MUG-SEA"' in text  # suggested by its title
    response = post(
        page,
        f"/s/cedar/orders/{order.public_id}/fix/map/",
        listing=listing.pk,
        sku="KF-MUG-SEA",
        query="reason=unmapped_sku",
        page="review",
    )
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/s/cedar/orders/review/?reason=unmapped_sku",
    )
    with scoping.scope(sellers=[cedar.pk]):
        assert Order.objects.get().state == "approved"


def test_fixes_do_not_cost_more_for_more_orders(page, cedar, cedar_shop, now, django_assert_max_num_queries):
    def fill(first: int, many: int) -> None:
        pictures = [
            make_orders.platform_order(
                f"57646{n:06d}", now=now, address=NO_PHONE, lines=(make_orders.line(f"M{n}"),)
            )
            for n in range(first, first + many)
        ]
        with scoping.scope(sellers=[cedar.pk]):
            make_orders.take_in(cedar_shop, *pictures, now=now)

    from_counts = []
    for first, many in ((0, 2), (10, 30)):
        fill(first, many)
        with django_assert_max_num_queries(60) as found:
            assert page.get("/s/cedar/orders/review/").status_code == 200
        from_counts.append(len(found))
    assert from_counts[0] == from_counts[1]


def test_shops_of_others_are_no_choice(page, cedar_shop, north_shop):
    assert page.get(f"{RULES}?shop=north-us").status_code == 404
