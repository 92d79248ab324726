"""The seeded day of 3,000 orders with its live show: by our planner, with the forward zone and without, in one run.

What to bring and pre-pack is planned by the program's own plan from three earlier days, not from the day itself. A parcel's
work and way have everything in them that was done for it: bringing, pre-packing, picking, packing, giving back what is left.
"""

from statistics import median

from tests.bench import registry
from tests.bench.floor import FLOOR, SEED, with_lanes
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import floor_day, show_day
from tests.bench.rig.show_day import Prepared, Worked
from warehouse import forward
from warehouse.forward import Box, Place, Wish
from warehouse.planner import planning
from warehouse.planner.evaluate import walked
from warehouse.wave_plan import Shelf

PAST_SEEDS = (101, 102, 103)
PLENTY = 10**6


def prepared(*, seed: int) -> Prepared:
    """The forward zone as the plan lays it out from the shows of earlier days."""
    past = [show_day.sold_of(seed=one) for one in PAST_SEEDS]
    share = sum(alone for _units, alone, _all in past) / sum(count for _units, _alone, count in past)
    hot = show_day.hot_cells(seed=seed)
    wishes = [
        Wish(
            sku_id=number,
            code=str(number),
            expected=int(median(units[number] for units, _alone, _all in past)),
            free=PLENTY,
            share=share,
            box=Box(1, "Box S", 3000),
        )
        for number in range(len(hot))
    ]
    places = [
        Place(number, f"LIVE-{number}", FLOOR.entry_mm + number * FLOOR.cell_mm) for number in range(len(hot))
    ]
    plan = forward.plan(wishes=wishes, places=places, materials={})
    return Prepared(
        bring={hot[line.sku_id]: line.bring for line in plan.lines},
        prepack={hot[line.sku_id]: line.prepack for line in plan.lines},
        forward={hot[line.sku_id]: (0, line.bin_id) for line in plan.lines},
    )


def length_of(cells) -> float:
    """There and back, as a picker walks it."""
    shelves = [Shelf(-1, -1, 0, 0, floor_day.AISLES, floor_day.CELLS - 1)]
    return walked(block=FLOOR.block(shelves), tour=list(cells))


def day(*, zone: Prepared) -> Worked:
    return show_day.run(
        orders=floor_day.orders_of(seed=SEED),
        hot=show_day.hot_cells(seed=SEED),
        policy=with_lanes,
        prepared=zone,
        length_of=length_of,
    )


@registry.case
def floor_shows(_ground: Ground) -> list[Figure]:
    planning.warm_up()
    zone = prepared(seed=SEED)
    ours, plain = day(zone=zone), day(zone=Prepared())
    whole = ours.packed == plain.packed == floor_day.ORDERS
    stays = ours.lane + ours.from_forward + ours.left == sum(zone.bring.values())  # not a unit is lost
    measures = (
        ("work for a parcel of the show", "s", ours.seconds_a_parcel, plain.seconds_a_parcel),
        ("walked for a parcel of the show", "m", ours.meters_a_parcel, plain.meters_a_parcel),
        ("parcel of the show, from order to packed", "min", ours.show_minutes, plain.show_minutes),
        ("parcels of the show that skip the aisle", "parcels", ours.lane, plain.lane),
        ("walked on the whole day", "m", ours.meters, plain.meters),
        ("late packages of the whole day", "packages", ours.late, plain.late),
        ("packed on the whole day", "parcels/h", ours.an_hour, plain.an_hour),
    )
    return [
        Figure(
            metric=f"{metric}; reference: without the forward zone",
            unit=unit,
            ours=mine,
            reference=other,
            correct=whole and stays,
        )
        for metric, unit, mine, other in measures
    ]
