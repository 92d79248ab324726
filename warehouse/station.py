"""Which package a scan at the pack station means, and where its goods stand."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from orders.models import Package, PackageLine, PackageState
from warehouse import picking, put_back, put_walls
from warehouse.models import PickMode, PickTask, PickTaskState, QualityCheck, SortSlot

ID_LENGTH_AT_MOST = 80
SINGLES_TRIED = 10
ON_A_TABLE = timedelta(minutes=15)  # after that a begun check is nobody's any more


class NothingFound(RuleViolation):
    """No package fits the scan."""

    code = "nothing_found"
    status = 404


def find(*, code: str) -> Package | None:
    """The package that stands ready to be packed; when it is elsewhere, that package, so that the reason can be told.

    None when the code may be an item's: `singles` says whose.
    """
    code = code.strip()[:ID_LENGTH_AT_MOST]
    if not code:
        raise NothingFound(_("Scan a tote slot, a package, an order or an item."))
    return _in_tote(code) or _by_id(code)


def item(*, code: str) -> Sku:
    """The SKU that a scan means."""
    sku = picking.sku_by_code(code=code.strip())
    if sku is None:
        raise NothingFound(_("No package to pack fits “%(code)s”.") % {"code": code.strip()})
    return sku


def singles(*, sku: Sku, by_label: str, now: datetime) -> list[int]:
    """The fast lane: ids of picked packages that hold this one SKU and nothing else, most urgent first.

    Those on somebody else's table are left out: two packers who scan the same item get two packages.
    """
    alone = _alone(sku)
    if not alone.exists():
        raise NothingFound(_("No picked package holds %(sku)s alone. Scan its tote slot.") % {"sku": sku})
    free = alone.exclude(pk__in=_on_other_tables(by_label=by_label, now=now).values("package_id"))
    ids = list(_in_order(free).values_list("pk", flat=True)[:SINGLES_TRIED])
    if not ids:
        raise NothingFound(
            _("Every package of %(sku)s alone is on somebody's table. Scan its tote slot.") % {"sku": sku}
        )
    return ids


def singles_at_hand(*, sku: Sku, tote: str, by_label: str, now: datetime) -> list[int]:
    """Of these the ones that this packer is at already: in the open tote, then parcels of a lane that were put aside."""
    free = _alone(sku).exclude(pk__in=_on_other_tables(by_label=by_label, now=now).values("package_id"))
    in_tote = _standing().filter(pick_list__tote_code__iexact=tote).values("package_id")
    aside = QualityCheck.objects.filter(prepacked_in__isnull=False).values("package_id")
    found = [_in_order(free.filter(pk__in=in_tote))] if tote else []
    found.append(_in_order(free.filter(pk__in=aside)))
    return list(
        dict.fromkeys(pk for rows in found for pk in rows.values_list("pk", flat=True)[:SINGLES_TRIED])
    )


def is_in_use(*, tote: str) -> bool:
    """Whether goods to pack stand in this tote still."""
    return _standing().filter(pick_list__tote_code__iexact=tote).exists()


def _alone(sku: Sku) -> QuerySet[Package]:
    holding = Package.objects.filter(state=PackageState.PICKED, is_stopped=False, lines__sku=sku)
    mixed = PackageLine.objects.filter(package__state=PackageState.PICKED).exclude(sku=sku)
    return holding.exclude(pk__in=mixed.values("package_id"))


def _standing() -> QuerySet[PickTask]:
    """Lines whose goods lie in their tote."""
    picked = PickTask.objects.filter(
        package__state=PackageState.PICKED, sorted_quantity__lt=F("picked_quantity")
    )
    return picked.exclude(state=PickTaskState.DROPPED)


def _on_other_tables(*, by_label: str, now: datetime) -> QuerySet[QualityCheck]:
    return QualityCheck.objects.filter(started_at__gt=now - ON_A_TABLE).exclude(by_label=by_label)


def is_on_other_table(*, package: Package, by_label: str, now: datetime) -> bool:
    return _on_other_tables(by_label=by_label, now=now).filter(package=package).exists()


def _in_order(packages: QuerySet[Package]) -> QuerySet[Package]:
    return packages.order_by(F("order__clock__due_at").asc(nulls_last=True), "pk")


def _by_due(packages):
    return _in_order(packages).first()


def _in_tote(code: str) -> Package | None:
    """`WALL-1-3` is a slot of the put wall; `CART-01-3` is slot 3 of a tote; `CART-01` is the next package of the tote."""
    on_wall = SortSlot.objects.filter(
        bin__code__iexact=code, closed_at__isnull=True, package__state=PackageState.PICKED
    )
    if slot := on_wall.select_related("package").first():
        return slot.package
    standing = _standing()
    tote, _dash, slot = code.rpartition("-")
    tasks = standing.filter(pick_list__tote_code__iexact=code)
    if slot.isdecimal() and tote:
        tasks = standing.filter(
            Q(pick_list__tote_code__iexact=code) | Q(pick_list__tote_code__iexact=tote, slot=int(slot))
        )
    task = tasks.order_by("slot", "pk").select_related("package").first()
    if task is None and put_walls.unsorted_tasks().filter(pick_list__tote_code__iexact=code).exists():
        text = _("Tote %(tote)s is not sorted yet. Bring it to the put wall first.")
        raise NothingFound(text % {"tote": code.upper()})
    return task.package if task else None


def _by_id(code: str) -> Package | None:
    """Of an order with several packages, one that is picked comes first."""
    found = list(
        Package.objects.filter(
            Q(public_id=code.lower())
            | Q(platform_package_id=code)
            | Q(order__platform_order_id=code)
            | Q(order__public_id=code.lower())
        ).order_by("pk")[:20]
    )
    return next((one for one in found if one.state == PackageState.PICKED), found[0] if found else None)


def owner_of_item(*, sku: Sku, not_of: Package) -> Package | None:
    """Another picked package that wants this SKU: first of the same walk, then the most urgent one."""
    wanting = Package.objects.filter(state=PackageState.PICKED, lines__sku=sku).exclude(pk=not_of.pk)
    wanting = wanting.select_related("order")
    walks = (
        PickTask.objects.filter(package=not_of).exclude(state=PickTaskState.DROPPED).values("pick_list_id")
    )
    return _by_due(wanting.filter(pick_tasks__pick_list_id__in=walks)) or _by_due(wanting)


def _live_task(package: Package) -> PickTask | None:
    tasks = PickTask.objects.filter(package=package).exclude(state=PickTaskState.DROPPED)
    return tasks.select_related("pick_list", "pick_list__wave").order_by("-pk").first()


def place_of(*, package: Package) -> tuple[str, int | None]:
    """Tote (or put wall) and slot of a picked package."""
    task = _live_task(package)
    if task is None:
        return "", None
    if slot := _on_wall(task):
        return slot.bin.code.rpartition("-")[0], slot.bin.cell
    return task.pick_list.tote_code, None if task.pick_list.mode == PickMode.BATCH else task.slot


def tote_bin_id(*, package: Package) -> int:
    """The tote or wall slot that the ledger knows this package's goods in."""
    task = _live_task(package)
    if task is None:
        raise NothingFound(_("The tote of this package is not known."))
    if slot := _on_wall(task):
        return slot.bin_id
    pick_list = task.pick_list
    return put_back.tote_ids([pick_list])[pick_list.tote_code, pick_list.wave.warehouse_id]


def warehouse_id_of(*, package: Package) -> int | None:
    """The building that a picked package stands in."""
    task = _live_task(package)
    return task.pick_list.wave.warehouse_id if task else None


def _on_wall(task: PickTask) -> SortSlot | None:
    if not task.sorted_quantity:
        return None
    return put_back.slots_of(package_ids=[task.package_id])[task.package_id]
