"""Walks are the shortest there are, and their cells come in the order that is walked."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from warehouse.planner import routing
from warehouse.planner.block import Block
from warehouse.planner.evaluate import distance, walked
from warehouse.planner.planning import tour_of

MEASURES = [(1.5, 1, 5), (1, 1, 2.4), (0.5, 1, 1), (2, 0.7, 30), (1, 1, 40)]


def shortest_by_trying(block: Block, cells: list[tuple[int, int]]) -> float:
    """Held and Karp: every subset of the stops, every last one of it."""
    points = [(block.depot, 0.0), *((row, block.height(row, cell)) for row, cell in cells), (block.end, 0.0)]
    way = [[distance(block, one, two) for two in points] for one in points]
    others, end = range(1, len(points) - 1), len(points) - 1
    best = {(frozenset([at]), at): way[0][at] for at in others}
    for size in range(2, len(points) - 1):
        for subset in map(frozenset, combinations(others, size)):
            for at in subset:
                rest = subset - {at}
                best[subset, at] = min(best[rest, before] + way[before][at] for before in rest)
    return min(best[frozenset(others), at] + way[at][end] for at in others)


def some_block(random_: random.Random, *, cells: int) -> Block:
    entry, between_cells, between_aisles = random_.choice(MEASURES)
    aisles = random_.randint(1, 6)
    return Block(aisles, cells, between_aisles, between_cells, entry, random_.randrange(aisles))


def some_cells(random_: random.Random, block: Block, most: int) -> list[tuple[int, int]]:
    count = random_.randint(1, most)
    cells = [block.cells] * block.aisles + [block.cells_beyond] * (block.rows - block.aisles)
    rows = [random_.randrange(block.rows) for _ in range(count)]
    return sorted({(row, random_.randrange(cells[row])) for row in rows})


def some_building(random_: random.Random, *, cells: int) -> Block:
    """Two blocks, one-way aisles, another end than the start: at least one of these."""
    plain = some_block(random_, cells=cells)
    values = {
        "pack": random_.choice([-1, random_.randrange(plain.aisles)]),
        "cells_beyond": random_.choice([0, cells, cells + 3]),
        "cross": random_.choice([0, 2.5]),
        "is_one_way": random_.random() < 0.5,
    }
    block = replace(plain, **values)
    return replace(block, cells_beyond=cells) if block.is_plain else block


def seeds(plain: range, any_building: range) -> list:
    """Cases of one block, and of buildings with two blocks, one-way aisles or another end than the start."""
    return [
        *(pytest.param(some_block, seed, id=f"block-{seed}") for seed in plain),
        *(pytest.param(some_building, seed, id=f"building-{seed}") for seed in any_building),
    ]


@pytest.mark.parametrize(("made", "seed"), seeds(range(60), range(2000, 2150)))
def test_a_walk_is_as_short_as_trying_everything_finds(made, seed):
    random_ = random.Random(seed)
    block = made(random_, cells=random_.choice([2, 6, 9, 70]))
    cells = some_cells(random_, block, 7)
    assert routing.walk_length(block, cells) == pytest.approx(shortest_by_trying(block, cells))


@pytest.mark.parametrize(("made", "seed"), seeds(range(1000, 1300), range(3000, 3300)))
def test_the_tour_passes_every_cell_once_and_is_as_long_as_its_length_says(made, seed):
    random_ = random.Random(seed)
    block = made(random_, cells=random_.choice([2, 9, 45, 64, 65, 130]))
    cells = some_cells(random_, block, 30)
    tour = tour_of(block=block, stops=cells)
    assert sorted(tour) == cells
    assert walked(block=block, tour=tour) == pytest.approx(routing.walk_length(block, cells))


def test_nothing_to_pick_is_no_walk():
    assert tour_of(block=Block(3, 5, 5, 1, 1), stops=[]) == []
