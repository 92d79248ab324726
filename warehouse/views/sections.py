"""The tabs that join the stock pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from warehouse import selectors, stock_lists


def sections(request: HttpRequest, current: str) -> list[dict[str, object]]:
    """Stock, desk, deliveries, ledger, bins, lots, counts and warehouses; only those that the person may open."""
    pages = (
        ("stock", _("Stock"), "stock.view", None),
        ("desk", _("Receive and adjust"), "stock.adjust", None),
        ("deliveries", _("Deliveries"), "stock.view", stock_lists.coming_count() or None),
        ("movements", _("Movements"), "stock.view", None),
        ("bins", _("Bins"), "stock.view", None),
        ("map", _("Floor map"), "stock.view", None),
        ("slotting", _("Better places"), "stock.view", None),
        ("lots", _("Lots"), "stock.view", None),
        ("counts", _("Counts"), "stock.view", selectors.open_count_tasks() or None),
        ("materials", _("Packing materials"), "stock.view", len(selectors.low_materials()) or None),
        ("sites", _("Warehouses"), "stock.view", None),
    )
    return [
        {
            "label": label,
            "count": count,
            "href": reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug}),
            "current": name == current,
            "tone": "",
        }
        for name, label, permission, count in pages
        if request.access.can(permission)
    ]
