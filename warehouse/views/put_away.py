"""The put-away station: scan an item at the dock, carry it to the advised shelf, scan the bin."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import put_away, put_away_advice, selectors
from warehouse.models import Lot, Warehouse
from warehouse.put_away import Waiting
from warehouse.views.bins import number
from warehouse.views.station_words import camera_words, step_words


def _site(request: HttpRequest, given) -> Warehouse | None:
    """The building that was chosen, else the first one."""
    if chosen := number(given.get("warehouse", "")):
        return get_object_or_404(Warehouse, pk=chosen, is_active=True)
    return selectors.warehouses().first()


def _hand(given, site: Warehouse | None) -> Waiting | None:
    """The goods that the person holds, as long as they wait at the dock."""
    sku_id, dock_id = number(given.get("sku", "")), number(given.get("dock", ""))
    if site is None or not sku_id:
        return None
    found = put_away.waiting(warehouse_id=site.pk, sku_id=sku_id)
    return next((one for one in found if not dock_id or one.dock.pk == dock_id), None)


def _lot_id(given, hand: Waiting) -> int | None:
    """The lot that was chosen, else the first to expire of those that are for sale."""
    chosen = number(given.get("lot", ""))
    held = [one for one in hand.held if one.units > 0]
    if any(one.lot_id == chosen for one in held):
        return chosen
    ordered = sorted(held, key=lambda one: (one.is_withheld, one.rank))
    return ordered[0].lot_id if ordered else None


@seller_page("floor.pick")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What stands at the dock and belongs on a shelf."""
    site = _site(request, request.GET)
    return _station(request, site, hand=_hand(request.GET, site), given=request.GET)


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """An item first; with an item in hand, its bin."""
    given, site = request.POST, _site(request, request.POST)
    code, hand = given.get("code", ""), _hand(request.POST, site)
    if site is None:
        return _station(request, None)
    try:
        if hand is None and not given.get("sku"):
            found = put_away.recognize(code=code, warehouse_id=site.pk)
            return _station(request, site, hand=found, answer=(True, put_away.take_words(found), ""))
        done = _place(request, given, hand)
    except RuleViolation as error:
        again = code if error.code == "bin_has_others" else ""
        answer = (False, str(error), error.code)
        return _station(request, site, hand=hand, given=given, again=again, answer=answer)
    return _station(request, site, answer=(True, done.text, ""))


def _place(request: HttpRequest, given, hand: Waiting | None) -> put_away.Placed:
    code, typed = given.get("code", "").strip(), given.get("quantity", "")
    return put_away.place(
        dock_id=hand.dock.pk if hand else number(given.get("dock", "")) or 0,
        sku_id=hand.sku.pk if hand else number(given["sku"]) or 0,
        bin_code=code,
        quantity=None if not typed else number(typed) or 0,
        lot_id=_lot_id(given, hand) if hand else number(given.get("lot", "")),
        is_sure=bool(code) and given.get("again", "").upper() == code.upper(),
        expected=given.get("expected", "")[:30],
        key=given.get("key", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )


@seller_page("floor.pick")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Back to the dock with what was put away last."""
    site, key = _site(request, request.POST), request.POST.get("undo", "")
    try:
        text = put_away.undo(key=key, actor=actors.of_user(request.user), now=clock.now())
    except RuleViolation as error:
        return _station(request, site, answer=(False, str(error), error.code))
    return _station(request, site, answer=(True, text, ""))


def _station(
    request: HttpRequest,
    site: Warehouse | None,
    *,
    hand: Waiting | None = None,
    given=None,
    again: str = "",
    answer: tuple[bool, str, str] | None = None,
) -> HttpResponse:
    now, me = clock.now(), actors.of_user(request.user)
    context: dict[str, object] = {"site": site, "sites": list(selectors.warehouses()), "again": again}
    context["answer"] = {"ok": answer[0], "text": answer[1]} if answer else None
    context |= {"key": uuid.uuid4().hex, "camera_words": camera_words(), "keep_words": step_words()}
    if site:
        context["waiting"] = put_away.waiting(warehouse_id=site.pk)
        context["last"] = put_away.last(actor=me, warehouse_id=site.pk, now=now)
    if site and hand:
        context |= _in_hand(site, hand, _lot_id(given or {}, hand), given or {}, now=now)
    status = 422 if answer and not answer[0] else 200
    response = htmx.render(
        request, "warehouse/put_away.html", "warehouse/_put_away.html", context, status=status
    )
    return htmx.scanned(response, ok=answer[0], text=answer[1], kind=answer[2]) if answer else response


def _in_hand(site: Warehouse, hand: Waiting, lot_id: int | None, given, *, now) -> dict[str, object]:
    held = [one for one in hand.held if one.units > 0] if hand.sku.is_by_lot else []
    known = {lot.pk: lot for lot in Lot.objects.filter(pk__in=[one.lot_id for one in held if one.lot_id])}
    most, lot = hand.of_lot(lot_id), known.get(lot_id)
    typed = number(given.get("quantity", ""))
    return {
        "hand": hand,
        "lot": lot,
        "held": [
            {"held": one, "lot": known.get(one.lot_id), "current": one.lot_id == lot_id} for one in held
        ],
        "most": most,
        "units": typed if typed and typed <= most else most,
        "advice": put_away_advice.advise(warehouse=site, sku=hand.sku, lot=lot, now=now),
    }
