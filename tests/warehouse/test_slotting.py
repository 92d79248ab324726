"""Advice on where goods should lie: the best answer where it is known, the metres exact, moves booked and undone."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from relay import jobs
from relay.models import Job
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, bin_of, in_bin, make_stock, released_list
from warehouse import layout, ledger_check, pick_history, slotting, slotting_moves, slotting_search
from warehouse.models import PickList, SlottingMove, SlottingState, StockMovement
from warehouse.planner import evaluate
from warehouse.planner.block import Block
from warehouse.slotting_search import Ground

BY = {"actor": MAI, "now": NOW}
BLOCK = Block(aisles=4, cells=5, between_aisles=3, between_cells=1, entry=1)


def round_trip(spots):
    """Length of the shortest walk past one or two places, by hand."""
    ways = [[*spots], [*spots][::-1]]
    return min(evaluate.walked(block=BLOCK, tour=way) for way in ways)


def best(walks, spots, piles, free, *, most=1):
    ground = Ground(spots=spots, piles=frozenset(piles), free=frozenset(free))
    return slotting_search.best_moves(
        walks=walks, ground=ground, length_of=round_trip, most=most, at_least=0.001
    )


def test_what_is_picked_most_goes_to_the_nearest_free_bin():
    spots = {1: (3, 4), 2: (2, 4), 3: (0, 0), 4: (0, 3)}
    walks = [[(70, 1)]] * 5 + [[(80, 2)]]
    found = best(walks, spots, {(70, 1), (80, 2)}, {3, 4}, most=5)
    # 70: 2 × (3 aisles × 3 + 1 + 4) = 28 a walk becomes 2; 80 then saves 2 × (6 + 5) − 2 × (1 + 3) in its one walk
    assert [(move.pile, move.target, move.other, move.saves) for move in found] == [
        ((70, 1), 3, None, 5 * 26),
        ((80, 2), 4, None, 22 - 8),
    ]


def test_goods_change_places_when_nothing_near_is_free():
    spots = {1: (3, 4), 2: (0, 0)}
    found = best([[(70, 1)]] * 5 + [[(80, 2)]] * 2, spots, {(70, 1), (80, 2)}, set())
    assert [(move.pile, move.target, move.other) for move in found] == [((70, 1), 2, (80, 2))]
    assert found[0].saves == 5 * 26 - 2 * 26


def test_goods_that_are_picked_together_go_to_each_other():
    spots = {1: (0, 0), 2: (3, 0), 3: (1, 0), 4: (0, 1)}
    found = best([[(70, 1), (80, 2)]] * 3, spots, {(70, 1), (80, 2)}, {3, 4})
    assert [(move.pile, move.target) for move in found] == [((80, 2), 4)]
    assert found[0].saves == 3 * (2 * (1 + 9 + 1) - 2 * 2)


def test_nothing_moves_where_nothing_is_won():
    spots = {1: (0, 0), 2: (0, 1)}
    assert best([[(70, 1)]] * 9, spots, {(70, 1)}, {2}) == []
    assert best([], spots, {(70, 1)}, {2}) == []


def test_what_lies_elsewhere_now_is_not_moved():
    spots = {1: (3, 4), 2: (0, 0)}
    assert best([[(70, 1)]] * 9, spots, {(71, 1)}, {2}) == []


def test_a_bin_takes_part_in_one_move_only():
    spots = {1: (3, 4), 2: (2, 4), 3: (0, 0)}
    found = best([[(70, 1)]] * 5 + [[(80, 2)]] * 4, spots, {(70, 1), (80, 2)}, {3}, most=9)
    used = [place for move in found for place in (move.pile[1], move.target)]
    assert len(used) == len(set(used))


@pytest.mark.parametrize("seed", range(8))
def test_the_first_move_is_the_best_of_all(seed):
    """Against every possible move of small buildings, tried one by one."""
    chance = random.Random(seed)
    places = [(aisle, cell) for aisle in range(4) for cell in range(5)]
    spots = dict(enumerate(chance.sample(places, 8), start=1))
    piles = {(70 + bin_id, bin_id) for bin_id in range(1, 6)}
    walks = [chance.sample(sorted(piles), chance.choice((1, 2))) for _walk in range(12)]

    def cost(where):
        return sum(round_trip({spots[where.get(pile, pile[1])] for pile in walk}) for walk in walks)

    now = cost({})
    tried = [now - cost({pile: target}) for pile in piles for target in (6, 7, 8)]
    tried += [now - cost({one: two[1], two: one[1]}) for one in piles for two in piles if one != two]
    found = best(walks, spots, piles, {6, 7, 8})
    assert max(tried) == pytest.approx(found[0].saves if found else 0)


@pytest.fixture
def walked(site, cedar_shop):
    """Three walks a day for two days to B-03-1, the farthest bin; A-01-1, the nearest, is free."""
    make_stock("MUG", 20, at="B-03-1")
    for number in range(1, 7):
        allocated(shop=cedar_shop, number=number)
        make_warehouse.walk(released_list(site))
    lists = pick_history.ended_lists(warehouse_id=site.pk, now=NOW + timedelta(days=2))
    assert lists.count() == 6
    return site


LATER = NOW + timedelta(days=2)
# B-03 lies 3 m across and 1.5 + 3 m up, A-01 1.5 + 1 m up; three walks a day.
SAVED = 3 * (2 * (3000 + 4500) - 2 * 2500)


def test_the_meters_are_those_of_the_planner_a_day(walked):
    moves = slotting.advise(warehouse_id=walked.pk, now=LATER)
    assert [(move.sku.seller_sku, move.source.code, move.target.code) for move in moves] == [
        ("MUG", "B-03-1", "A-01-1")
    ]
    assert (moves[0].saves_mm, moves[0].lines, moves[0].other_sku_id) == (SAVED, 6, None)
    again = slotting.advise(warehouse_id=walked.pk, now=LATER)
    assert list(SlottingMove.objects.all()) == again


def test_a_dry_run_changes_nothing_and_a_booking_moves_the_goods(walked):
    (move,) = slotting.advise(warehouse_id=walked.pk, now=LATER)
    before = StockMovement.objects.count()
    found = slotting_moves.look(move_ids=[move.pk])
    assert (found.done, found.refused) == (["14 × MUG from B-03-1 to A-01-1"], [])
    assert StockMovement.objects.count() == before
    assert slotting_moves.apply(move_ids=[move.pk], **BY).done == found.done
    assert (in_bin("B-03-1", move.sku), in_bin("A-01-1", move.sku)) == (0, 14)
    move.refresh_from_db()
    assert (move.state, move.quantity, move.moved_by) == (SlottingState.MOVED, 14, "Mai")
    assert slotting_moves.apply(move_ids=[move.pk], **BY).done == []  # a double click
    assert in_bin("A-01-1", move.sku) == 14
    assert slotting.advise(warehouse_id=walked.pk, now=LATER) == []


def test_a_move_is_undone_by_moving_back_what_is_left(walked, cedar_shop):
    (move,) = slotting.advise(warehouse_id=walked.pk, now=LATER)
    slotting_moves.apply(move_ids=[move.pk], **BY)
    allocated(shop=cedar_shop, number=9, lines={"MUG": 4})
    make_warehouse.walk(released_list(walked))
    assert slotting_moves.undo(move_id=move.pk, **BY).done == ["10 × MUG from A-01-1 to B-03-1"]
    assert (in_bin("B-03-1", move.sku), in_bin("A-01-1", move.sku)) == (10, 0)
    assert slotting_moves.undo(move_id=move.pk, **BY).done == []
    assert in_bin("B-03-1", move.sku) == 10
    assert ledger_check.check_ledger() == []


def test_two_goods_change_places_in_one_step(walked):
    for code in ("A-01-1", "A-02-1", "A-03-1", "B-01-1", "B-02-1"):
        make_stock(f"SLOW-{code[:4]}", 2, at=code)
    (move,) = slotting.advise(warehouse_id=walked.pk, now=LATER)
    assert (move.target.code, move.other_sku.seller_sku, move.saves_mm) == ("A-01-1", "SLOW-A-01", SAVED)
    outcome = slotting_moves.apply(move_ids=[move.pk], **BY)
    assert outcome.done == ["14 × MUG from B-03-1 to A-01-1; 2 × SLOW-A-01 from A-01-1 to B-03-1"]
    assert (in_bin("A-01-1", move.sku), in_bin("B-03-1", move.other_sku)) == (14, 2)
    slotting_moves.undo(move_id=move.pk, **BY)
    assert (in_bin("B-03-1", move.sku), in_bin("A-01-1", move.other_sku)) == (14, 2)


def test_what_does_not_fit_any_more_is_refused_and_stays(walked, cedar_shop):
    (move,) = slotting.advise(warehouse_id=walked.pk, now=LATER)

    def refused():
        outcome = slotting_moves.apply(move_ids=[move.pk], **BY)
        assert outcome.done == []
        assert in_bin("B-03-1", move.sku) == 14
        return outcome.refused

    allocated(shop=cedar_shop, number=9)
    pick_list = released_list(walked)
    assert refused() == ["MUG: A picker is on the way to B-03-1: wait until the walk has ended."]
    make_warehouse.walk(pick_list)
    make_stock("NEW", 1, at="A-01-1")
    (sentence,) = slotting_moves.apply(move_ids=[move.pk], **BY).refused
    assert sentence == "MUG: A-01-1 holds other goods now."
    assert SlottingMove.objects.get().state == SlottingState.ADVISED


def test_without_walks_there_is_nothing_to_learn_from(site):
    with pytest.raises(slotting.NothingWalked):
        slotting.advise(warehouse_id=site.pk, now=NOW)


def test_old_walks_do_not_count(walked):
    with pytest.raises(slotting.NothingWalked):
        slotting.advise(warehouse_id=walked.pk, now=NOW + timedelta(days=31))


def test_only_goods_and_bins_of_the_warehouse_and_seller_are_advised(walked, north):
    with scoping.scope(sellers=[north.pk]):
        theirs = make_warehouse.make_site()
        with pytest.raises(slotting.NothingWalked):
            slotting.advise(warehouse_id=theirs.pk, now=LATER)
    (move,) = slotting.advise(warehouse_id=walked.pk, now=LATER)
    assert {move.seller_id, move.source.seller_id, move.target.seller_id} == {walked.seller_id}
    with scoping.scope(sellers=[north.pk]):
        assert slotting_moves.apply(move_ids=[move.pk], **BY) == slotting_moves.Outcome([], [])


def test_levels_and_a_second_block_are_advised_too(site, cedar_shop):
    layout.make_bins(
        warehouse_id=site.pk, zone_code="A", first_aisle=1, aisles=2, cells=3, levels=1, blocks=(2,), **BY
    )
    make_stock("MUG", 20, at="B2-03-1")
    allocated(shop=cedar_shop)
    make_warehouse.walk(released_list(site))
    (move,) = slotting.advise(warehouse_id=site.pk, now=NOW + timedelta(days=1))
    assert (move.source.code, move.target.code) == ("B2-03-1", "A-01-1")
    # 1.5 + 3 + 1.5 m through the first block, 3 m over the cross aisle, 1.5 + 3 m up, 3 m aside
    assert move.saves_mm == 2 * (6000 + 3000 + 4500 + 3000) - 2 * 2500


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


@pytest.fixture
def owner(client, cedar):
    client.force_login(make.make_member(seller=cedar))
    return client


def test_advice_is_asked_for_tried_booked_and_undone_on_the_page(owner, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_stock("MUG", 20, at="B-03-1")
        allocated(shop=cedar_shop)
        make_warehouse.walk(released_list(site))
        site_id = site.pk
        PickList.objects.update(finished_at=clock.now() - timedelta(hours=1))
    assert "No advice yet" in owner.get(url("slotting")).content.decode()
    for _click in range(2):
        assert owner.post(url("slotting_work_out"), {"warehouse": site_id}).status_code == 302
    assert "are being looked at…" in owner.get(url("slotting")).content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        job_id = Job.objects.get().pk
    jobs.run(seller_id=cedar.pk, job_id=job_id)
    with scoping.scope(sellers=[cedar.pk]):
        move = SlottingMove.objects.get()
        sku_id = move.sku_id
    assert "all of it saves" in owner.get(url("slotting")).content.decode()
    dry = owner.post(url("slotting_carry"), {"ids": move.pk, "do": "try"}).content.decode()
    assert "Dry run: nothing is written yet" in dry
    assert "19 × MUG from B-03-1 to A-01-1" in dry
    assert owner.post(url("slotting_carry"), {"ids": move.pk, "do": "book"}).status_code == 200
    assert "Move back" in owner.get(url("slotting")).content.decode()
    assert owner.post(url("slotting_undo", move_id=move.pk)).status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        assert (bin_of("B-03-1").levels.get(sku_id=sku_id).on_hand) == 19


def test_looking_is_for_many_moving_for_some(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    assert client.get(url("slotting")).status_code == 200
    for name in ("slotting_work_out", "slotting_carry"):
        assert client.post(url(name)).status_code == 403
