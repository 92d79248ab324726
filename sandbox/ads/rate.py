"""How many calls an app may make: per second, per minute, per day, and a share for each ad account.
No header ever tells; a spent minute closes the door for five, a spent day until midnight UTC."""

from collections import Counter

from sandbox.ads.errors import ApiError

# level -> calls per second, minute, day
LEVELS = {
    "basic": (10, 600, 864_000),
    "advanced": (20, 1_200, 1_728_000),
    "premium": (30, 1_800, 2_592_000),
    "ultimate": (50, 3_000, 4_320_000),
    "test_host": (1, 30, 1_000),
}
REPORT_LEVELS = {
    "basic": (8, 240, 20_000),
    "advanced": (12, 360, 30_000),
    "premium": (20, 600, 50_000),
    "ultimate": (20, 600, 50_000),
}
REPORT = "gmv_max/report/get/"
DAY, PAUSE_SECONDS = 86_400, 300


class Rate:
    """Counts in windows of the sandbox's clock; `steady` time for the seconds, so that a frozen clock still moves on."""

    def __init__(self, world) -> None:
        self.world = world
        self.windows: dict[tuple, Counter] = {}
        self.closed_until: dict[str, float] = {}

    def check(self, *, path: str, advertiser_id: str) -> None:
        level = self.world.settings["ads_rate_level"]
        if level == "off":
            return
        now = self.world.clock.steady()
        # The test host counts each endpoint by itself, production the whole app.
        self._take(path if level == "test_host" else "app", LEVELS.get(level, LEVELS["basic"]), now)
        if path == REPORT and level in REPORT_LEVELS:
            self._take(path, REPORT_LEVELS[level], now)
        per_second = self.world.settings["ads_advertiser_qps"]
        if advertiser_id and per_second and not self._count(advertiser_id, 1, now, per_second):
            raise ApiError(40133, "Too many requests for this advertiser. Please retry in some time.")

    def _take(self, who: str, limits: tuple[int, int, int], now: float) -> None:
        refusal = ApiError(40100, "Too many requests. Please retry in some time.")
        if now < self.closed_until.get(who, 0.0):
            raise refusal
        for seconds, limit in zip((1, 60, DAY), limits, strict=True):
            if not self._count(who, seconds, now, limit):
                if seconds == 60:
                    self.closed_until[who] = now + PAUSE_SECONDS
                if seconds == DAY:
                    self.closed_until[who] = now + DAY - self.world.clock.now() % DAY
                self.world.journal.count("ads_rate_limited")
                raise refusal

    def _count(self, who: str, seconds: int, now: float, limit: float) -> bool:
        window = int(now // seconds)
        counter = self.windows.setdefault((who, seconds), Counter())
        if window not in counter:
            counter.clear()
        counter[window] += 1
        return counter[window] <= limit
