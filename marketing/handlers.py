"""Reactions to stock and listings: decide at once about the ads of just those products."""

from catalog.events import ListingMapped
from catalog.models import Listing
from core import clock
from marketing import decisions, facts
from relay.events import subscribe
from warehouse.events import StockChanged


@subscribe(StockChanged, takes_many=True)
def on_stock_changed(events: list[StockChanged]) -> None:
    vehicle_ids = facts.vehicles_selling(sku_ids={event.sku_id for event in events})
    if vehicle_ids:
        decisions.apply_rules(vehicle_ids=vehicle_ids, now=clock.now())


@subscribe(ListingMapped, takes_many=True)
def on_listing_mapped(events: list[ListingMapped]) -> None:
    listings = Listing.objects.filter(pk__in=[event.listing_id for event in events], sku__isnull=False)
    vehicle_ids = facts.vehicles_selling(sku_ids=set(listings.values_list("sku_id", flat=True)))
    if vehicle_ids:
        decisions.apply_rules(vehicle_ids=vehicle_ids, now=clock.now())
