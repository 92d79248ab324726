"""Why a wave looks as it does: the facts as stored with it, and the sentence in the reader's language."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import Package
from warehouse.models import Lane, PickMode, ReplanWhy, Wave
from warehouse.wave_plan import Plan, TooBig

NAMED_AT_MOST = 3


def facts_of(*, plan: Plan, wave: Wave, is_narrow: bool, now: datetime, anew: str = "") -> str:
    """What `reason_text` needs, as it is kept with the wave."""
    inside = set(plan.package_ids)
    orders = order_numbers(plan.too_big[:NAMED_AT_MOST])
    facts = {
        "packages": len(inside),
        "minutes": _minutes(now, wave.first_due_at),
        "carts": len(plan.walks),
        "lacking": len(plan.lacking),
        "meters": round(plan.length_mm / 1000),
        "takes": _minutes(now, plan.picked_at) or 0,
        "packed": _minutes(now, plan.finish_at),
        "late": len(plan.late),
        "apart": plan.is_split,
        "filtered": is_narrow,
        "carrier": wave.carrier,
        "mode": wave.mode,
        "anew": anew,
        "lanes": {
            lane: sum(len(walk.package_ids) for walk in plan.walks if walk.lane == lane)
            for lane in (Lane.SINGLE, Lane.BULK)
        },
        "big": [
            [orders.get(one.package_id, ""), one.measure, one.needs, one.takes]
            for one in plan.too_big[:NAMED_AT_MOST]
        ],
        "wall": [plan.wall_room, plan.no_slot] if plan.no_slot else [],
        "more_big": max(len(plan.too_big) - NAMED_AT_MOST, 0),
    }
    return json.dumps(facts)


def show_facts(*, show: str) -> str:
    """The same of the wave that is the lane of a live show."""
    return json.dumps({"show": show})


def order_numbers(found: Sequence[TooBig]) -> dict[int, str]:
    """Package → its order's number."""
    if not found:
        return {}
    rows = Package.objects.filter(pk__in=[one.package_id for one in found])
    return dict(rows.values_list("pk", "order__platform_order_id"))


def _minutes(now: datetime, moment: datetime | None) -> int | None:
    return int((moment - now).total_seconds() // 60) if moment else None


def reason_text(wave: Wave) -> str:
    """Why these packages."""
    if not wave.reason:
        return ""
    facts = json.loads(wave.reason)
    if "show" in facts:
        return _(
            "packages of the live show “%(show)s” that go out pre-packed: nobody walks for them, "
            "one scan at the pack station takes each"
        ) % {"show": facts["show"]}
    parts = [_urgency(facts)]
    if facts["minutes"] is not None:
        hours, minutes = divmod(abs(facts["minutes"]), 60)
        text = _("the first one was late by %(hours)d h %(minutes)d m when planned")
        if facts["minutes"] >= 0:
            text = _("the first one had %(hours)d h %(minutes)d m left when planned")
        parts.append(text % {"hours": hours, "minutes": minutes})
    parts.append(
        ngettext(
            "%(count)d cart with the shortest walk",
            "%(count)d carts with the shortest walks",
            facts["carts"],
        )
        % {"count": facts["carts"]}
    )
    if facts.get("anew"):
        parts.insert(0, _("laid out anew: %(why)s") % {"why": ReplanWhy(facts["anew"]).label})
    parts += [*_ways(facts), *_expected(facts), *_left_out(facts)]
    return _("; ").join(parts)


def _urgency(facts: dict) -> str:
    text = ngettext(
        "%(count)d package with the earliest deadlines",
        "%(count)d packages with the earliest deadlines",
        facts["packages"],
    ) % {"count": facts["packages"]}
    if facts["filtered"]:
        text = _("%(what)s that fit the chosen filter") % {"what": text}
    if facts.get("carrier"):
        text = _("%(what)s, all for %(carrier)s") % {"what": text, "carrier": facts["carrier"]}
    return text


def _ways(facts: dict) -> list[str]:
    """How they are picked. The usual way says nothing."""
    lanes = facts.get("lanes", {})
    parts = []
    if facts.get("mode") == PickMode.BY_ORDER:
        parts.append(_("one package after the other"))
    if facts.get("mode") == PickMode.BATCH:
        parts.append(_("picked together and sorted afterwards"))
    if lanes.get(Lane.SINGLE):
        parts.append(
            ngettext(
                "%(count)d package of one unit walks without slots and is told apart at packing",
                "%(count)d packages of one unit walk without slots and are told apart at packing",
                lanes[Lane.SINGLE],
            )
            % {"count": lanes[Lane.SINGLE]}
        )
    if lanes.get(Lane.BULK):
        parts.append(
            ngettext(
                "%(count)d package with the same product is picked in one go",
                "%(count)d packages with the same product are picked in one go",
                lanes[Lane.BULK],
            )
            % {"count": lanes[Lane.BULK]}
        )
    return parts


def _expected(facts: dict) -> list[str]:
    """What the plan leads to. Waves planned before it was known say nothing."""
    if "meters" not in facts:
        return []
    parts = [
        _("%(meters)d m to walk, expected to be picked %(minutes)d minutes after its start")
        % {"meters": facts["meters"], "minutes": facts["takes"]}
    ]
    if facts.get("packed") is not None:
        parts.append(_("all packed %(minutes)d minutes after it") % {"minutes": facts["packed"]})
    if facts["apart"]:
        parts.append(_("the urgent packages walk first and apart: together they would be late"))
    if facts["late"]:
        parts.append(
            ngettext(
                "%(count)d package is expected to be packed after its deadline or its carrier's last pickup",
                "%(count)d packages are expected to be packed after their deadlines or their carriers' last pickups",
                facts["late"],
            )
            % {"count": facts["late"]}
        )
    return parts


def _left_out(facts: dict) -> list[str]:
    parts = [_wall(*facts["wall"])] if facts.get("wall") else []
    parts += [
        big_text(order=order, measure=measure, needs=needs, takes=takes)
        for order, measure, needs, takes in facts.get("big", [])
    ]
    if facts.get("more_big"):
        parts.append(
            ngettext(
                "%(count)d more package fits no cart",
                "%(count)d more packages fit no cart",
                facts["more_big"],
            )
            % {"count": facts["more_big"]}
        )
    if facts["lacking"]:
        parts.append(
            ngettext(
                "%(count)d package left out: its goods are on no shelf now",
                "%(count)d packages left out: their goods are on no shelf now",
                facts["lacking"],
            )
            % {"count": facts["lacking"]}
        )
    return parts


def _wall(room: int, left_out: int) -> str:
    text = ngettext(
        "%(count)d package waits for another wave: free slots of the put wall: %(room)d",
        "%(count)d packages wait for another wave: free slots of the put wall: %(room)d",
        left_out,
    )
    return text % {"count": left_out, "room": room}


def too_big_text(*, one: TooBig, order: str) -> str:
    return big_text(order=order, measure=one.measure, needs=one.needs, takes=one.takes)


def big_text(*, order: str, measure: str, needs: int, takes: int) -> str:
    """A cart too small for one order: what is too much, and what to do."""
    text = {
        "units": _("order %(order)s fits no cart: it holds %(needs)d units, a cart takes %(takes)d"),
        "weight_g": _("order %(order)s fits no cart: it weighs %(needs)d g, a cart takes %(takes)d g"),
        "volume_ml": _("order %(order)s fits no cart: it fills %(needs)d ml, a cart takes %(takes)d ml"),
    }[measure]
    return text % {"order": order, "needs": needs, "takes": takes}
