"""Sentences about shows: what stands against a plan, where its figures come from, why a package went the normal way."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Sku
from core import sentences
from warehouse.forward import USUAL_SHARE, Line, Problem
from warehouse.models import ShowProduct

NO_PREPACKED, LANE_CLOSED = "no_prepacked", "lane_closed"


def problem_text(problem: Problem) -> str:
    """What stands against the plan, and what to do."""
    texts = {
        "no_bin": _(
            "There is no forward bin left for %(sku)s. Make one more, or take a product off the show."
        ),
        "bin_taken": _("%(bin)s has the goods of “%(show)s”. Choose another bin for %(sku)s."),
        "bin_twice": _("Two products of this show want %(bin)s. Choose another bin for %(sku)s."),
        "bin_filled": _("Other goods lie in %(bin)s. Empty it, or choose another bin for %(sku)s."),
        "no_stock": _("Nothing of %(sku)s is free to be brought. Receive some, or take it off the show."),
        "too_many_prepacks": _(
            "%(wanted)d × %(sku)s cannot be pre-packed: only %(free)d are free. Type fewer, or receive some."
        ),
        "no_carton": _("No carton is known to take %(sku)s. Choose one, or pre-pack none of it."),
        "material_short": _(
            "Pre-packing uses up %(need)d of %(sku)s, %(have)d are there. Receive some, or pre-pack less."
        ),
    }
    facts = dict(problem.facts)
    if "sku_id" in facts:
        facts["sku"] = Sku.objects.only("seller_sku").get(pk=facts["sku_id"]).seller_sku
    return texts[problem.code] % facts


def expected_text(product: ShowProduct) -> str:
    """Where the expectation comes from."""
    why = product.why
    shows = why.get("shows", [])
    past = ngettext(
        "the middle of %(count)d past show: %(units)s",
        "the middle of %(count)d past shows: %(units)s",
        len(shows),
    ) % {"count": len(shows), "units": sentences.listed(str(units) for _title, _day, units in shows)}
    if why.get("by") != "typed":
        return past
    return _("typed; %(past)s") % {"past": past} if shows else _("typed; no past show sold it")


def line_text(product: ShowProduct, line: Line) -> str:
    """Why so many are expected, brought and pre-packed."""
    return _line_text(product, line.why, bring=line.bring, prepack=line.prepack)


def prepared_text(product: ShowProduct) -> str:
    """The same of a plan that was carried out."""
    plan = product.why.get("plan", {})
    return _line_text(product, plan, bring=product.bring_units, prepack=product.prepack_units)


def _line_text(product: ShowProduct, why: Mapping[str, object], *, bring: int, prepack: int) -> str:
    parts = [_("Expected: %(why)s.") % {"why": expected_text(product)}]
    if "meters" in why:
        parts.append(_("%(meters)d m from the pack point.") % {"meters": why["meters"]})
    if bring < product.expected_units and why.get("free", 0) < product.expected_units:
        parts.append(_("Only %(free)d are free.") % {"free": why.get("free", 0)})
    elif bring and bring < product.expected_units:
        parts.append(_("No more fit into the bin: the rest stays on its shelf."))
    if product.prepack_wish is not None:
        parts.append(_("Pre-packed as typed."))
    elif prepack and product.why.get("share"):
        parts.append(
            ngettext(
                "Pre-packed: %(percent)d %% were ordered alone, of %(parcels)d parcel of past shows.",
                "Pre-packed: %(percent)d %% were ordered alone, of %(parcels)d parcels of past shows.",
                product.why.get("parcels", 0),
            )
            % {"percent": round(100 * product.why["share"]), "parcels": product.why.get("parcels", 0)}
        )
    elif prepack:
        parts.append(
            _("Pre-packed: usually %(percent)d %% are ordered alone.") % {"percent": 100 * USUAL_SHARE}
        )
    elif bring:
        parts.append(_("None is pre-packed: no carton is known to take it."))
    return sentences.joined(parts)
