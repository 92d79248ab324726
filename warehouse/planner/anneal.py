"""Better batches by swaps, moves and three-way exchanges under a falling temperature, each weighed with its exact walk.

A problem is a tuple of arrays (`arrays.arrays_of`), a state who is in which batch and how long each walk is. A step is a
row for each batch that changes: the batch, two orders that leave it, two that join it. What is done for every step is put
into the one loop (`spliced`): handing two dozen arrays to a function takes as long as its work.
"""

import math

import numpy as np

from warehouse.planner.compiled import compiled, inner, spliced
from warehouse.planner.routing import measured, weigh_aisle

FAR = 1e18
NOBODY = -1  # an order like others: the last row of bits, sizes and names is all zeros
OVER_AT_MOST = 120.0  # thousandths of a cart that may be too much on the way to something better


@inner
def draw(seed, below):
    """The next number under `below` of a small generator of our own: the same everywhere."""
    x = seed[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    seed[0] = x
    return np.int64(((x >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32))


@inner
def chance(seed):
    """Between 0 and 1."""
    return draw(seed, 1 << 30) / (1 << 30)


@inner
def add_stops(buffer, problem, order):
    bits = problem[0]
    for place in range(buffer.size):
        buffer[place] |= bits[order, place]


@spliced
def measure(work, problem, state, batch, out, out_too, into, into_too):
    """Length of a batch's walk after a step."""
    bits, words, shape, depot, kept, costs = problem[0], problem[3], problem[4], problem[5], work[0], work[1]
    members, count, masks, twice, known = state[2], state[3], state[7], state[8], state[9]
    if out_too >= 0:
        for place in range(kept.size):
            kept[place] = 0
        for at in range(count[batch]):
            order = members[batch, at]
            if order != out and order != out_too:
                add_stops(kept, problem, order)
    for aisle in range(costs.shape[0]):
        same = True
        for place in range(aisle * words, (aisle + 1) * words):
            if out_too < 0:
                kept[place] = masks[batch, place] & (~bits[out, place] | twice[batch, place])
            kept[place] |= bits[into, place] | bits[into_too, place]
            same &= kept[place] == masks[batch, place]
        if same:
            for end in range(3):
                costs[aisle, end] = known[batch, aisle, end]
        else:
            weigh_aisle(costs, kept, aisle, words, shape, aisle == depot)
    return measured(costs, shape, problem[9])


@spliced
def walk_of(work, problem, state, batch, out, out_too, into, into_too):
    """The same, looked up first: steps that were refused come up again and again."""
    names, keys, seen, seen_length = problem[6], state[10], state[11], state[12]
    length = 0.0
    if into >= 0 or into_too >= 0 or state[3][batch] > (out >= 0) + (out_too >= 0):
        key = keys[batch] ^ names[out] ^ names[out_too] ^ names[into] ^ names[into_too]
        slot = key & np.uint64(seen.size - 1)
        if seen[slot] != key:
            seen[slot] = key
            seen_length[slot] = measure(work, problem, state, batch, out, out_too, into, into_too)
        length = seen_length[slot]
    return length


@compiled
def refresh(problem, state, batch):
    """A batch's stops, those that two of its orders share, and what its aisles cost."""
    bits, words, shape, depot = problem[0], problem[3], problem[4], problem[5]
    members, count, length, masks, twice, known = state[2], state[3], state[5], state[7], state[8], state[9]
    before = masks[batch].copy()
    masks[batch] = 0
    twice[batch] = 0
    state[10][batch] = 0
    for index in range(count[batch]):
        order = members[batch, index]
        state[10][batch] ^= problem[6][order]
        for place in range(masks.shape[1]):
            twice[batch, place] |= masks[batch, place] & bits[order, place]
            masks[batch, place] |= bits[order, place]
    for aisle in range(known.shape[1]):
        same = True
        for word in range(aisle * words, (aisle + 1) * words):
            same &= before[word] == masks[batch, word]
        if not same or known[batch, aisle, 1] < 0:
            weigh_aisle(known[batch], masks[batch], aisle, words, shape, aisle == depot)
    length[batch] = measured(known[batch], shape, problem[9]) if count[batch] else 0.0


@spliced
def excess(problem, state, batch, out, out_too, into, into_too):
    """How much a batch would be over the cart's limits after a step, in thousandths of a cart."""
    sizes, caps, load = problem[1], problem[2], state[4]
    over = 0.0
    for kind in range(caps.size):
        total = load[batch, kind] - sizes[out, kind] - sizes[out_too, kind]
        total += sizes[into, kind] + sizes[into_too, kind]
        if total > caps[kind]:
            over += (total - caps[kind]) * 1000.0 / caps[kind]
    return over


@compiled
def shift(problem, state, order, batch):
    """Put an order into another batch; walks are not measured here."""
    assign, place, members, count, load = state[0], state[1], state[2], state[3], state[4]
    sizes = problem[1]
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


@spliced
def is_taken(work, problem, state, seed, heat, price, step, parts):
    """Whether a step is accepted. An overfull cart has its price."""
    length, over = state[5], state[6]
    before = fine = 0.0
    taken = True
    for part in range(parts):
        batch = step[part, 0]
        more = excess(problem, state, batch, step[part, 1], step[part, 2], step[part, 3], step[part, 4])
        if more > max(OVER_AT_MOST, over[batch]):
            taken = False
            break
        work[2][part] = more
        before += length[batch]
        fine += price * (more - over[batch])
    if taken and fine <= before:
        if heat > 0:  # drawn first: a hopeless step is dropped after half of the work
            before -= heat * math.log(chance(seed) + 1e-12)
        for part in range(parts):
            fine += walk_of(
                work,
                problem,
                state,
                step[part, 0],
                step[part, 1],
                step[part, 2],
                step[part, 3],
                step[part, 4],
            )
            if fine > before + 1e-9:
                break
    return taken and fine <= before + 1e-9


@compiled
def take(work, problem, state, step, parts):
    """Do a step that is accepted."""
    for part in range(parts):
        for at in (3, 4):
            if step[part, at] >= 0:
                shift(problem, state, step[part, at], step[part, 0])
    for part in range(parts):
        refresh(problem, state, step[part, 0])
        state[6][step[part, 0]] = work[2][part]


@inner
def another_of(assign, members, count, seed, order):
    """Another order of the same batch, or nobody."""
    batch = assign[order]
    if count[batch] < 2:
        return NOBODY
    other = members[batch, draw(seed, count[batch] - 1)]
    return members[batch, count[batch] - 1] if other == order else other


@inner
def tidy(count):
    """Number of the last batch in use plus one."""
    used = count.size
    while used > 0 and count[used - 1] == 0:
        used -= 1
    return used


@inner
def write(step, part, batch, out, out_too, into, into_too):
    step[part, 0], step[part, 1], step[part, 2] = batch, out, out_too
    step[part, 3], step[part, 4] = into, into_too


@inner
def propose(assign, members, count, twins, near, seed, mix, used, step):
    """Draw a step: a move, an exchange of one or two orders each way, or a ring of three. Number of its batches, or 0."""
    orders = assign.size
    kind, one = draw(seed, 100), draw(seed, orders)
    a = assign[one]
    is_near = draw(seed, 100) < mix
    two = near[one, draw(seed, near.shape[1])] if is_near else draw(seed, orders)
    b = assign[two]
    if kind < 20:
        if not is_near:  # a batch in use, or now and then the first free one
            b = min(draw(seed, used + 1), count.size - 1)
        if b == a or (count[a] == 1 and count[b] == 0):
            return 0
        write(step, 0, a, one, NOBODY, NOBODY, NOBODY)
        write(step, 1, b, NOBODY, NOBODY, one, NOBODY)
        return 2
    if b == a:
        return 0
    if is_near:
        two = members[b, draw(seed, count[b])]
    if twins[one] == twins[two]:
        return 0
    if kind >= 85:
        three = near[two, draw(seed, near.shape[1])] if is_near else draw(seed, orders)
        c = assign[three]
        if c in (a, b):
            return 0
        if is_near:
            three = members[c, draw(seed, count[c])]
        write(step, 0, a, one, NOBODY, three, NOBODY)
        write(step, 1, b, two, NOBODY, one, NOBODY)
        write(step, 2, c, three, NOBODY, two, NOBODY)
        return 3
    more = also = NOBODY
    if kind >= 70:
        more = another_of(assign, members, count, seed, one)
        if more < 0:
            return 0
    if kind >= 80:
        also = another_of(assign, members, count, seed, two)
        if also < 0:
            return 0
    write(step, 0, a, one, more, two, also)
    write(step, 1, b, two, also, one, more)
    return 2


@compiled
def anneal(problem, state, best, near, seed, work, best_total, heat, price, mix, tries):
    """`tries` steps at this heat. Returns the best total; its batches are in `best`."""
    assign, members, count, length, over = state[0], state[2], state[3], state[5], state[6]
    twins, step = problem[8], work[3]
    used = tidy(count)
    for _try in range(tries):
        parts = propose(assign, members, count, twins, near, seed, mix, used, step)
        if parts == 0 or not is_taken(work, problem, state, seed, heat, price, step, parts):
            continue
        take(work, problem, state, step, parts)
        used = tidy(count)
        total = length[:used].sum()
        if total < best_total - 1e-7 and over[:used].sum() == 0:
            best_total = total
            for order in range(assign.size):
                best[order] = assign[order]
    return best_total
