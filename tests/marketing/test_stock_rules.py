"""What is taken from a vehicle and given back, from facts alone."""

from decimal import Decimal

from marketing.models import DecisionKind, LowStockStep, LowWhen, VehicleKind
from marketing.stock_rules import Hold, Policy, ProductStock, SkuStock, Vehicle, decide


def product(name: str, available: int, safety: int = 10, *, counted: bool = True) -> ProductStock:
    return ProductStock(name, name, (SkuStock(f"KF-{name}", available, safety, is_counted=counted),))


def vehicle(
    kind=VehicleKind.GMV_MAX_PRODUCT, products="AB", *, enabled=True, scope="custom", holds=(), **more
) -> Vehicle:
    linked = more.pop("linked", products)
    return Vehicle(
        vehicle_id=1,
        kind=kind,
        is_enabled=enabled,
        product_scope=scope,
        product_ids=frozenset(products),
        linked_product_ids=frozenset(linked),
        budget=more.pop("budget", Decimal(500)),
        holds=tuple(holds),
        **more,
    )


def plan(found: Vehicle, *stock: ProductStock, policy: Policy | None = None):
    return decide(
        vehicle=found, products={item.product_id: item for item in stock}, policy=policy or Policy()
    )


def kinds(found) -> dict[str, str]:
    return {taking.product.product_id: taking.kind for taking in found.takings}


def test_at_the_safety_line_nothing_happens_one_below_it_does():
    assert plan(vehicle(products="A"), product("A", 10)).takings == []
    found = plan(vehicle(products="A"), product("A", 9))
    assert kinds(found) == {"A": DecisionKind.PAUSE}
    assert (found.switch, found.remove_products) == ("disable", [])
    assert found.takings[0].reason_code == "below_safety"


def test_one_of_several_products_is_taken_out_and_the_campaign_goes_on():
    found = plan(vehicle(products="AB"), product("A", 3), product("B", 50))
    assert kinds(found) == {"A": DecisionKind.REMOVE_PRODUCT}
    assert (found.switch, found.remove_products, found.add_products) == ("", ["A"], [])


def test_the_last_product_pauses_the_campaign_because_a_list_cannot_be_empty():
    holds = [Hold(7, "A", DecisionKind.REMOVE_PRODUCT)]
    found = plan(vehicle(products="B", linked="AB", holds=holds), product("A", 3), product("B", 2))
    assert kinds(found) == {"B": DecisionKind.PAUSE}
    assert (found.switch, found.remove_products, found.givings) == ("disable", [], [])


def test_when_one_of_two_recovers_the_campaign_resumes_without_the_other():
    holds = [Hold(7, "A", DecisionKind.REMOVE_PRODUCT), Hold(8, "B", DecisionKind.PAUSE)]
    found = plan(
        vehicle(products="B", linked="AB", enabled=False, holds=holds), product("A", 40), product("B", 2)
    )
    assert (found.switch, found.add_products, found.remove_products) == ("enable", ["A"], ["B"])
    assert kinds(found) == {"B": DecisionKind.REMOVE_PRODUCT}
    assert {(giving.hold.product_id, giving.kind) for giving in found.givings} == {
        ("A", DecisionKind.RESTORE_PRODUCT),
        ("B", None),
    }


def test_resume_waits_for_the_margin_so_that_ads_do_not_flicker():
    paused = vehicle(products="A", enabled=False, holds=[Hold(7, "A", DecisionKind.PAUSE)])
    assert plan(paused, product("A", 11)).givings == []
    found = plan(paused, product("A", 12))
    assert (found.switch, found.givings[0].kind) == ("enable", DecisionKind.RESUME)


def test_a_vehicle_that_a_person_switched_off_is_never_touched():
    found = plan(vehicle(products="A", enabled=False), product("A", 0))
    assert (found.takings, found.switch) == ([], "")


def test_a_product_taken_out_comes_back_on_a_paused_campaign_without_switching_it_on():
    holds = [Hold(7, "A", DecisionKind.REMOVE_PRODUCT)]
    found = plan(
        vehicle(products="B", linked="AB", enabled=False, holds=holds), product("A", 40), product("B", 40)
    )
    assert (found.switch, found.add_products) == ("", ["A"])


def test_what_was_never_counted_only_advises():
    found = plan(vehicle(products="A"), product("A", 0, counted=False))
    assert (found.takings, found.switch) == ([], "")
    assert [alert.product.product_id for alert in found.alerts] == ["A"]


def test_a_shop_wide_campaign_has_no_lever_for_one_product():
    found = plan(vehicle(products="", linked="AB", scope="all"), product("A", 0), product("B", 50))
    assert found.takings == []
    assert [alert.kind for alert in found.alerts] == [DecisionKind.ALERT]


def test_an_ad_with_several_products_is_paused_only_when_all_are_low():
    ad = vehicle(VehicleKind.AD, products="AB", scope="none")
    assert [a.kind for a in plan(ad, product("A", 0), product("B", 50)).alerts] == [DecisionKind.ALERT]
    found = plan(ad, product("A", 0), product("B", 1))
    assert kinds(found) == {"A": DecisionKind.PAUSE, "B": DecisionKind.PAUSE}
    assert found.switch == "disable"


def test_a_muted_product_is_left_alone_until_it_has_recovered():
    found = plan(vehicle(products="A", muted_product_ids=frozenset("A")), product("A", 0))
    assert (found.takings, found.recovered_product_ids) == ([], [])
    found = plan(vehicle(products="A", muted_product_ids=frozenset("A")), product("A", 12))
    assert found.recovered_product_ids == ["A"]


def test_cutting_comes_before_pausing_and_sold_out_pauses_with_the_old_budget_back():
    policy = Policy(step=LowStockStep.CUT, cut_percent=40)
    found = plan(vehicle(products="A"), product("A", 4), policy=policy)
    assert (kinds(found), found.budget, found.switch) == ({"A": DecisionKind.CUT_BUDGET}, Decimal(300), "")
    cut = [Hold(7, "A", DecisionKind.CUT_BUDGET, saved_budget=Decimal(500))]
    found = plan(vehicle(products="A", budget=Decimal(300), holds=cut), product("A", 0), policy=policy)
    assert (kinds(found), found.budget, found.switch) == ({"A": DecisionKind.PAUSE}, Decimal(500), "disable")
    found = plan(vehicle(products="A", budget=Decimal(300), holds=cut), product("A", 12), policy=policy)
    assert (found.givings[0].kind, found.budget, found.switch) == (
        DecisionKind.RESTORE_BUDGET,
        Decimal(500),
        "",
    )


def test_while_a_write_is_under_way_nothing_else_is_decided():
    holds = [Hold(7, "A", DecisionKind.PAUSE, is_pending=True)]
    found = plan(vehicle(products="A", holds=holds), product("A", 100))
    assert (found.givings, found.writes) == ([], False)


def test_a_product_is_low_by_any_or_by_every_variation_as_the_seller_chose():
    two = ProductStock(
        "A", "A", (SkuStock("S", 0, 5, is_counted=True), SkuStock("L", 90, 5, is_counted=True))
    )
    assert kinds(plan(vehicle(products="A"), two)) == {"A": DecisionKind.PAUSE}
    assert plan(vehicle(products="A"), two, policy=Policy(low_when=LowWhen.ALL)).takings == []


def test_sold_out_is_low_even_without_a_safety_line():
    assert kinds(plan(vehicle(products="A"), product("A", 0, safety=0))) == {"A": DecisionKind.PAUSE}
    assert plan(vehicle(products="A"), product("A", 1, safety=0)).takings == []
