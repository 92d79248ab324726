"""What the address of the performance page asks for, and the links that change one thing of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from orders import performance
from orders.performance import Window
from tenancy.models import Shop
from tenancy.pages import chosen_shop

PERIODS = (7, 28, 90)
DEFAULT_DAYS = 28
MOST_DAYS = 366
NOT_KNOWN = "-"  # in an address: orders whose carrier or warehouse nobody told
GROUPS = ("shop", "carrier", "warehouse")
# Stand-ins that no filter can be: figures and outcomes are plain words of ours.
_FIGURE, _OUTCOME = "-a-figure-", "-an-outcome-"


@dataclass(frozen=True)
class Asked:
    """The address, understood."""

    seller_slug: str
    window: Window
    shop: Shop | None
    shops: tuple[Shop, ...]
    by: str
    days: int | None  # a period up to today; None: two dates

    @cached_property
    def params(self) -> dict[str, str]:
        found = self._period() | {
            "shop": self.shop.slug if self.shop else "",
            "carrier": _written(self.window.carrier),
            "warehouse": _written(self.window.warehouse),
            "by": "" if self.by == GROUPS[0] else self.by,
        }
        return {name: value for name, value in found.items() if value}

    def _period(self) -> dict[str, str]:
        if self.days is None:
            return {"since": self.window.since.isoformat(), "until": self.window.until.isoformat()}
        return {} if self.days == DEFAULT_DAYS else {"days": str(self.days)}

    def href(self, name: str = "performance", **changes: str | None) -> str:
        """A page of the same filter, with some things changed; None takes one away."""
        params = {**self.params, **changes}
        query = urlencode({key: value for key, value in params.items() if value})
        return f"{_address(name, self.seller_slug)}?{query}"

    def orders_href(self, figure: str, outcome: str = "", **changes: str | None) -> str:
        """The orders behind a figure. The period is written out: tomorrow the link still means these days."""
        dates = {"since": self.window.since.isoformat(), "until": self.window.until.isoformat(), "days": None}
        place = {"by": None, "figure": figure, "outcome": outcome}
        return self.href("performance_orders", **{**dates, **place, **changes})

    def orders_hrefs(self, **changes: str | None) -> Callable[[str, str], str]:
        """(figure, outcome) -> the same address. A page has thousands that differ in these two alone."""
        pattern = self.orders_href(_FIGURE, _OUTCOME, **changes)
        return lambda figure, outcome: pattern.replace(_FIGURE, figure).replace(_OUTCOME, outcome)

    @cached_property
    def _slugs(self) -> dict[int, str]:
        return {shop.pk: shop.slug for shop in self.shops}

    def named(self, by: str, key: object) -> dict[str, str]:
        """The change of address that narrows to one row of a table."""
        if by == "shop":
            return {"shop": self._slugs.get(key, "")}
        return {by: _written(str(key))}


@lru_cache(maxsize=1024)
def _address(name: str, seller: str) -> str:
    return reverse(f"console:{name}", kwargs={"seller": seller})


def understand(request: HttpRequest, *, now: datetime) -> Asked:
    """Read the query; what makes no sense is left out. A shop that is not there is a 404."""
    query = request.GET
    shops = tuple(Shop.objects.order_by("name", "pk"))
    today = max(
        (now.astimezone(ZoneInfo(shop.time_zone)).date() for shop in shops),
        default=now.astimezone(ZoneInfo(request.seller.time_zone)).date(),
    )
    shop = chosen_shop(request)
    days = int(query["days"]) if query.get("days", "") in map(str, PERIODS) else DEFAULT_DAYS
    window = Window(
        since=today - timedelta(days=days - 1),
        until=today,
        shop_id=shop.pk if shop else None,
        carrier=_read(query.get("carrier", "")),
        warehouse=_read(query.get("warehouse", "")),
    )
    since, until = _date(query.get("since", "")), _date(query.get("until", ""))
    if since or until:
        days, window = None, replace(window, **_between(since, until, today=today))
    by = query.get("by", "")
    return Asked(
        seller_slug=request.seller.slug,
        window=window,
        shop=shop,
        shops=shops,
        by=by if by in GROUPS else GROUPS[0],
        days=days,
    )


def figure_of(request: HttpRequest) -> tuple[str, str]:
    """Which figure a list of orders is behind, and which part of it; unknown ones become the first there is."""
    figure, outcome = request.GET.get("figure", ""), request.GET.get("outcome", "")
    figure = figure if figure in performance.FIGURES else performance.FIGURES[0]
    return figure, outcome if outcome in performance.OUTCOMES else ""


def _between(since: date | None, until: date | None, *, today: date) -> dict[str, date]:
    until = until or today
    since = since or until - timedelta(days=DEFAULT_DAYS - 1)
    since, until = min(since, until), max(since, until)
    return {"since": max(since, until - timedelta(days=MOST_DAYS - 1)), "until": until}


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 < found.year < 2100 else None


def _read(text: str) -> str | None:
    return None if not text else "" if text == NOT_KNOWN else text[:80]


def _written(value: str | None) -> str:
    return "" if value is None else value or NOT_KNOWN
