"""What a bundle is made of. A bundle has no stock of its own, does not contain itself, and contains no bundle."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import selectors
from catalog.events import ListingTermsChanged
from catalog.models import BundleItem, Listing, Sku
from core.errors import RuleViolation
from relay import outbox
from tenancy import audit
from tenancy.actors import Actor

UNITS_AT_MOST = 1000


class BadBundle(RuleViolation):
    """It cannot be put together like this."""

    code = "bad_bundle"


@transaction.atomic
def set_components(
    *, bundle_id: int, wanted: Sequence[tuple[str, int]], units_on_hand: int, actor: Actor, now: datetime
) -> Sku:
    """Make a SKU a bundle of these (code, units); nothing wanted makes it a plain SKU again.

    The list is set as a whole, so that no order ever meets half a bundle. `units_on_hand` of the SKU itself is told
    by the page: goods that lie on a shelf under this code could not be sold any more.
    """
    found = _find(wanted)
    skus = {sku.pk: sku for sku in Sku.objects.lock().filter(pk__in={bundle_id, *found.values()})}
    bundle = skus.pop(bundle_id)
    units: dict[int, int] = {}
    for code, count in wanted:
        units[found[code]] = units.get(found[code], 0) + count
    if units:
        _refuse_as_bundle(bundle, units_on_hand=units_on_hand)
    for sku_id in units:
        _refuse_component(bundle, skus.get(sku_id))
    before = dict(BundleItem.objects.filter(bundle=bundle).values_list("component_id", "quantity"))
    if before == units:
        return bundle
    BundleItem.objects.filter(bundle=bundle).delete()
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, component_id=sku_id, quantity=count) for sku_id, count in units.items()
    )
    bundle.is_bundle = bool(units)
    bundle.save(update_fields=["is_bundle"])
    audit.record(
        actor=actor,
        now=now,
        action="sku.bundle_changed",
        subject_type="sku",
        subject_id=bundle.pk,
        components={skus[sku_id].seller_sku: count for sku_id, count in units.items()},
    )
    sold_by = Listing.objects.filter(sku=bundle).order_by("pk").values_list("pk", flat=True)
    outbox.publish_many(ListingTermsChanged(listing_id=listing_id) for listing_id in sold_by)
    return bundle


def _find(wanted: Sequence[tuple[str, int]]) -> dict[str, int]:
    found = {}
    for code, count in wanted:
        sku = selectors.skus_of_code(code=code).first()
        if sku is None:
            raise BadBundle(_("There is no SKU with the code “%(code)s”.") % {"code": code})
        if not 1 <= count <= UNITS_AT_MOST:
            raise BadBundle(
                _("Say how many of %(sku)s one bundle contains: 1 to %(most)d.")
                % {"sku": sku.seller_sku, "most": UNITS_AT_MOST}
            )
        found[code] = sku.pk
    return found


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


def _refuse_component(bundle: Sku, component: Sku | None) -> None:
    if component is None:
        raise BadBundle(_("A bundle cannot contain itself."))
    named = {"sku": component.seller_sku}
    if component.is_bundle:
        raise BadBundle(_("%(sku)s is a bundle itself. Name its components here instead.") % named)
    if not component.is_active:
        raise BadBundle(_("%(sku)s is not in use. Bring it back first, or choose another one.") % named)
