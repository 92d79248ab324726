from catalog.models.listing import Listing, ListingState
from catalog.models.sku import Barcode, BundleItem, Material, Sku

__all__ = ["Barcode", "BundleItem", "Listing", "ListingState", "Material", "Sku"]
