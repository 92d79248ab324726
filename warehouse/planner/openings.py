"""Where the search begins: who is near whom, and first batches by savings (Clarke and Wright, measured anew after each merge)."""

import numpy as np

from warehouse.planner.anneal import FAR, add_stops
from warehouse.planner.compiled import compiled, inner
from warehouse.planner.routing import length_of


@compiled
def nearest(problem, near):
    """For each order those it is cheapest to walk together with, beyond the longer of the two walks."""
    words, shape, depot = problem[3], problem[4], problem[5]
    orders = near.shape[0]
    buffer = np.zeros(problem[7], np.uint64)
    alone = np.empty(orders)
    extra = np.empty((orders, orders))
    for one in range(orders):
        for two in range(one, -1, -1):
            buffer[:] = 0
            add_stops(buffer, problem, one)
            add_stops(buffer, problem, two)
            both = length_of(buffer, words, shape, depot, problem[9])
            if one == two:
                alone[one] = both
            extra[one, two] = extra[two, one] = both - max(alone[one], alone[two])
        extra[one, one] = FAR
    for one in range(orders):
        ranked = np.argsort(extra[one])
        for at in range(near.shape[1]):
            near[one, at] = ranked[at]


@inner
def does_fit(load, one, two, caps):
    """Whether one cart takes both batches."""
    for kind in range(caps.size):  # noqa: SIM110  # compiled code has no generators
        if load[one, kind] + load[two, kind] > caps[kind]:
            return False
    return True


@compiled
def savings(problem, groups):
    """Merge the two batches that save most while they fit a cart. `groups` becomes each order's batch."""
    sizes, caps, words, shape, depot = problem[1], problem[2], problem[3], problem[4], problem[5]
    orders = groups.size
    masks = np.zeros((orders, problem[7]), np.uint64)
    load, length, saving = sizes.copy(), np.empty(orders), np.full((orders, orders), -FAR)
    for order in range(orders):
        groups[order] = order
        add_stops(masks[order], problem, order)
        length[order] = length_of(masks[order], words, shape, depot, problem[9])
    both = np.empty(problem[7], np.uint64)
    fresh = np.arange(orders)
    partner, most = np.full(orders, -1), np.full(orders, -FAR)
    while True:
        for one in fresh:
            for two in range(orders):
                if two == one or length[two] < 0:
                    continue
                value = -FAR
                if does_fit(load, one, two, caps):
                    for place in range(both.size):
                        both[place] = masks[one, place] | masks[two, place]
                    value = length[one] + length[two] - length_of(both, words, shape, depot, problem[9])
                saving[one, two] = saving[two, one] = value
        for one in range(orders):
            if length[one] >= 0:
                partner[one] = np.argmax(saving[one])
                most[one] = saving[one, partner[one]]
        one = np.argmax(most)
        if most[one] <= 0:
            return
        two = partner[one]
        for order in range(orders):
            if groups[order] == two:
                groups[order] = one
        for place in range(both.size):
            masks[one, place] |= masks[two, place]
        for kind in range(caps.size):
            load[one, kind] += load[two, kind]
        length[one] = length_of(masks[one], words, shape, depot, problem[9])
        length[two], most[two] = -1.0, -FAR
        for other in range(orders):
            saving[two, other] = saving[other, two] = -FAR
        fresh = np.array([one])
