"""Which goods should lie elsewhere so that the walks of the past would have been shortest. Pure: no query in here.

The walks are those that were really walked, with the goods that lie now where they were picked then. What a move saves
is the difference of the walks' lengths before and after, each walk laid out anew as the planner lays out walks. Moves are
chosen one by one, the best first; each counts with the ones before it done. A bin takes part in one move only, so that
they may be carried in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

Spot = Hashable  # where a walk passes
Pile = tuple[int, int]  # SKU id, bin id
LengthOf = Callable[[frozenset[Spot]], float]

PILES, TARGETS = 60, 40  # that are tried in a round, most promising first
LOOKS = 120_000  # lengths asked for at most; then the best so far is taken


@dataclass(frozen=True)
class Ground:
    """The bins as they are: where each stands, what may be moved, where it may go."""

    spots: dict[int, Spot]  # bin id -> where it stands
    piles: frozenset[Pile]  # goods that lie there now and may be moved
    free: frozenset[int]  # empty bins


@dataclass(frozen=True)
class Move:
    """A pile goes to another bin; `other` lies there now and comes back the same way."""

    pile: Pile
    target: int
    other: Pile | None
    saves: float  # over all walks
    lines: int


class _Search:
    def __init__(self, walks: Sequence[Collection[Pile]], ground: Ground, length_of: LengthOf) -> None:
        self.ground, self.length_of = ground, length_of
        self.walks = [tuple(set(walk)) for walk in walks]
        self.at: dict[Pile, Spot] = {}  # piles that were moved, and where to
        self.known: dict[frozenset[Spot], float] = {}
        self.looks = 0
        self.busy: set[int] = set()  # bins that take part in a move
        self.walks_of: dict[Pile, list[int]] = defaultdict(list)
        for number, walk in enumerate(self.walks):
            for pile in walk:
                self.walks_of[pile].append(number)
        self.in_bin: dict[int, list[Pile]] = defaultdict(list)
        for pile in ground.piles:
            self.in_bin[pile[1]].append(pile)
        self.cost = [self.length(walk) for walk in self.walks]

    def length(
        self, walk: Iterable[Pile], moved: dict[Pile, Spot] | None = None, without: Pile | None = None
    ) -> float:
        """Length of a walk with some piles elsewhere, or one of them gone."""
        moved = moved or {}
        spots = frozenset(
            moved.get(pile) or self.at.get(pile) or self.ground.spots[pile[1]]
            for pile in walk
            if pile != without
        )
        if spots not in self.known:
            self.looks += 1
            self.known[spots] = self.length_of(spots) if spots else 0.0
        return self.known[spots]

    def most(self, pile: Pile) -> float:
        """What would be saved if the pile needed no way at all: no move of it alone saves more."""
        numbers = self.walks_of[pile]
        return sum(self.cost[number] - self.length(self.walks[number], without=pile) for number in numbers)

    def gain(self, pile: Pile, target: int, other: Pile | None) -> float:
        moved = {pile: self.ground.spots[target]}
        numbers = set(self.walks_of[pile])
        if other:
            moved[other] = self.ground.spots[pile[1]]
            numbers |= set(self.walks_of[other])
        return sum(self.cost[number] - self.length(self.walks[number], moved) for number in numbers)

    def targets(self, pile: Pile) -> list[tuple[int, Pile | None]]:
        """Free bins, and bins with one pile that fewer walks want; the nearest to the way in first."""
        spots = self.ground.spots
        open_bins = [(bin_id, None) for bin_id in self.ground.free if bin_id not in self.busy]
        is_alone = len(self.in_bin[pile[1]]) == 1  # else what comes back would lie among others
        swaps = [
            (bin_id, found[0])
            for bin_id, found in self.in_bin.items()
            if is_alone and len(found) == 1 and bin_id not in self.busy and bin_id != pile[1]
            if len(self.walks_of[found[0]]) < len(self.walks_of[pile])
        ]
        near = {}
        for bin_id, other in (*open_bins, *swaps):
            near[bin_id, other] = self.alone(spots[bin_id])
        own = self.alone(spots[pile[1]])
        better = [key for key in near if near[key] < own]
        better.sort(key=lambda key: (near[key], key[1] is not None, key[0]))
        return better[:TARGETS]

    def alone(self, spot: Spot) -> float:
        found = frozenset([spot])
        if found not in self.known:
            self.known[found] = self.length_of(found)
        return self.known[found]

    def best(self) -> Move | None:
        """The move that saves most now."""
        piles = [pile for pile in self.ground.piles if pile[1] not in self.busy and self.walks_of.get(pile)]
        hopes = {pile: self.most(pile) for pile in piles}
        piles.sort(key=lambda pile: (-hopes[pile], pile))
        found: Move | None = None
        for pile in piles[:PILES]:
            if self.looks > LOOKS or (found and hopes[pile] <= found.saves):
                break
            for target, other in self.targets(pile):
                saves = self.gain(pile, target, other)
                if found is None or saves > found.saves + 1e-6:
                    lines = len(self.walks_of[pile]) + (len(self.walks_of[other]) if other else 0)
                    found = Move(pile, target, other, saves, lines)
        return found

    def take(self, move: Move) -> None:
        self.busy |= {move.pile[1], move.target}
        self.at[move.pile] = self.ground.spots[move.target]
        changed = set(self.walks_of[move.pile])
        if move.other:
            self.at[move.other] = self.ground.spots[move.pile[1]]
            changed |= set(self.walks_of[move.other])
        for number in changed:
            self.cost[number] = self.length(self.walks[number])


def best_moves(
    *,
    walks: Sequence[Collection[Pile]],
    ground: Ground,
    length_of: LengthOf,
    most: int,
    at_least: float,
) -> list[Move]:
    """Up to `most` moves that each save at least `at_least` over these walks, the best first."""
    search = _Search(walks, ground, length_of)
    found: list[Move] = []
    while len(found) < most and search.looks <= LOOKS:
        move = search.best()
        if move is None or move.saves < at_least or move.saves <= 0:
            break
        search.take(move)
        found.append(move)
    return found
