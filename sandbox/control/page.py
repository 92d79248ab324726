"""The page at /_sandbox/: what goes on, and buttons for the common acts. Works without script."""

import json
from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.carriers import EXCEPTIONS
from sandbox.control import acts
from sandbox.control.dump import summary
from sandbox.page import page
from sandbox.shop.errors import ShopError

SCANS = ("pickup", "transit", "arrival", "out_for_delivery", "delivered", *EXCEPTIONS)
STATUSES = ("AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "CANCELLED")
FAULT_FIELDS = ("share_5xx", "share_429", "share_timeout_after", "slow_ms")
HOOK_FIELDS = ("doubled", "reordered", "delayed_s", "dropped")


def routes(world) -> list[BaseRoute]:
    async def show(request: Request) -> Response:
        return HTMLResponse(_page(world, said=request.query_params.get("said", "")))

    async def act(request: Request) -> Response:
        form = {name: value for name, value in parse_qsl((await request.body()).decode()) if value}
        try:
            said = json.dumps(ACTS[request.path_params["act"]](world, form), ensure_ascii=False)[:400]
        except (ShopError, LookupError, *acts.REFUSALS) as error:
            said = f"Not done: {error}"
        return RedirectResponse(f"/_sandbox/?{urlencode({'said': said})}", status_code=303)

    return [
        Route("/_sandbox", show, methods=["GET"]),
        Route("/_sandbox/", show, methods=["GET"]),
        Route("/_sandbox/act/{act}", act, methods=["POST"]),
    ]


def _faults(world, form: dict) -> dict:
    names, target = (
        (HOOK_FIELDS, "webhooks") if form.pop("target", "") == "webhooks" else (FAULT_FIELDS, "all")
    )
    return acts.set_faults(world, {target: {name: float(form.get(name, 0)) for name in names}})


def _auto(world, form: dict) -> dict:
    numbers = {name: float(value) for name, value in form.items() if name != "enabled"}
    return acts.carrier_auto(world, {"enabled": form.get("enabled") == "on", **numbers})


def _spike(world, form: dict) -> dict:
    skus = [sku.strip() for sku in form.get("skus", "").split(",") if sku.strip()]
    return acts.start_spike(world, {**form, "skus": skus})


def _orders(world, form: dict) -> dict:
    hours = float(form.pop("age_hours", 0))
    skus = [sku.strip() for sku in form.pop("skus", "").split(",") if sku.strip()]
    made = acts.make_orders(world, {**form, "skus": skus, "age_seconds": hours * 3600})
    return {"made": len(made["order_ids"]), "first": made["order_ids"][:1], "skipped": made["skipped"]}


ACTS = {
    "orders": _orders,
    "rate": acts.set_rate,
    "spike": _spike,
    "buyer_cancel": acts.buyer_cancel,
    "advance": acts.advance_order,
    "scan": acts.scan,
    "auto": _auto,
    "faults": _faults,
    "clear_faults": lambda world, _form: acts.set_faults(world, {"clear": True}),
    "clock": acts.move_clock,
    "auth_code": acts.auth_code,
    "expire": acts.expire_tokens,
    "revoke": acts.revoke,
    "reset": acts.reset,
}


def _page(world, *, said: str) -> str:
    state = summary(world)
    notice = f"<p class='said'>{escape(said)}</p>" if said else ""
    cards = [
        _card("New orders", _order_forms(state)),
        _card("Live-show spike", _spike_form(state)),
        _card("One order", _one_order_forms()),
        _card("Carriers", _carrier_forms(state)),
        _card("Faults in answers", _fault_form(state["faults"]["shop"], FAULT_FIELDS, "all")),
        _card("Faults in webhooks", _fault_form(state["faults"]["webhooks"], HOOK_FIELDS, "webhooks")),
        _card("Sellers", _seller_forms(state)),
        _card("Time and start over", _clock_forms(state)),
    ]
    body = f"{notice}{_shops(state)}<div class='grid'>{''.join(cards)}</div>{_counts(state)}"
    return page(
        title="Sandbox",
        lead="A TikTok Shop, a TikTok Ads and a tracking provider that are not real.",
        body=body,
    )


def _card(title: str, body: str) -> str:
    return f"<section class='card'><h2>{escape(title)}</h2>{body}</section>"


def _form(act: str, button: str, *fields: str) -> str:
    return f"<form method='post' action='/_sandbox/act/{act}'>{''.join(fields)}<button>{escape(button)}</button></form>"


def _input(name: str, label: str, value: object = "") -> str:
    return f"<label>{escape(label)}<input name='{name}' value='{escape(str(value))}'></label>"


def _select(name: str, label: str, options: list[tuple[str, str]]) -> str:
    rows = "".join(f"<option value='{escape(value)}'>{escape(text)}</option>" for value, text in options)
    return f"<label>{escape(label)}<select name='{name}'>{rows}</select></label>"


def _shop_select(state: dict) -> str:
    return _select("shop_id", "Shop", [(shop["id"], f"{shop['name']}") for shop in state["shops"]])


def _order_forms(state: dict) -> str:
    statuses = [("", "as life goes"), *((status, status) for status in STATUSES[:4])]
    kinds = [("", "any"), ("SELLER", "seller"), ("TIKTOK", "platform")]
    make = _form(
        "orders",
        "Make orders",
        _shop_select(state),
        _input("count", "How many", 1),
        _input("skus", "SKUs (commas)"),
        _input("age_hours", "Hours old", 0),
        _select("status", "Status", statuses),
        _select("shipping_type", "Shipping", kinds),
    )
    rate = state["settings"]["orders_per_minute"]
    return make + _form("rate", "Set rate", _input("per_minute", "Orders a minute, all shops", rate))


def _spike_form(state: dict) -> str:
    return _form(
        "spike",
        "Start",
        _shop_select(state),
        _input("skus", "SKUs (commas)", "KF-MUG-SEA"),
        _input("count", "Orders", 60),
        _input("seconds", "Seconds", 30),
    )


def _one_order_forms() -> str:
    statuses = [(status, status) for status in STATUSES]
    scans = [(kind, kind.replace("_", " ")) for kind in SCANS]
    return (
        _form("advance", "Move on", _input("order_id", "Order"), _select("status", "To", statuses))
        + _form("buyer_cancel", "Buyer cancels", _input("order_id", "Order"))
        + _form("scan", "Scan", _input("order_id", "Order"), _select("kind", "Kind", scans))
        + _form("scan", "Scan", _input("tracking_number", "Tracking number"), _select("kind", "Kind", scans))
    )


def _carrier_forms(state: dict) -> str:
    settings = state["carriers"]
    checked = " checked" if settings["enabled"] else ""
    box = f"<label>By themselves<input type='checkbox' name='enabled'{checked}></label>"
    fields = [_input(name, name.replace("_", " "), settings[name]) for name in settings if name != "enabled"]
    return _form("auto", "Set", box, *fields) + f"<small>{state['parcels']} parcels</small>"


def _fault_form(knobs: dict, names: tuple[str, ...], target: str) -> str:
    hidden = f"<input type='hidden' name='target' value='{target}'>"
    fields = [_input(name, name.replace("_", " "), knobs[name]) for name in names]
    return _form("faults", "Set", hidden, *fields) + _form("clear_faults", "All off")


def _seller_forms(state: dict) -> str:
    options = [(seller["open_id"], seller["name"]) for seller in state["sellers"]]
    pick = _select("open_id", "Seller", options)
    known = ", ".join(state["authorized"]) or "nobody yet"
    return (
        _form("auth_code", "New auth code", pick)
        + _form("expire", "Expire access tokens", pick)
        + _form("revoke", "Remove the app", pick)
        + f"<small>Authorized: {escape(known)}</small>"
    )


def _clock_forms(state: dict) -> str:
    forms = _form("clock", "Go ahead", _input("advance", "Seconds", 3600)) + _form("reset", "Start over")
    return forms + f"<small>{state['clock_offset']:.0f} s ahead of the wall clock</small>"


def _shops(state: dict) -> str:
    statuses = ("UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "CANCELLED")  # fmt: skip
    head = "".join(f"<th class='n'>{status.replace('_', ' ').capitalize()}</th>" for status in statuses)
    rows = "".join(
        f"<tr><td>{escape(shop['name'])}<small>{shop['id']}</small></td>"
        + "".join(f"<td class='n'>{shop['by_status'].get(status, 0)}</td>" for status in statuses)
        + "</tr>"
        for shop in state["shops"]
    )
    return f"<section class='card' style='margin-bottom:14px;overflow-x:auto'><table><tr><th>Shop</th>{head}</tr>{rows}</table></section>"


def _counts(state: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(kind)}</td><td class='n'>{count}</td></tr>"
        for kind, count in sorted(state["journal"].items(), key=lambda item: -item[1])[:30]
    )
    waiting = f"<small>{state['webhooks_waiting']} webhooks waiting</small>"
    links = "<p><a href='/_sandbox/dump'>dump</a> · <a href='/_sandbox/journal'>journal</a> · <a href='/_sandbox/state'>state</a></p>"
    return f"<section class='card' style='margin-top:14px'><h2>What happened</h2><table>{rows}</table>{waiting}{links}</section>"
