"""The carton that is advised: every unit finds its place, or the carton is not advised."""

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import cartons
from warehouse.cartons import Goods, Placed, Room

BAG = Room(1, (250, 180, 20), 12, 30_000)
SMALL = Room(3, (200, 150, 100), 90, 30_000)
MEDIUM = Room(4, (300, 220, 150), 180, 30_000)
sides = st.tuples(st.integers(5, 200), st.integers(5, 200), st.integers(5, 200))


def advised(*goods: Goods, rooms=(BAG, SMALL, MEDIUM)) -> int | None:
    found = cartons.advise(goods=goods, rooms=rooms)
    return found.key if found else None


def test_the_smallest_that_takes_it_is_advised():
    assert advised(Goods((240, 170, 18), 1)) == BAG.key
    assert advised(Goods((90, 90, 90), 1)) == SMALL.key
    assert advised(Goods((210, 90, 90), 1)) == MEDIUM.key
    assert advised(Goods((310, 20, 20), 1)) is None


def test_volume_alone_does_not_make_it_fit():
    """Two cubes of 110 mm have less volume than the small box, which is 100 mm high."""
    assert advised(Goods((110, 110, 110), 1)) == MEDIUM.key
    assert advised(Goods((140, 140, 80), 2)) == MEDIUM.key  # side by side they are 280 mm long


def test_goods_are_turned_in_all_six_ways():
    for size in [(200, 150, 100), (150, 200, 100), (100, 150, 200), (100, 200, 150), (150, 100, 200)]:
        assert advised(Goods(size, 1), rooms=[SMALL]) == SMALL.key
    assert advised(Goods((201, 150, 100), 1), rooms=[SMALL]) is None


def test_several_sizes_share_a_carton():
    goods = (Goods((100, 80, 60), 2), Goods((150, 90, 40), 1), Goods((30, 30, 30), 4))
    placed = cartons.place(goods=goods, inside=SMALL.inside)
    assert len(placed) == 7
    assert cartons.is_sound(placed=placed, inside=SMALL.inside)


def test_hundreds_of_equal_units_lie_in_rows():
    assert len(cartons.place(goods=[Goods((20, 30, 20), 250)], inside=SMALL.inside)) == 250
    assert cartons.place(goods=[Goods((20, 30, 20), 251)], inside=SMALL.inside) is None


def test_more_of_several_sizes_than_can_be_placed_in_time_get_no_advice():
    many = (Goods((10, 10, 10), cartons.UNITS_AT_MOST), Goods((11, 11, 11), 1))
    assert advised(*many) is None


def test_a_carton_that_may_not_carry_it_is_passed_over():
    weak = Room(1, (200, 150, 100), 90, 1_000)
    assert advised(Goods((50, 50, 50), 2, 450), rooms=[weak, MEDIUM]) == weak.key
    assert advised(Goods((50, 50, 50), 2, 460), rooms=[weak, MEDIUM]) == MEDIUM.key


def test_an_unsound_stowage_is_seen():
    inside = (100, 100, 100)
    assert not cartons.is_sound(placed=[Placed((60, 0, 0), (50, 10, 10))], inside=inside)
    pair = [Placed((0, 0, 0), (50, 50, 50)), Placed((49, 49, 49), (50, 50, 50))]
    assert not cartons.is_sound(placed=pair, inside=inside)


@settings(max_examples=150, deadline=None)
@given(goods=st.lists(st.tuples(sides, st.integers(1, 3)), min_size=1, max_size=4), inside=sides)
def test_whatever_is_placed_lies_inside_and_shares_no_space(goods, inside):
    goods = [Goods(size, units) for size, units in goods]
    placed = cartons.place(goods=goods, inside=inside)
    if placed is not None:
        assert cartons.is_sound(placed=placed, inside=inside)
        wanted = sorted(tuple(sorted(one.size)) for one in goods for _unit in range(one.units))
        assert sorted(tuple(sorted(one.size)) for one in placed) == wanted
