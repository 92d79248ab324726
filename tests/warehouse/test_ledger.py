"""The ledger: levels follow movements, keys count once, nothing goes below zero."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from relay.models import OutboxEvent
from tests.make_orders import NOW
from tests.make_warehouse import MAI, bin_of, in_bin, level, make_stock
from warehouse import ledger, ledger_check
from warehouse.models import BinLevel, StockLevel, StockMovement


def movement(sku, quantity, *, at="A-01-1", reason="received", key="k1"):
    return ledger.Movement(bin_of(at).pk, sku.pk, quantity, reason, key)


def test_a_receipt_raises_both_levels_and_is_announced_once(site):
    sku = make_stock("MUG", 0)

    rows = ledger.post(
        movements=[movement(sku, 5), movement(sku, 3, at="B-01-1", key="k2")], actor=MAI, now=NOW
    )

    assert [(row.quantity, row.balance, row.actor_label) for row in rows] == [(5, 5, "Mai"), (3, 8, "Mai")]
    assert level(sku) == (8, 0)
    assert (in_bin("A-01-1", sku), in_bin("B-01-1", sku)) == (5, 3)
    assert StockLevel.objects.get().first_counted_at == NOW
    events = OutboxEvent.objects.filter(name="stock.changed")
    assert [event.payload["available"] for event in events] == [8]


def test_a_repeated_key_is_a_quiet_no_op(site):
    sku = make_stock("MUG", 0)
    first = ledger.post(movements=[movement(sku, 5)], actor=MAI, now=NOW)

    again = ledger.post(movements=[movement(sku, 5), movement(sku, 2, key="k2")], actor=MAI, now=NOW)

    assert again[0].pk == first[0].pk
    assert level(sku) == (7, 0)
    assert StockMovement.objects.count() == 2


def test_nothing_leaves_a_bin_that_is_not_there(site):
    sku = make_stock("MUG", 2, at="A-01-1")
    make_stock("MUG", 5, at="B-01-1")

    with pytest.raises(ledger.NotEnoughStock) as refused:
        ledger.post(movements=[movement(sku, -3, reason="correction")], actor=MAI, now=NOW)

    assert str(refused.value) == "Bin A-01-1 does not hold that many of MUG: 1 are missing there."
    assert level(sku) == (7, 0)


def test_what_is_promised_does_not_leave(site):
    sku = make_stock("MUG", 4)
    StockLevel.objects.update(reserved=3)

    with pytest.raises(ledger.StockIsPromised) as refused:
        ledger.post(movements=[movement(sku, -2, reason="correction")], actor=MAI, now=NOW)

    assert str(refused.value) == "3 of MUG are promised to packages; 2 would be left."
    assert level(sku) == (4, 3)


def test_moving_between_bins_changes_nothing_that_is_available(site):
    sku = make_stock("MUG", 4)
    OutboxEvent.objects.all().delete()

    ledger.post(
        movements=ledger.between(
            source_id=bin_of("A-01-1").pk,
            target_id=bin_of("B-02-1").pk,
            sku_id=sku.pk,
            quantity=3,
            reason="moved",
            key="m",
        ),
        actor=MAI,
        now=NOW,
    )

    assert (in_bin("A-01-1", sku), in_bin("B-02-1", sku), level(sku)) == (1, 3, (4, 0))
    assert not OutboxEvent.objects.exists()


def test_many_movements_cost_as_many_queries_as_one(site, django_assert_num_queries):
    skus = [make_stock(f"S{number}", 1) for number in range(12)]
    movements = [movement(sku, 1, key=f"b{sku.pk}") for sku in skus]
    with django_assert_num_queries(11):  # 2 of them the savepoint, 2 the outbox
        ledger.post(movements=movements, actor=MAI, now=NOW)


def test_check_ledger_finds_what_was_changed_behind_its_back(site, cedar):
    sku = make_stock("MUG", 4)
    assert ledger_check.check_ledger() == []
    BinLevel.objects.update(on_hand=3)
    StockLevel.objects.update(on_hand=6, reserved=1)

    found = [(one.figure, one.sku_id, one.stored, one.rebuilt) for one in ledger_check.check_ledger()]

    assert found == [("on_hand", sku.pk, 6, 4), ("bin", sku.pk, 3, 4), ("reserved", sku.pk, 1, 0)]
    with pytest.raises(CommandError) as ended:
        call_command("check_ledger", seller="cedar", stdout=StringIO())
    assert ended.value.returncode == 1


def test_check_ledger_says_when_all_is_well(site, cedar):
    make_stock("MUG", 4)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == "The ledger is clean: 2 sellers checked, no difference.\n"
