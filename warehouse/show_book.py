"""The record of a live show: when, who, which products, and how much of each is expected, with where that figure comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from tenancy.models import Shop
from warehouse import show_sales
from warehouse.models import Bin, Carton, Show, ShowProduct, ShowState, ShowTask, Warehouse

LONGEST = timedelta(hours=24)
READY_BEFORE = timedelta(minutes=30)  # everything is in place so long before the show
PRODUCTS_AT_MOST = 100
UNITS_AT_MOST = 100_000
EDITABLE = (ShowState.PLANNED, ShowState.PREPARING, ShowState.LIVE)


class BadShow(RuleViolation):
    """The show cannot be kept like this. `field` names what is wrong."""

    code = "bad_show"


class ShowInPast(BadShow):
    """It would have begun already."""

    code = "show_in_past"


class ShowEndsFirst(BadShow):
    """It would end before it begins, or last for days."""

    code = "show_ends_first"


class NothingKnown(BadShow):
    """Nobody said how much is expected, and no past show says it."""

    code = "nothing_known"


class ShowIsSet(RuleViolation):
    """Too late for this change."""

    code = "show_is_set"
    status = 409


@dataclass(frozen=True)
class ShowFacts:
    """What a person says about a show."""

    shop_id: int
    warehouse_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    host: str = ""


@dataclass(frozen=True)
class Wanted:
    """One product. None: worked out from past shows, or by the plan."""

    sku_id: int
    expected: int | None = None
    prepack: int | None = None
    bin_code: str = ""
    carton_code: str = ""


@transaction.atomic
def book(*, facts: ShowFacts, products: Sequence[Wanted] = (), actor: Actor, now: datetime) -> Show:
    """Keep a show. Nothing is carried or packed for it before it is prepared."""
    _refuse_times(facts.starts_at, facts.ends_at)
    if facts.starts_at <= now:
        raise ShowInPast(_("This show would have begun already. Choose a time to come."), field="starts_at")
    show = Show(made_at=now, by_label=actor.label[:120])
    _take_over(show, facts)
    show.save(force_insert=True)
    _keep_products(show, products)
    _note(show, "show.booked", actor=actor, now=now, products=len(products))
    return show


@transaction.atomic
def change(*, show_id: int, facts: ShowFacts, actor: Actor, now: datetime) -> Show:
    """Correct the record. Goods that are being brought stay in their warehouse; a live show may only end at another time."""
    show = Show.objects.lock().get(pk=show_id)
    if show.state not in EDITABLE:
        raise ShowIsSet(
            _("“%(show)s” is %(state)s: it is not changed any more.")
            % {"show": show.title, "state": show.get_state_display()}
        )
    _refuse_times(facts.starts_at, facts.ends_at)
    if show.state != ShowState.PLANNED and (facts.shop_id, facts.warehouse_id) != (
        show.shop_id,
        show.warehouse_id,
    ):
        raise ShowIsSet(
            _("Goods of “%(show)s” are being brought: its shop and warehouse stay.") % {"show": show.title}
        )
    if facts.starts_at != show.starts_at and show.state == ShowState.LIVE:
        raise ShowIsSet(_("“%(show)s” has begun: only its end can be moved.") % {"show": show.title})
    if facts.starts_at != show.starts_at and facts.starts_at <= now:
        raise ShowInPast(_("This show would have begun already. Choose a time to come."), field="starts_at")
    if facts.ends_at <= now:
        raise ShowInPast(_("This end is over already. Choose a later one."), field="ends_at")
    _take_over(show, facts)
    show.late_at = None
    show.save()
    ShowTask.objects.filter(product__show=show, done_at__isnull=True).update(
        due_at=show.starts_at - READY_BEFORE
    )
    _note(show, "show.changed", actor=actor, now=now)
    return show


def _refuse_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ShowEndsFirst(_("A show ends after it has begun. Look at both times again."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise ShowEndsFirst(
            _("A show lasts %(hours)d hours at most. Book the rest as another one.") % {"hours": 24},
            field="ends_at",
        )


def _take_over(show: Show, facts: ShowFacts) -> None:
    shop = Shop.objects.filter(pk=facts.shop_id).first()
    warehouse = Warehouse.objects.filter(pk=facts.warehouse_id, is_active=True).first()
    if shop is None or warehouse is None:
        raise BadShow(_("Choose a shop and a warehouse of yours."), field="shop")
    if not facts.title.strip():
        raise BadShow(_("Give the show a name."), field="title")
    show.shop, show.warehouse = shop, warehouse
    show.title, show.host = facts.title.strip()[:120], facts.host.strip()[:120]
    show.starts_at, show.ends_at = facts.starts_at, facts.ends_at


@transaction.atomic
def set_products(*, show_id: int, products: Sequence[Wanted], actor: Actor, now: datetime) -> Show:
    """Add products, or say anew what is expected of them. Nothing that is being brought changes any more."""
    show = _lock_planned(show_id)
    _keep_products(show, products)
    _note(show, "show.products_set", actor=actor, now=now, products=len(products))
    return show


@transaction.atomic
def drop_product(*, show_id: int, sku_id: int, actor: Actor, now: datetime) -> Show:
    """Take a product off the show."""
    show = _lock_planned(show_id)
    ShowProduct.objects.filter(show=show, sku_id=sku_id).delete()
    _note(show, "show.product_dropped", actor=actor, now=now, sku_id=sku_id)
    return show


def _lock_planned(show_id: int) -> Show:
    show = Show.objects.lock().get(pk=show_id)
    if show.state != ShowState.PLANNED:
        raise ShowIsSet(
            _("The products of “%(show)s” are set: it is %(state)s. Take the plan back first.")
            % {"show": show.title, "state": show.get_state_display()}
        )
    return show


def _keep_products(show: Show, products: Sequence[Wanted]) -> None:
    skus = Sku.objects.in_bulk([one.sku_id for one in products])
    expected = show_sales.expectations(shop_id=show.shop_id, sku_ids=skus, before=show.starts_at)
    for wanted in products:
        sku = skus[wanted.sku_id]
        _refuse_product(sku, wanted)
        found = expected[sku.pk]
        units = found.units if wanted.expected is None else wanted.expected
        if units is None:
            raise NothingKnown(
                _("No past show sold %(sku)s: type how many units you expect.") % {"sku": sku.seller_sku},
                field="products",
            )
        values = {
            "expected_units": units,
            "prepack_wish": wanted.prepack,
            "bin_wish": _bin(show, wanted.bin_code),
            "carton_wish": _carton(wanted.carton_code),
            "why": _why(found, is_typed=wanted.expected is not None),
        }
        ShowProduct.objects.update_or_create(show=show, sku=sku, defaults=values)
    if ShowProduct.objects.filter(show=show).count() > PRODUCTS_AT_MOST:
        raise BadShow(
            _("A show has %(most)d products at most.") % {"most": PRODUCTS_AT_MOST}, field="products"
        )


def _refuse_product(sku: Sku, wanted: Wanted) -> None:
    if sku.is_bundle or sku.material:
        raise BadShow(
            _("%(sku)s does not lie on a shelf to be sold by itself. Name the products it is made of.")
            % {"sku": sku.seller_sku},
            field="products",
        )
    for units in (wanted.expected, wanted.prepack):
        if units is not None and not 0 <= units <= UNITS_AT_MOST:
            raise BadShow(
                _("%(sku)s: units are a number from 0 to %(most)d.")
                % {"sku": sku.seller_sku, "most": UNITS_AT_MOST},
                field="products",
            )


def _bin(show: Show, code: str) -> Bin | None:
    if not code.strip():
        return None
    found = Bin.objects.filter(
        warehouse_id=show.warehouse_id, code__iexact=code.strip(), is_active=True, zone__is_forward=True
    ).first()
    if found is None:
        raise BadShow(
            _("“%(code)s” is no forward bin of %(warehouse)s. Choose one of the forward zone.")
            % {"code": code.strip()[:30], "warehouse": show.warehouse.name},
            field="bin",
        )
    return found


def _carton(code: str) -> Carton | None:
    if not code.strip():
        return None
    found = Carton.objects.filter(code=code.strip(), is_active=True).first()
    if found is None:
        raise BadShow(_("There is no carton “%(code)s”.") % {"code": code.strip()[:20]}, field="carton")
    return found


def _why(found: show_sales.Expectation, *, is_typed: bool) -> dict[str, object]:
    """The facts behind the figures, as they are stored; `show_words` puts them into a sentence."""
    return {
        "by": "typed" if is_typed else "past",
        "shows": [list(one) for one in found.shows],
        "median": found.units,
        "share": found.share,
        "parcels": found.parcels,
    }


def _note(show: Show, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="show",
        subject_id=show.pk,
        show=show.title,
        **detail,
    )
