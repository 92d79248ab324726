"""Lots of SKUs that are kept by lot: made when goods come, first expired first when they go, withheld when their time is up.

The ledger asks `share` which lots a movement takes; whoever chooses bins for picking asks `order_of_bins`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from warehouse.models import BinLevel, BinLot, Lot, MovementReason, StockMovement

NO_EXPIRY = date.max
CODE_LENGTH = 40
MARGIN_AT_MOST = 400  # days that a SKU may be taken off sale before it expires


class LotNeeded(RuleViolation):
    """This SKU is kept by lot, and nobody said which one this is."""

    code = "lot_needed"


class BadLot(RuleViolation):
    """The lot does not fit the goods."""

    code = "bad_lot"


class LotWithheld(RuleViolation):
    """Only goods past their sell-by margin lie there."""

    code = "lot_withheld"
    status = 409


@dataclass(frozen=True)
class Held:
    """Units of one lot in one bin; `lot_id` None: of a lot that nobody knows."""

    lot_id: int | None
    units: int
    expires_on: date | None = None
    is_withheld: bool = False

    @property
    def rank(self) -> tuple[date, int]:
        """First expired first; what nobody knows goes before all others, so that it is gone soon."""
        if self.lot_id is None:
            return date.min, 0
        return self.expires_on or NO_EXPIRY, self.lot_id


def share(*, held: Sequence[Held], units: int, is_for_sale: bool) -> list[tuple[int | None, int]]:
    """(lot, units) of `units` taken out of a bin. For sale nothing withheld is touched; else the withheld goes first."""
    usable = [one for one in held if one.units > 0 and not (is_for_sale and one.is_withheld)]
    parts: list[tuple[int | None, int]] = []
    left = units
    for one in sorted(usable, key=lambda one: (not one.is_withheld, one.rank)):
        if left == 0:
            break
        taken = min(left, one.units)
        parts.append((one.lot_id, taken))
        left -= taken
    if left and is_for_sale and sum(one.units for one in held) >= units:
        raise LotWithheld(
            _("What is left in this bin is past its sell-by date. Report it as missing and take another bin.")
        )
    if left:  # the ledger refuses what is not there
        parts.append((None, left))
    return parts


def of(
    *, sku: Sku, code: str, expires_on: date | None, now: datetime, today: date | None = None
) -> Lot | None:
    """The lot that a receipt names, made when it is new; None for a SKU that is not kept by lot."""
    code = code.strip().upper()
    if not sku.is_by_lot:
        if code:
            raise BadLot(_("%(sku)s is not kept by lot. Leave the lot empty.") % {"sku": sku.seller_sku})
        return None
    if not code:
        raise LotNeeded(
            _("%(sku)s is kept by lot: say which lot this is.") % {"sku": sku.seller_sku}, field="lot"
        )
    if len(code) > CODE_LENGTH or not code.isprintable():
        raise BadLot(
            _("A lot has 1 to %(most)d letters, digits or signs.") % {"most": CODE_LENGTH}, field="lot"
        )
    known = Lot.objects.filter(sku=sku, code=code).first()
    if known is None:
        return _new(sku, code, expires_on, now=now, today=today or now.date())
    if expires_on and known.expires_on and known.expires_on != expires_on:
        raise BadLot(
            _("Lot %(lot)s of %(sku)s expires on %(known)s, not on %(said)s. Look at the goods again.")
            % {"lot": code, "sku": sku.seller_sku, "known": known.expires_on, "said": expires_on},
            field="expires_on",
        )
    return known


def _new(sku: Sku, code: str, expires_on: date | None, *, now: datetime, today: date) -> Lot:
    if expires_on is None:
        raise LotNeeded(
            _("Lot %(lot)s of %(sku)s is new: say when it expires.") % {"lot": code, "sku": sku.seller_sku},
            field="expires_on",
        )
    is_over = last_day(expires_on=expires_on, sell_by_days=sku.sell_by_days) < today
    lot, _is_new = Lot.objects.get_or_create(
        sku=sku,
        code=code,
        defaults={"expires_on": expires_on, "made_at": now, "withheld_at": now if is_over else None},
    )
    return lot


def last_day(*, expires_on: date, sell_by_days: int) -> date:
    """The last day on which a lot is sold."""
    return expires_on - timedelta(days=sell_by_days)


def find(*, sku_id: int, code: str) -> Lot:
    """A lot that is there already, by its code."""
    lot = Lot.objects.filter(sku_id=sku_id, code__iexact=code.strip()).first()
    if lot is None:
        raise BadLot(_("There is no lot “%(lot)s” of this SKU.") % {"lot": code.strip()[:40]}, field="lot")
    return lot


def held_in(*, pairs: Iterable[tuple[int, int]], on_hand: Mapping[tuple[int, int], int]) -> dict:
    """(bin, SKU) → what lies there by lot, with the part of no known lot worked out of `on_hand`."""
    wanted = set(pairs)
    found: dict[tuple[int, int], list[Held]] = defaultdict(list)
    rows = BinLot.objects.filter(
        bin_id__in={bin_id for bin_id, _sku in wanted}, sku_id__in={sku_id for _bin, sku_id in wanted}
    )
    for bin_id, sku_id, lot_id, units, expires_on, withheld_at in rows.values_list(
        "bin_id", "sku_id", "lot_id", "on_hand", "lot__expires_on", "lot__withheld_at"
    ):
        found[bin_id, sku_id].append(Held(lot_id, units, expires_on, withheld_at is not None))
    for pair in wanted:
        unknown = on_hand.get(pair, 0) - sum(one.units for one in found[pair])
        if unknown > 0:
            found[pair].append(Held(None, unknown))
    return found


def for_sale(*, sku: Sku, parts: Iterable[tuple[int, int]], lot_id: int | None = None) -> int:
    """How many of (bin, units) that are written off could have been sold; the ledger takes what is withheld first."""
    parts = list(parts)
    total = sum(units for _bin, units in parts)
    if not sku.is_by_lot:
        return total
    if lot_id is not None:
        return 0 if Lot.objects.filter(pk=lot_id, withheld_at__isnull=False).exists() else total
    rows = BinLot.objects.filter(
        bin_id__in=[bin_id for bin_id, _units in parts], sku=sku, lot__withheld_at__isnull=False
    )
    withheld = {
        row["bin_id"]: row["total"] for row in rows.values("bin_id").order_by().annotate(total=Sum("on_hand"))
    }
    return total - sum(min(units, withheld.get(bin_id, 0)) for bin_id, units in parts)


def by_lot(*, sku_ids: Iterable[int]) -> set[int]:
    """Which of these SKUs are kept by lot."""
    return set(Sku.objects.filter(pk__in=set(sku_ids), is_by_lot=True).values_list("pk", flat=True))


@dataclass(frozen=True)
class BinOrder:
    """What of a SKU in a bin may be picked, and how soon it should be: the smaller rank first, 0 without lots."""

    rank: int
    free: int


def order_of_bins(*, levels: Iterable[BinLevel | tuple[int, int, int]]) -> dict[tuple[int, int], BinOrder]:
    """(bin, SKU) → rank and sellable units, of (bin, SKU, units) triples: the first to expire has the smallest rank.

    Units of withheld lots are left out. Costs one query, and one more when one of the SKUs is kept by lot.
    """
    rows = [row if isinstance(row, tuple) else (row.bin_id, row.sku_id, row.on_hand) for row in levels]
    kept = by_lot(sku_ids={sku_id for _bin, sku_id, _units in rows})
    stored = {(bin_id, sku_id): units for bin_id, sku_id, units in rows}
    found = {pair: BinOrder(0, units) for pair, units in stored.items()}
    by_pair = [pair for pair in stored if pair[1] in kept]
    if not by_pair:
        return found
    for pair, held in held_in(pairs=by_pair, on_hand=stored).items():
        if pair in found:
            usable = [one for one in held if one.units > 0 and not one.is_withheld]
            first = min((one.rank[0] for one in usable), default=NO_EXPIRY)
            found[pair] = BinOrder(first.toordinal(), sum(one.units for one in usable))
    return found


def next_in_bins(*, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Lot]:
    """(bin, SKU) → the lot that a picker takes there next; not in it where no known lot may be sold."""
    wanted = set(pairs)
    rows = BinLot.objects.filter(
        bin_id__in={bin_id for bin_id, _sku in wanted},
        sku_id__in={sku_id for _bin, sku_id in wanted},
        on_hand__gt=0,
        lot__withheld_at__isnull=True,
    ).select_related("lot")
    found: dict[tuple[int, int], Lot] = {}
    for row in rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id"):
        if (row.bin_id, row.sku_id) in wanted:
            found.setdefault((row.bin_id, row.sku_id), row.lot)
    return found


def shipped(*, references: Iterable[str], sku_id: int, units: int) -> list[tuple[int | None, int]]:
    """(lot, units) of goods that left in these packages and come back, of the lots that left and are not back yet."""
    rows = StockMovement.objects.filter(
        sku_id=sku_id,
        reference__in=list(references),
        reason__in=[MovementReason.SHIPPED, MovementReason.PUT_BACK, MovementReason.RETURNED],
        lot__isnull=False,
    )
    away = rows.values("lot_id").order_by("lot__expires_on", "lot_id").annotate(total=Sum("quantity"))
    parts, missing = [], units
    for lot_id, total in away.values_list("lot_id", "total"):
        if (taken := min(missing, -total)) > 0:
            parts.append((lot_id, taken))
            missing -= taken
    return [*parts, (None, missing)] if missing else parts


def sold_again(*, today: date, limit: int = 200) -> list[Lot]:
    """Withheld lots whose margin was made smaller: their last day is still to come."""
    rows = Lot.objects.filter(withheld_at__isnull=False, expires_on__gte=today).select_related("sku")
    return [
        lot
        for lot in rows.order_by("expires_on", "pk")
        if last_day(expires_on=lot.expires_on, sell_by_days=lot.sku.sell_by_days) >= today
    ][:limit]


def due_to_withhold(*, today: date, limit: int = 200) -> list[Lot]:
    """Lots for sale whose last day is over."""
    open_lots = Lot.objects.filter(withheld_at__isnull=True, expires_on__isnull=False)
    rows = open_lots.filter(expires_on__lt=today + timedelta(days=MARGIN_AT_MOST)).select_related("sku")
    return [
        lot
        for lot in rows.order_by("expires_on", "pk")
        if last_day(expires_on=lot.expires_on, sell_by_days=lot.sku.sell_by_days) < today
    ][:limit]
