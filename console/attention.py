"""What needs somebody now, at one seller: counts that are the rows behind their links."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog import selectors as catalog
from console import connection_rows, nav
from logistics.models import CaseState, ExceptionCase
from marketing import selectors as marketing
from orders import queue_figures, sla_drift
from orders.models import HoldReason
from orders.queue import QueueFilter
from relay import stuck
from tenancy.access import Access
from warehouse import selectors as warehouse
from warehouse import show_lists


@dataclass(frozen=True)
class Need:
    """One count with where its rows are."""

    label: str | Promise
    count: int
    href: str
    icon: str
    tone: str = "blue"


@dataclass(frozen=True)
class Attention:
    """The parts of the home page, most pressing first."""

    urgent: list[Need]
    floor: list[Need]
    holds: list[Need]
    troubles: list[Need]

    @property
    def is_calm(self) -> bool:
        return not any(need.count for need in (*self.urgent, *self.holds, *self.troubles))


_TILES = (
    ("overdue", _("Overdue"), "flame", "red"),
    ("h4", _("Due within 4 h"), "alert-triangle", "red"),
    ("h12", _("Due within 12 h"), "clock", "orange"),
    ("h24", _("Due within 24 h"), "clock", "yellow"),
    ("auto_cancel", _("Platform cancels within 24 h"), "ban", "red"),
    ("cancel_requested", _("Buyer asks to cancel"), "message-circle", "orange"),
    ("label_failed", _("Label failed"), "printer", "red"),
)
# Tab of the queue, words, icon, permission and page of the station that works it off.
_FLOOR = (
    ("review", _("To review"), "clipboard-check", "orders.review", "orders:review"),
    ("to_pick", _("To pick"), "basket", "floor.pick", "warehouse:pick"),
    ("picking", _("Being picked"), "basket", "floor.pick", "warehouse:pick"),
    ("to_pack", _("To pack"), "box", "floor.pack", "warehouse:pack"),
    ("to_label", _("To label"), "printer", "logistics.handover", "logistics:labels"),
    ("to_hand_over", _("To hand over"), "truck-delivery", "logistics.handover", "logistics:handover"),
    ("awaiting_scan", _("Awaiting the carrier's scan"), "scan", "", ""),
)


def attention(*, access: Access, shop_id: int | None, shop_slug: str, now: datetime) -> Attention:
    """Inside the seller's scope; a constant number of queries."""
    chosen = QueueFilter(shop_id=shop_id)
    queue_at = _address("orders:queue", access)
    shop = f"&shop={shop_slug}" if shop_slug else ""
    counted = queue_figures.counted(chosen=chosen, now=now)
    reasons = queue_figures.reason_counts(chosen=chosen, now=now)
    floor = []
    for tab, words, icon, permission, page in _FLOOR:
        is_own = permission and access.can(permission)
        href = _address(page, access) if is_own else f"{queue_at}?tab={tab}{shop}"
        floor.append(Need(words, counted.tabs.get(tab, 0), href, icon))
    return Attention(
        urgent=[
            Need(words, counted.tiles[tile], f"{queue_at}?tile={tile}{shop}", icon, tone)
            for tile, words, icon, tone in _TILES
        ],
        floor=floor,
        holds=[
            Need(
                reason.label,
                reasons[reason],
                f"{queue_at}?tab=hold&reason={reason}{shop}",
                "hand-stop",
                "orange",
            )
            for reason in HoldReason
            if reasons.get(reason)
        ],
        troubles=_troubles(access=access, now=now),
    )


def _troubles(*, access: Access, now: datetime) -> list[Need]:
    """Work that no order row stands for."""
    found = []
    if access.can("logistics.view"):
        found.append(
            Need(
                _("Open exceptions"),
                open_cases(),
                _address("logistics:exceptions", access),
                "alert-triangle",
                "red",
            )
        )
    if access.can("stuck.work"):
        found.append(
            Need(_("Stuck work"), stuck_work(), _address("relay:stuck", access), "refresh-alert", "red")
        )
    if access.can("orders.view"):
        drift, href = sla_drift.alarms(is_open=True).count(), _address("orders:drift", access)
        found.append(Need(_("Deadlines differ from the platform"), drift, href, "scale", "orange"))
    if access.can("catalog.view"):
        href = _address("catalog:listings", access)
        found.append(Need(_("Listings without a SKU"), catalog.unmapped_count(), href, "link", "orange"))
    if access.can("stock.view"):
        href = f"{_address('warehouse:stock', access)}?tab=low"
        found.append(Need(_("Low stock"), warehouse.low_stock_count(), href, "stack-2", "orange"))
        shows, href = len(show_lists.late_ids(now=now)), _address("warehouse:shows", access)
        found.append(Need(_("Live shows whose goods are not in place"), shows, href, "broadcast", "red"))
        materials, href = len(warehouse.low_materials()), _address("warehouse:materials", access)
        found.append(Need(_("Packing materials run low"), materials, href, "box", "orange"))
    if access.can("ads.view"):
        ads, href = marketing.attention(), _address("marketing:decisions", access)
        found.append(
            Need(_("Ads held for low stock"), ads["held"], f"{href}?tab=in_force", "player-pause", "orange")
        )
        found.append(Need(_("Ad switches in trouble"), ads["failed"], f"{href}?tab=trouble", "ad-off", "red"))
    if access.can("settings.view"):
        href, wrong = _address("console:connections", access), connection_rows.problems()
        found += [
            Need(_("Authorization ended: connect again"), wrong["ended"], href, "unlink", "red"),
            Need(_("Authorization ends soon"), wrong["ending"], href, "clock", "orange"),
            Need(_("Connections in trouble"), wrong["failing"], href, "plug", "red"),
        ]
    return found


def open_cases() -> int:
    """Exceptions that nobody has closed."""
    return ExceptionCase.objects.filter(state=CaseState.OPEN).count()


def stuck_work() -> int:
    """Everything that waits for a person."""
    return sum(stuck.counts().values())


def _address(name: str, access: Access) -> str:
    return nav.address(name, access.seller.slug)
