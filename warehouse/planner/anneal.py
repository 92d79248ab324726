"""Better batches by swaps, moves and three-way exchanges under a falling temperature, each weighed with its exact walk.

A problem is a tuple of arrays (`arrays.arrays_of`), a state who is in which batch and how long each walk is.
"""

import math

import numpy as np

from warehouse.planner.compiled import compiled, inner
from warehouse.planner.routing import measured, weigh_aisle

FAR = 1e18
NOBODY = np.int64(-1)  # typed: of a plain -1 the compiler makes another copy of each function it is given to
OVER_AT_MOST = 120.0  # thousandths of a cart that may be too much on the way to something better


@inner
def draw(seed, below):
    """The next number under `below` of a small generator of our own: the same everywhere."""
    x = seed[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    seed[0] = x
    return np.int64((x >> np.uint64(33)) % np.uint64(below))


@inner
def chance(seed):
    """Between 0 and 1."""
    return draw(seed, 1 << 30) / (1 << 30)


@inner
def add_stops(buffer, problem, order):
    starts, places, bits = problem[0], problem[1], problem[2]
    for at in range(starts[order], starts[order + 1]):
        buffer[places[at]] |= bits[at]


@compiled
def walk_of(buffer, costs, problem, state, batch, without, without_too, extra, extra_too):
    """Length of a batch's walk after an exchange of up to two orders each way; -1 is nobody."""
    starts, places, bits, words, shape, depot = (
        problem[0],
        problem[1],
        problem[2],
        problem[5],
        problem[6],
        problem[7],
    )
    members, count, masks, twice, known = state[2], state[3], state[7], state[8], state[9]
    if extra < 0 and extra_too < 0 and count[batch] == (without >= 0) + (without_too >= 0):
        return 0.0
    names, keys, seen, seen_length = problem[8], state[10], state[11], state[12]
    key = keys[batch]
    if without >= 0:
        key ^= names[without]
    if without_too >= 0:
        key ^= names[without_too]
    if extra >= 0:
        key ^= names[extra]
    if extra_too >= 0:
        key ^= names[extra_too]
    slot = key & np.uint64(seen.size - 1)
    if seen[slot] == key:
        return seen_length[slot]
    if without_too >= 0:
        buffer[:] = 0
        for at in range(count[batch]):
            order = members[batch, at]
            if order != without and order != without_too:
                add_stops(buffer, problem, order)
    else:
        for place in range(buffer.size):
            buffer[place] = masks[batch, place]
        if without >= 0:
            for at in range(starts[without], starts[without + 1]):
                buffer[places[at]] &= ~bits[at] | twice[batch, places[at]]
    if extra >= 0:
        add_stops(buffer, problem, extra)
    if extra_too >= 0:
        add_stops(buffer, problem, extra_too)
    for aisle in range(costs.shape[0]):
        same = True
        for word in range(aisle * words, (aisle + 1) * words):
            same &= buffer[word] == masks[batch, word]
        if same:
            for end in range(3):
                costs[aisle, end] = known[batch, aisle, end]
        else:
            weigh_aisle(costs, buffer, aisle, words, shape, aisle == depot)
    seen[slot] = key
    seen_length[slot] = measured(costs, shape, problem[11])
    return seen_length[slot]


@compiled
def refresh(problem, state, batch):
    """A batch's stops, those that two of its orders share, and what its aisles cost."""
    starts, places, bits, words, shape, depot = (
        problem[0],
        problem[1],
        problem[2],
        problem[5],
        problem[6],
        problem[7],
    )
    members, count, length, masks, twice, known = state[2], state[3], state[5], state[7], state[8], state[9]
    before = masks[batch].copy()
    masks[batch] = 0
    twice[batch] = 0
    state[10][batch] = 0
    for index in range(count[batch]):
        order = members[batch, index]
        state[10][batch] ^= problem[8][order]
        for at in range(starts[order], starts[order + 1]):
            place = places[at]
            twice[batch, place] |= masks[batch, place] & bits[at]
            masks[batch, place] |= bits[at]
    for aisle in range(known.shape[1]):
        same = True
        for word in range(aisle * words, (aisle + 1) * words):
            same &= before[word] == masks[batch, word]
        if not same or known[batch, aisle, 1] < 0:
            weigh_aisle(known[batch], masks[batch], aisle, words, shape, aisle == depot)
    length[batch] = measured(known[batch], shape, problem[11]) if count[batch] else 0.0


@compiled
def excess(problem, state, batch, without, without_too, extra, extra_too):
    """How much a batch would be over the cart's limits, in thousandths of a cart."""
    sizes, caps = problem[3], problem[4]
    load = state[4]
    over = 0.0
    for kind in range(caps.size):
        total = load[batch, kind]
        if without >= 0:
            total -= sizes[without, kind]
        if without_too >= 0:
            total -= sizes[without_too, kind]
        if extra >= 0:
            total += sizes[extra, kind]
        if extra_too >= 0:
            total += sizes[extra_too, kind]
        if total > caps[kind]:
            over += (total - caps[kind]) * 1000.0 / caps[kind]
    return over


@compiled
def shift(problem, state, order, batch):
    """Put an order into another batch; walks are not measured here."""
    assign, place, members, count, load = state[0], state[1], state[2], state[3], state[4]
    sizes = problem[3]
    old = assign[order]
    if old >= 0:
        count[old] -= 1
        moved = members[old, count[old]]
        members[old, place[order]] = moved
        place[moved] = place[order]
        for kind in range(load.shape[1]):
            load[old, kind] -= sizes[order, kind]
    assign[order] = batch
    place[order] = count[batch]
    members[batch, count[batch]] = order
    count[batch] += 1
    for kind in range(load.shape[1]):
        load[batch, kind] += sizes[order, kind]


@inner
def try_exchange(problem, state, buffer, costs, seed, heat, price, a, b, out, out_too, into, into_too):
    """Orders `out` go from batch a to b, `into` the other way, if that is accepted. An overfull cart has its price."""
    length, over = state[5], state[6]
    over_b = excess(problem, state, b, into, into_too, out, out_too)
    over_a = excess(problem, state, a, out, out_too, into, into_too)
    if over_a > max(OVER_AT_MOST, over[a]) or over_b > max(OVER_AT_MOST, over[b]):
        return False
    before = length[a] + length[b]
    fine = price * (over_a + over_b - over[a] - over[b])
    if fine > before:
        return False
    if heat > 0:  # drawn first: a hopeless exchange is dropped after half of the work
        before -= heat * math.log(chance(seed) + 1e-12)
    new_a = walk_of(buffer, costs, problem, state, a, out, out_too, into, into_too)
    if new_a + fine > before + 1e-9:
        return False
    new_b = walk_of(buffer, costs, problem, state, b, into, into_too, out, out_too)
    if new_a + new_b + fine > before + 1e-9:
        return False
    shift(problem, state, out, b)
    if out_too >= 0:
        shift(problem, state, out_too, b)
    if into >= 0:
        shift(problem, state, into, a)
    if into_too >= 0:
        shift(problem, state, into_too, a)
    refresh(problem, state, a)
    refresh(problem, state, b)
    over[a], over[b] = over_a, over_b
    return True


@inner
def try_ring(problem, state, buffer, costs, seed, heat, price, one, two, three):
    """Three orders of three batches move on by one."""
    assign, length, over = state[0], state[5], state[6]
    a, b, c = assign[one], assign[two], assign[three]
    over_a = excess(problem, state, a, one, NOBODY, three, NOBODY)
    over_b = excess(problem, state, b, two, NOBODY, one, NOBODY)
    over_c = excess(problem, state, c, three, NOBODY, two, NOBODY)
    if max(over_a - over[a], over_b - over[b], over_c - over[c]) > OVER_AT_MOST:
        return False
    before = length[a] + length[b] + length[c]
    fine = price * (over_a + over_b + over_c - over[a] - over[b] - over[c])
    if fine > before:
        return False
    if heat > 0:
        before -= heat * math.log(chance(seed) + 1e-12)
    new_a = walk_of(buffer, costs, problem, state, a, one, NOBODY, three, NOBODY)
    new_b = walk_of(buffer, costs, problem, state, b, two, NOBODY, one, NOBODY)
    if new_a + new_b + fine > before + 1e-9:
        return False
    new_c = walk_of(buffer, costs, problem, state, c, three, NOBODY, two, NOBODY)
    if new_a + new_b + new_c + fine > before + 1e-9:
        return False
    shift(problem, state, one, b)
    shift(problem, state, two, c)
    shift(problem, state, three, a)
    refresh(problem, state, a)
    refresh(problem, state, b)
    refresh(problem, state, c)
    over[a], over[b], over[c] = over_a, over_b, over_c
    return True


@inner
def another_of(state, seed, order):
    """Another order of the same batch, or -1."""
    batch = state[0][order]
    members, count = state[2], state[3]
    if count[batch] < 2:
        return NOBODY
    other = members[batch, draw(seed, count[batch] - 1)]
    return members[batch, count[batch] - 1] if other == order else other


@inner
def some_batch(state, seed, used):
    """A batch in use, or now and then the first free one."""
    count = state[3]
    batch = draw(seed, used + 1)
    return min(batch, count.size - 1)


@inner
def tidy(state):
    """Number of the last batch in use plus one."""
    count = state[3]
    used = count.size
    while used > 0 and count[used - 1] == 0:
        used -= 1
    return used


@inner
def some_member(state, seed, batch):
    return state[2][batch, draw(seed, state[3][batch])]


@compiled
def anneal(problem, state, best, near, seed, buffer, costs, best_total, heat, price, mix, steps):
    """`steps` tries at this heat. Returns the best total; its batches are in `best`."""
    assign, count, length, over = state[0], state[3], state[5], state[6]
    orders = assign.size
    used = tidy(state)
    for _step in range(steps):
        kind = draw(seed, 100)
        one = draw(seed, orders)
        a = assign[one]
        is_near = draw(seed, 100) < mix
        two = near[one, draw(seed, near.shape[1])] if is_near else draw(seed, orders)
        b = assign[two]
        if kind < 20:
            if not is_near:
                b = some_batch(state, seed, used)
            if b == a or (count[a] == 1 and count[b] == 0):
                continue
            done = try_exchange(
                problem, state, buffer, costs, seed, heat, price, a, b, one, NOBODY, NOBODY, NOBODY
            )
            used = tidy(state)
        else:
            if b == a:
                continue
            if is_near:
                two = some_member(state, seed, b)
            if problem[10][one] == problem[10][two]:
                continue
            if kind < 70:
                done = try_exchange(
                    problem, state, buffer, costs, seed, heat, price, a, b, one, NOBODY, two, NOBODY
                )
            elif kind < 80:
                more = another_of(state, seed, one)
                if more < 0:
                    continue
                done = try_exchange(
                    problem, state, buffer, costs, seed, heat, price, a, b, one, more, two, NOBODY
                )
            elif kind < 85:
                more, also = another_of(state, seed, one), another_of(state, seed, two)
                if more < 0 or also < 0:
                    continue
                done = try_exchange(
                    problem, state, buffer, costs, seed, heat, price, a, b, one, more, two, also
                )
            else:
                three = near[two, draw(seed, near.shape[1])] if is_near else draw(seed, orders)
                c = assign[three]
                if c in (a, b):
                    continue
                if is_near:
                    three = some_member(state, seed, c)
                done = try_ring(problem, state, buffer, costs, seed, heat, price, one, two, three)
        if done:
            total = length[:used].sum()
            if total < best_total - 1e-7 and over[:used].sum() == 0:
                best_total = total
                for order in range(orders):
                    best[order] = assign[order]
    return best_total
