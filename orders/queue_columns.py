"""The columns of the queue: which there are, which a person chose, and what each is in an exported sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import clock
from core.errors import RuleViolation
from orders.models import ClockKind, Flag, HoldReason, PlatformStatus, QueueLayout, ShippingType
from orders.queue import QueueRow
from orders.queue_slots import Parcel


@dataclass(frozen=True)
class SheetRow:
    """What an exported row is made of."""

    row: QueueRow
    parcels: Sequence[Parcel]

    def local(self, moment: datetime | None) -> datetime | None:
        """On the shop's wall clock; sheets know no zones."""
        if moment is None:
            return None
        return clock.local(moment, zone=self.row.clock.shop.time_zone).replace(tzinfo=None)


Cell = Callable[[SheetRow], object]


@lru_cache(maxsize=64)
def _labels(choices: type[TextChoices], language: str | None) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def label(choices: type[TextChoices], value: str) -> str:
    """The word for a value; Django's own way asks the catalog for every choice, each time."""
    return _labels(choices, get_language()).get(value, value)


@dataclass(frozen=True)
class Column:
    """One column of the list; in a sheet it may be several, by heading."""

    key: str
    words: Promise
    sheet: tuple[tuple[Promise, Cell], ...]
    is_number: bool = False


class NoColumns(RuleViolation):
    """A list without columns is no list."""

    code = "no_columns"


_DUE = (
    (gettext_lazy("Deadline"), lambda it: it.local(it.row.clock.due_at)),
    (gettext_lazy("Which deadline"), lambda it: label(ClockKind, it.row.clock.due_kind)),
)


def _units(it: SheetRow) -> str:
    return " + ".join(
        f"{line.open_quantity} × {line.product_name or line.seller_sku}" for line in it.row.lines
    )


def _skus(it: SheetRow) -> str:
    return " + ".join(f"{line.open_quantity} × {line.seller_sku}" for line in it.row.lines if line.seller_sku)


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column(
            "order",
            gettext_lazy("Order"),
            ((gettext_lazy("Order"), lambda it: it.row.order.platform_order_id),),
        ),
        Column("clock", gettext_lazy("Time left"), _DUE),
        Column("shop", gettext_lazy("Shop"), ((gettext_lazy("Shop"), lambda it: it.row.clock.shop.name),)),
        Column("item", gettext_lazy("Item"), ((gettext_lazy("Items"), _units),)),
        Column(
            "units",
            gettext_lazy("Units"),
            ((gettext_lazy("Units"), lambda it: it.row.quantity),),
            is_number=True,
        ),
        Column(
            "amount",
            gettext_lazy("Amount"),
            (
                (gettext_lazy("Amount"), lambda it: it.row.order.total_amount),
                (gettext_lazy("Currency"), lambda it: it.row.order.currency),
            ),
            is_number=True,
        ),
        Column(
            "status",
            gettext_lazy("Status"),
            (
                (gettext_lazy("Status"), lambda it: it.row.tab_words),
                (
                    gettext_lazy("Reasons"),
                    lambda it: ", ".join(label(HoldReason, hold.reason) for hold in it.row.holds),
                ),
            ),
        ),
        Column(
            "carrier",
            gettext_lazy("Carrier"),
            (
                (
                    gettext_lazy("Carrier"),
                    lambda it: ", ".join(dict.fromkeys(one.carrier for one in it.parcels)),
                ),
                (
                    gettext_lazy("Tracking number"),
                    lambda it: ", ".join(one.number for one in it.parcels if one.number),
                ),
            ),
        ),
        Column("sku", gettext_lazy("SKU"), ((gettext_lazy("SKU"), _skus),)),
        Column("tags", gettext_lazy("Tags"), ((gettext_lazy("Tags"), lambda it: ", ".join(it.row.tags)),)),
        Column(
            "note",
            gettext_lazy("Note"),
            (
                (gettext_lazy("Flag"), lambda it: label(Flag, it.row.mark.flag) if it.row.mark else ""),
                (gettext_lazy("Note"), lambda it: it.row.mark.note if it.row.mark else ""),
            ),
        ),
        Column(
            "placed",
            gettext_lazy("Ordered at"),
            ((gettext_lazy("Ordered at"), lambda it: it.local(it.row.order.placed_at)),),
        ),
        Column("due", gettext_lazy("Deadline"), _DUE),
        Column(
            "platform",
            gettext_lazy("On the platform"),
            (
                (
                    gettext_lazy("On the platform"),
                    lambda it: label(PlatformStatus, it.row.order.platform_status),
                ),
            ),
        ),
        Column(
            "shipping",
            gettext_lazy("Shipping"),
            ((gettext_lazy("Shipping"), lambda it: label(ShippingType, it.row.order.shipping_type)),),
        ),
    )
}
FIRST = "order"  # it sticks to the left and is always there
STANDARD = ("order", "clock", "shop", "item", "units", "amount", "status", "carrier")


def known(keys: Sequence[str]) -> list[str]:
    """Keys that there are, each once, the order's number first."""
    return [FIRST, *(key for key in dict.fromkeys(keys) if key in COLUMNS and key != FIRST)]


def chosen_by(*, user_id: int) -> list[str]:
    """The columns of a person, or the standard ones."""
    layout = QueueLayout.objects.filter(user_id=user_id).values_list("columns", flat=True).first()
    return known(layout or STANDARD)


@transaction.atomic
def choose(*, user_id: int, keys: Sequence[str], now: datetime) -> list[str]:
    """Keep a person's columns in their order; raises NoColumns."""
    columns = known(keys)
    if len(columns) < 2:
        raise NoColumns(_("Choose at least one column beside the order's number."))
    QueueLayout.objects.update_or_create(user_id=user_id, defaults={"columns": columns, "changed_at": now})
    return columns


@transaction.atomic
def reset(*, user_id: int) -> None:
    """Back to the standard columns."""
    QueueLayout.objects.filter(user_id=user_id).delete()


def headings(keys: Sequence[str]) -> list[tuple[str, Cell]]:
    """Columns of a sheet, each heading once."""
    found: dict[str, Cell] = {}
    for key in known(keys):
        for words, cell in COLUMNS[key].sheet:
            found.setdefault(str(words), cell)
    return list(found.items())
