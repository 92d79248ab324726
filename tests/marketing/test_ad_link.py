"""Low stock → the write at the ad platform → exactly that back, over the wire format of the sandbox."""

import pytest

from core import clock
from marketing import ad_accounts, decisions, facts, links, tasks
from marketing.models import AdAction, AdDecision, AdMode, AdPolicy, AdVehicle, DecisionKind, DecisionState
from relay import effects, outbox
from tenancy import scoping
from tenancy.actors import AUTO
from tests import make_marketing
from warehouse.events import StockChanged

KIND = "marketing.adaction"


@pytest.fixture
def accounts(cedar, sandbox_world):
    return make_marketing.connect(seller=cedar, world=sandbox_world)


@pytest.fixture
def shop(cedar, cedar_shop, sandbox_world):
    """The shop whose ads the sandbox's account runs."""
    with scoping.scope(sellers=[cedar.pk]):
        cedar_shop.platform_shop_id = next(iter(sandbox_world.ads.stores))
        cedar_shop.save()
    return cedar_shop


def platform_object(world, vehicle):
    tables = world.ads.dump()
    return next(row for row in tables["campaigns"] + tables["ads"] if row["id"] == vehicle.platform_id)


def status(world, vehicle) -> str:
    return platform_object(world, vehicle)["operation_status"]


def set_stock(level, available: int) -> None:
    with scoping.scope(sellers=[level.seller_id]):
        level.on_hand = available
        level.save()
        outbox.publish(
            StockChanged(sku_id=level.sku_id, warehouse_id=level.warehouse_id, available=available)
        )


def settle(seller) -> int:
    """Deliver what was announced and carry out what was decided; the number of actions called."""
    outbox.deliver_due(seller_id=seller.pk)
    return effects.run_due(kind=KIND, seller_id=seller.pk)


def decide(seller) -> None:
    with scoping.scope(sellers=[seller.pk]):
        decisions.apply_rules(vehicle_ids=facts.linked_vehicles(), now=clock.now())


def decisions_of(seller) -> list[AdDecision]:
    with scoping.scope(sellers=[seller.pk]):
        return list(AdDecision.objects.order_by("pk"))


def actions_of(seller) -> list[AdAction]:
    with scoping.scope(sellers=[seller.pk]):
        return list(AdAction.objects.order_by("pk"))


@pytest.fixture
def goods(cedar, shop, accounts):
    """Stock behind the products of the first running vehicle with that many: returns the vehicle and the levels."""

    def make(*, products: int, available: list[int], counted: bool = True):
        with scoping.scope(sellers=[cedar.pk]):
            vehicle = make_marketing.vehicle_of(kind="gmv_max_product", products=products)
            levels = [
                make_marketing.make_goods(shop=shop, product_id=product_id, available=units, counted=counted)
                for product_id, units in zip(sorted(vehicle.platform_product_ids), available, strict=False)
            ]
            links.link_by_products(account_id=vehicle.account_id, now=clock.now())
        return vehicle, levels

    return make


@pytest.fixture
def single(goods):
    """A GMV Max campaign with one product, and its stock of 40 over a safety line of 10."""
    vehicle, (level,) = goods(products=1, available=[40])
    return vehicle, level


def test_connecting_reads_everything_that_can_be_switched(cedar, accounts):
    with scoping.scope(sellers=[cedar.pk]):
        kinds = set(AdVehicle.objects.values_list("kind", flat=True))
    assert {"gmv_max_product", "gmv_max_live", "campaign", "ad_group", "ad"} <= kinds
    assert actions_of(cedar) == [], "connecting writes nothing"


def test_what_recovered_while_the_pause_was_under_way_is_given_back_when_it_is_done(
    cedar, single, sandbox_world, django_capture_on_commit_callbacks
):
    vehicle, level = single
    set_stock(level, 9)
    outbox.deliver_due(seller_id=cedar.pk)
    set_stock(level, 40)
    outbox.deliver_due(seller_id=cedar.pk)
    assert len(actions_of(cedar)) == 1, "one change at a time"

    with django_capture_on_commit_callbacks() as woken:
        effects.run_due(kind=KIND, seller_id=cedar.pk)
    alarms = [hook for hook in woken if getattr(hook, "task", "") == "marketing.tasks.look_again"]
    assert [alarm.kwargs for alarm in alarms] == [{"seller_id": cedar.pk, "vehicle_id": vehicle.pk}]
    tasks.look_again(**alarms[0].kwargs)

    assert effects.run_due(kind=KIND, seller_id=cedar.pk) == 1
    assert status(sandbox_world, vehicle) == "ENABLE"


def test_low_stock_pauses_the_campaign_and_restocking_resumes_it(cedar, single, sandbox_world):
    vehicle, level = single
    set_stock(level, 9)
    assert settle(cedar) == 1
    (held,) = decisions_of(cedar)
    assert (held.kind, held.state, held.reason_code) == (
        DecisionKind.PAUSE,
        DecisionState.IN_FORCE,
        "below_safety",
    )
    assert (held.facts["available"], held.facts["safety_stock"], held.facts["resume_line"]) == (9, 10, 12)
    assert status(sandbox_world, vehicle) == "DISABLE"
    set_stock(level, 60)
    assert settle(cedar) == 1
    assert status(sandbox_world, vehicle) == "ENABLE"
    assert [(row.kind, row.state) for row in decisions_of(cedar)] == [("pause", "ended"), ("resume", "ended")]
    assert settle(cedar) == 0


def test_one_product_of_several_is_taken_out_and_put_back_exactly(cedar, goods, sandbox_world):
    vehicle, levels = goods(products=2, available=[3, 90])
    before = sorted(vehicle.platform_product_ids)
    decide(cedar)
    settle(cedar)
    assert sorted(platform_object(sandbox_world, vehicle)["item_group_ids"]) == before[1:]
    assert status(sandbox_world, vehicle) == "ENABLE"
    set_stock(levels[0], 50)
    settle(cedar)
    assert sorted(platform_object(sandbox_world, vehicle)["item_group_ids"]) == before


def test_what_a_person_paused_stays_paused(cedar, single, sandbox_world):
    vehicle, level = single
    sandbox_world.ads.set_status("campaign", vehicle.platform_id, "DISABLE")
    set_stock(level, 2)
    settle(cedar)
    (noted,) = decisions_of(cedar)
    assert (noted.state, noted.note) == (DecisionState.SUPERSEDED, "paused_by_person")
    set_stock(level, 90)
    settle(cedar)
    assert status(sandbox_world, vehicle) == "DISABLE"
    assert len(actions_of(cedar)) == 1


def test_a_person_who_switches_our_pause_off_is_not_overruled(cedar, single, sandbox_world):
    vehicle, level = single
    set_stock(level, 2)
    settle(cedar)
    with scoping.scope(sellers=[cedar.pk]):
        AdVehicle.objects.update(written_at=None)
    sandbox_world.ads.set_status("campaign", vehicle.platform_id, "ENABLE")
    ad_accounts.sync_account(seller_id=cedar.pk, account_id=vehicle.account_id)
    decide(cedar)
    assert [row.state for row in decisions_of(cedar)] == [DecisionState.SUPERSEDED]
    assert len(actions_of(cedar)) == 1
    assert status(sandbox_world, vehicle) == "ENABLE"


def test_undo_gives_back_and_leaves_it_alone_until_recovery(cedar, single, sandbox_world):
    vehicle, level = single
    set_stock(level, 2)
    settle(cedar)
    (held,) = decisions_of(cedar)
    with scoping.scope(sellers=[cedar.pk]):
        decisions.undo(decision_id=held.pk, actor=AUTO, now=clock.now(), note="new stock arrives tonight")
    settle(cedar)
    assert status(sandbox_world, vehicle) == "ENABLE"
    with pytest.raises(decisions.CannotUndo), scoping.scope(sellers=[cedar.pk]):
        decisions.undo(decision_id=held.pk, actor=AUTO, now=clock.now())
    set_stock(level, 1)
    assert settle(cedar) == 0
    set_stock(level, 50)
    settle(cedar)
    set_stock(level, 1)
    assert settle(cedar) == 1
    assert status(sandbox_world, vehicle) == "DISABLE"


def test_never_counted_stock_only_advises(cedar, goods):
    goods(products=1, available=[0], counted=False)
    decide(cedar)
    decide(cedar)
    assert [(row.kind, row.state, row.reason_code) for row in decisions_of(cedar)] == [
        ("alert", DecisionState.ADVISED, "never_counted")
    ]
    assert settle(cedar) == 0


def test_dry_run_notes_once_and_writes_nothing(cedar, single, sandbox_world):
    vehicle, level = single
    with scoping.scope(sellers=[cedar.pk]):
        AdPolicy.objects.update(mode=AdMode.ADVISE)
    for _again in range(2):
        set_stock(level, 2)
        assert settle(cedar) == 0
    assert [(row.kind, row.state) for row in decisions_of(cedar)] == [("pause", DecisionState.ADVISED)]
    assert status(sandbox_world, vehicle) == "ENABLE"


def test_a_passing_fault_pauses_a_little_later(cedar, single, sandbox_world):
    vehicle, level = single
    sandbox_world.faults.set({"ads": {"share_5xx": 1.0}})
    set_stock(level, 2)
    settle(cedar)
    assert [action.effect_state for action in actions_of(cedar)] == [effects.EffectState.WAITING]
    sandbox_world.faults.clear()
    with scoping.scope(sellers=[cedar.pk]):
        AdAction.objects.update(not_before=clock.now())
    settle(cedar)
    assert status(sandbox_world, vehicle) == "DISABLE"
    assert [row.state for row in decisions_of(cedar)] == [DecisionState.IN_FORCE]


def test_another_seller_has_no_part_in_it(cedar, north, single):
    _vehicle, level = single
    set_stock(level, 2)
    settle(cedar)
    assert decisions_of(north) == []
    assert actions_of(north) == []
