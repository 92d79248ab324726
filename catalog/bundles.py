"""What a bundle is made of. A bundle has no stock of its own, does not contain itself, and contains no bundle."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from catalog import selectors
from catalog.events import ListingTermsChanged
from catalog.models import BundleItem, Listing, Sku
from core.errors import RuleViolation
from relay import outbox

UNITS_AT_MOST = 1000


class BadBundle(RuleViolation):
    """It cannot be put together like this."""

    code = "bad_bundle"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="components")


def resolve(*, components: Mapping[str, int]) -> dict[int, int]:
    """SKU id → units, of codes as a person types or scans them."""
    units: dict[int, int] = {}
    for code, count in components.items():
        sku = selectors.skus_of_code(code=code).first()
        if sku is None:
            raise BadBundle(_("There is no SKU with the code “%(code)s”.") % {"code": code})
        if not 1 <= count <= UNITS_AT_MOST:
            raise BadBundle(
                _("Say how many of %(sku)s one bundle contains: 1 to %(most)d.")
                % {"sku": sku.seller_sku, "most": UNITS_AT_MOST}
            )
        units[sku.pk] = units.get(sku.pk, 0) + count
    return units


def set_components(*, bundle: Sku, units: Mapping[int, int], units_on_hand: int) -> dict[str, int] | None:
    """Part of saving a SKU, whose row and whose components' rows are locked. Returns what changed, by code, or None.

    The list is set as a whole, so that no order ever meets half a bundle; an empty one makes a plain SKU again.
    `units_on_hand` of the SKU itself is told by the page: goods on a shelf under this code could not be sold any more.
    """
    before = dict(BundleItem.objects.filter(bundle=bundle).values_list("component_id", "quantity"))
    if before == dict(units):
        return None
    skus = {sku.pk: sku for sku in Sku.objects.filter(pk__in=list(units))}
    if units:
        _refuse_as_bundle(bundle, units_on_hand=units_on_hand)
    for sku in skus.values():
        _refuse_as_component(sku, bundle)
    BundleItem.objects.filter(bundle=bundle).exclude(component_id__in=list(units)).delete()
    BundleItem.objects.bulk_create(
        (BundleItem(bundle=bundle, component_id=pk, quantity=count) for pk, count in units.items()),
        update_conflicts=True,
        unique_fields=["seller", "bundle", "component"],
        update_fields=["quantity"],
    )
    bundle.is_bundle = bool(units)
    bundle.save(update_fields=["is_bundle"])
    sold_by = Listing.objects.filter(sku=bundle).order_by("pk").values_list("pk", flat=True)
    outbox.publish_many(ListingTermsChanged(listing_id=listing_id) for listing_id in sold_by)
    return {skus[pk].seller_sku: count for pk, count in units.items()}


def _refuse_as_bundle(bundle: Sku, *, units_on_hand: int) -> None:
    if units_on_hand and not bundle.is_bundle:
        raise BadBundle(
            _(
                "%(units)d units lie in the warehouse under this code, and a bundle has no stock of its own. "
                "Make a new SKU for the bundle, with this one in it."
            )
            % {"units": units_on_hand}
        )
    holder = BundleItem.objects.filter(component=bundle).select_related("bundle").first()
    if holder:
        raise BadBundle(
            _("This SKU is part of the bundle %(bundle)s, and a bundle contains no bundle.")
            % {"bundle": holder.bundle.seller_sku}
        )


def _refuse_as_component(sku: Sku, bundle: Sku) -> None:
    named = {"sku": sku.seller_sku}
    if sku.pk == bundle.pk:
        raise BadBundle(_("A bundle cannot contain itself."))
    if sku.is_bundle:
        raise BadBundle(_("%(sku)s is a bundle itself. Name its components here instead.") % named)
    if not sku.is_active:
        raise BadBundle(_("%(sku)s is not in use. Bring it back first, or choose another one.") % named)
