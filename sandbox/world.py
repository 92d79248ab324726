"""Everything the sandbox knows, in one place: time, dice, faults, journal, shops, ads, parcels, webhooks.
Deterministic under a seed as long as nobody runs the clock but the caller."""

import inspect
import random

from sandbox.ads.state import AdsWorld
from sandbox.bots.state import BotWorld
from sandbox.carriers import Carriers
from sandbox.clock import Clock
from sandbox.deliver import Deliverer
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.settings import DEFAULTS
from sandbox.shop.state import ShopWorld
from sandbox.tracking.state import TrackingWorld

SNAPSHOT_VERSION = 1
PARTS = ("clock", "journal", "faults", "deliverer", "carriers", "shop", "tracking", "ads", "bots")


class World:
    """`World(seed=1, clock=Clock(frozen_at=...))` for tests; `with_history=False` starts with shops but no orders."""

    def __init__(
        self,
        *,
        seed: int = 48,
        clock: Clock | None = None,
        settings: dict | None = None,
        transport=None,
        with_history: bool = True,
    ) -> None:
        self.seed = seed
        self.with_history = with_history
        self.clock = clock or Clock()
        self.settings: dict = {**DEFAULTS, **(settings or {})}
        self.deliverer = Deliverer(self, transport=transport)
        self.faults = Faults(self)
        self._build()

    def _build(self) -> None:
        self.rng = random.Random(self.seed)
        self.journal = Journal(self)
        self.carriers = Carriers(self)
        self.shop = ShopWorld(self)
        self.tracking = TrackingWorld(self)
        self.ads = AdsWorld(self)
        self.bots = BotWorld(self)
        if self.with_history:
            self.shop.seed_history()

    def reset(self) -> None:
        """As on the first day; addresses of webhooks, settings and shop tokens stay."""
        authorizations = self.shop.auth.snapshot()
        self.deliverer.pending.clear()
        self.faults.clear()
        self._build()
        self.shop.auth.restore(authorizations)

    def step(self) -> None:
        """One beat of the shops and the carriers, without any network: orders come in, clocks run out, parcels move."""
        self.shop.tick()
        self.carriers.tick()

    async def push(self) -> None:
        """The parts that talk by themselves: ads reports and tracking pushes that are due."""
        for part in (self.ads, self.tracking):
            outcome = part.tick()
            if inspect.isawaitable(outcome):
                await outcome

    async def tick(self) -> None:
        """One whole beat; webhooks and pushes that are due go out."""
        self.step()
        await self.push()
        await self.deliverer.flush()

    @property
    def changes(self) -> tuple:
        """Differs whenever there is something new to save."""
        return (
            self.journal.sequence,
            sum(self.journal.counts.values()),
            self.shop.revision,
            len(self.deliverer.pending),
        )

    def snapshot(self) -> dict:
        parts = {name: getattr(self, name).snapshot() for name in PARTS}
        kept = {"version": SNAPSHOT_VERSION, "settings": dict(self.settings), "rng": self.rng.getstate()}
        return {**kept, **parts}

    def restore(self, data: dict) -> None:
        if data.get("version") != SNAPSHOT_VERSION:
            raise ValueError("this state was written by another version of the sandbox")
        self.settings = {**DEFAULTS, **data["settings"]}
        for name in PARTS:
            if name in data:  # a state from before this part was there
                getattr(self, name).restore(data[name])
        self.rng.setstate(data["rng"])
