"""The sidebar: which pages there are, and who sees them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenancy.access import Access

# Group label, then (permission, label, icon, url name).
NAV: tuple[tuple[str | Promise, tuple[tuple[str, str | Promise, str, str], ...]], ...] = (
    (
        "",
        (
            ("orders.view", _("Home"), "home", "console:home"),
            ("orders.view", _("Alerts"), "bell", "console:alerts"),
            ("orders.view", _("SLA wall"), "dashboard", "console:wall"),
            ("orders.view", _("Performance"), "chart-line", "console:performance"),
        ),
    ),
    (
        _("Orders"),
        (
            ("orders.view", _("Queue"), "shopping-cart", "orders:queue"),
            ("orders.review", _("Review"), "clipboard-check", "orders:review"),
            ("orders.view", _("Cancel requests"), "message-circle", "orders:cancels"),
            ("orders.view", _("Returns"), "receipt-refund", "orders:returns"),
            ("orders.view", _("Rules of deadlines"), "scale", "orders:rulebook"),
            ("orders.import", _("Import a file"), "file-import", "orders:import"),
        ),
    ),
    (
        _("Warehouse"),
        (
            ("waves.plan", _("Waves"), "stack-2", "warehouse:waves"),
            ("floor.pick", _("Pick"), "basket", "warehouse:pick"),
            ("floor.pick", _("Put wall"), "layout-grid", "warehouse:sort"),
            ("floor.pack", _("Pack"), "box", "warehouse:pack"),
            ("waves.plan", _("Crew"), "users-group", "warehouse:crew"),
            ("stock.view", _("Live shows"), "broadcast", "warehouse:shows"),
            ("floor.pick", _("Put away"), "package-import", "warehouse:put_away"),
            ("floor.pick", _("Put back"), "arrow-back-up", "warehouse:put_back"),
            ("floor.pack", _("Receive returns"), "truck-return", "warehouse:returns"),
            ("stock.view", _("Stock"), "building-warehouse", "warehouse:stock"),
            ("catalog.view", _("SKUs"), "tags", "catalog:skus"),
            ("catalog.view", _("Listings"), "link", "catalog:listings"),
        ),
    ),
    (
        _("Logistics"),
        (
            ("logistics.handover", _("Labels"), "printer", "logistics:labels"),
            ("logistics.handover", _("Handover"), "truck-delivery", "logistics:handover"),
            ("logistics.view", _("Shipments"), "packages", "logistics:shipments"),
            ("logistics.view", _("Exceptions"), "alert-triangle", "logistics:exceptions"),
            ("logistics.view", _("Carriers"), "ship", "logistics:carriers"),
        ),
    ),
    (
        _("Marketing"),
        (
            ("ads.view", _("Ad links"), "speakerphone", "marketing:links"),
            ("ads.view", _("Decisions"), "history", "marketing:decisions"),
        ),
    ),
    (
        _("Settings"),
        (
            ("orders.view", _("Jobs"), "hourglass", "jobs:index"),
            ("stuck.work", _("Stuck work"), "refresh-alert", "relay:stuck"),
            ("settings.view", _("Connections"), "plug-connected", "console:connections"),
            ("settings.view", _("Shops"), "building-store", "tenancy:shops"),
            ("settings.members", _("Members"), "users", "tenancy:members"),
            ("settings.members", _("API keys"), "key", "tenancy:keys"),
            ("settings.view", _("Audit list"), "list-check", "tenancy:audit"),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    label: str | Promise
    icon: str
    href: str
    current: bool
    color: str = ""


@dataclass(frozen=True)
class Group:
    label: str | Promise
    links: list[Link]


def links(*, access: Access, path: str, shop: str = "") -> SafeString:
    """What this person may open here; the longest address that the present path starts with is marked."""
    open_to = tuple(
        name
        for _label, entries in NAV
        for permission, _text, _icon, name in entries
        if access.can(permission)
    )
    addresses = [address(name, access.seller.slug) for name in open_to]
    here = max((href for href in addresses if path.startswith(href)), key=len, default="")
    return _drawn(open_to, access.seller.slug, here, f"?shop={shop}" if shop else "", get_language())


@lru_cache(maxsize=256)
def _drawn(open_to: tuple[str, ...], seller: str, here: str, tail: str, _language: str) -> SafeString:
    """The groups with their links and icons. Nothing else goes into them, so each is put together once."""
    found = []
    for label, entries in NAV:
        rows = [(text, icon, address(name, seller)) for _perm, text, icon, name in entries if name in open_to]
        group = Group(label, [Link(text, icon, href + tail, href == here) for text, icon, href in rows])
        found += [group] if rows else []
    return render_to_string("ui/_side_links.html", {"groups": found})


def doors(*, sellers: list[dict[str, Any]], path: str) -> SafeString:
    """Pages outside of a seller lead to the sellers that are open to the person."""
    links = [Link(item["seller"].name, "", item["href"], False, item["color"]) for item in sellers]
    if any(item["is_agency"] for item in sellers):
        everything = reverse("console:agency")
        links.insert(0, Link(_("All clients"), "building-community", everything, path == everything))
    return render_to_string("ui/_side_links.html", {"groups": [Group(_("Sellers"), links)] if links else []})


@lru_cache(maxsize=4096)
def address(name: str, seller: str) -> str:
    """A page of a seller by its name."""
    return reverse(name, kwargs={"seller": seller})
