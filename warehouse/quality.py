"""The check before the carton closes: every item is scanned, a wrong or surplus one is named and changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from orders import packages
from orders.models import Package, PackageLine, PackageState
from tenancy.actors import Actor
from warehouse import picking, station
from warehouse.models import QualityCheck


class NotAtStation(RuleViolation):
    """The package is not one that can be checked now."""

    code = "not_at_station"
    status = 409


@dataclass(frozen=True)
class Item:
    """Units of one SKU in a package: how many belong in, how many were scanned."""

    sku: Sku
    needed: int
    scanned: int

    @property
    def left(self) -> int:
        return self.needed - self.scanned


@dataclass(frozen=True)
class ItemAnswer:
    """What the scan of an item did. `ok` false means that nothing was changed."""

    kind: str  # item_ok | verified | unknown_code | wrong_item | other_order | too_many
    ok: bool
    text: str
    items: tuple[Item, ...]


def items_of(*, package: Package) -> tuple[Item, ...]:
    """What belongs into the package and what was scanned so far."""
    check = QualityCheck.objects.filter(package=package).first()
    scanned = check.scanned if check else {}
    lines = PackageLine.objects.filter(package=package).values("sku_id").annotate(units=Sum("quantity"))
    needed = {line["sku_id"]: line["units"] for line in lines.order_by("sku_id")}
    skus = Sku.objects.in_bulk(needed)
    return tuple(
        Item(sku=skus[sku_id], needed=units, scanned=scanned.get(str(sku_id), 0))
        for sku_id, units in needed.items()
    )


def is_verified(items: tuple[Item, ...]) -> bool:
    return all(item.left == 0 for item in items)


def lock_picked(*, package_id: int) -> Package:
    """Lock a package that stands at the pack station; the sentence says why when it does not."""
    found = packages.lock_many(ids=[package_id])
    if not found:
        raise NotAtStation(_("This package does not exist."))
    refuse_elsewhere(found[0])
    return found[0]


def refuse_elsewhere(package: Package) -> None:
    if package.is_stopped or package.state == PackageState.CANCELLED:
        reason = package.stop_reason or _("cancelled")
        raise packages.PackageStopped(
            _("This package was stopped (%(reason)s). Put its goods aside; do not pack it.")
            % {"reason": reason}
        )
    if package.state in (PackageState.PLANNED, PackageState.ALLOCATED, PackageState.PICKING):
        raise NotAtStation(
            _("This package is not picked yet: it is “%(state)s”.") % {"state": package.get_state_display()}
        )
    if package.state != PackageState.PICKED:
        raise NotAtStation(
            _("This package has been packed already: it is “%(state)s”.")
            % {"state": package.get_state_display()}
        )


@transaction.atomic
def scan(*, package_id: int, code: str, actor: Actor, now: datetime, quantity: int = 1) -> ItemAnswer:
    """Verify one item (or `quantity` units of it, typed)."""
    package = lock_picked(package_id=package_id)
    items = items_of(package=package)
    found = picking.sku_by_code(code=code.strip())
    item = next((one for one in items if found and one.sku.pk == found.pk), None)
    if item is None:
        return _wrong(package=package, items=items, code=code.strip(), found=found)
    if not 1 <= quantity <= item.left:
        text = _("Too many: %(sku)s belongs in %(needed)d times, %(scanned)d were scanned already.")
        values = {"sku": item.sku.seller_sku, "needed": item.needed, "scanned": item.scanned}
        return ItemAnswer("too_many", False, text % values, items)
    check = _check(package, actor=actor, now=now)
    check.scanned[str(item.sku.pk)] = item.scanned + quantity
    items = tuple(Item(one.sku, one.needed, check.scanned.get(str(one.sku.pk), 0)) for one in items)
    verified = is_verified(items)
    check.passed_at = now if verified else None
    check.save()
    if verified:
        return _verified(items)
    text = _("%(sku)s: %(scanned)d of %(needed)d.") % {
        "sku": item.sku.seller_sku,
        "scanned": item.scanned + quantity,
        "needed": item.needed,
    }
    return ItemAnswer("item_ok", True, text, items)


def verified(*, package: Package) -> ItemAnswer:
    """What to say about a package whose items were all scanned before."""
    return _verified(items_of(package=package))


def _verified(items: tuple[Item, ...]) -> ItemAnswer:
    return ItemAnswer("verified", True, _("All items are right. Choose the carton and weigh."), items)


def _wrong(*, package: Package, items: tuple[Item, ...], code: str, found: Sku | None) -> ItemAnswer:
    """What was scanned instead, and where it belongs when another picked package wants it.

    Another seller's barcode is as unknown as one that nobody has: nobody learns what others sell.
    """
    wanted = ", ".join(one.sku.seller_sku for one in items if one.left) or "—"
    if found is None:
        text = _(
            "Unknown barcode %(scanned)s: none of your items has it, expected %(expected)s. Put it aside."
        )
        return ItemAnswer("unknown_code", False, text % {"scanned": code, "expected": wanted}, items)
    values = {"scanned": found.seller_sku, "expected": wanted}
    owner = station.owner_of_item(sku=found, not_of=package)
    if owner is None:
        text = _("Wrong item: %(scanned)s is not in this package, expected %(expected)s. Put it aside.")
        return ItemAnswer("wrong_item", False, text % values, items)
    text = _(
        "Wrong item: %(scanned)s is of order %(order)s (%(place)s), expected %(expected)s. Put it there."
    )
    tote, slot = station.place_of(package=owner)
    place = f"{tote}-{slot}" if slot else tote or owner.public_id
    values |= {"order": owner.order.platform_order_id, "place": place}
    return ItemAnswer("other_order", False, text % values, items)


def _check(package: Package, *, actor: Actor, now: datetime) -> QualityCheck:
    found = QualityCheck.objects.lock().filter(package=package).first()
    if found is not None:
        return found
    return QualityCheck(
        package=package, shop_id=package.shop_id, scanned={}, started_at=now, by_label=actor.label
    )


@transaction.atomic
def start_over(*, package_id: int) -> None:
    """Forget what was scanned: the packer emptied the table."""
    package = lock_picked(package_id=package_id)
    QualityCheck.objects.filter(package=package).delete()
