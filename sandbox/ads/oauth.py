"""Letting an app in: the consent page, the code, the token, and which accounts the token opens."""

from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.ads import grants
from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.model import ENABLE

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Authorize an app</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;background:#f3f4f6;margin:0}}
main{{max-width:34rem;margin:4rem auto;background:#fff;padding:2rem;border-radius:.75rem;box-shadow:0 1px 3px #0002}}
h1{{font-size:1.25rem;margin-top:0}}h2{{font-size:1rem;margin:1.5rem 0 .25rem}}label{{display:block;padding:.35rem 0}}small{{color:#6b7280}}
button{{font:inherit;padding:.5rem 1.25rem;border-radius:.5rem;border:1px solid #d1d5db;background:#fff;margin:1rem .5rem 0 0}}
button.yes{{background:#111827;color:#fff;border-color:#111827}}</style></head><body><main>{content}</main></body></html>"""
HEAD = "<h1>Ads sandbox: who allows {app} to manage ad accounts?</h1>"
FORM = """<form method="post"><h2>{company}</h2>{rows}
<button class="yes" name="choice" value="allow">Confirm</button><button name="choice" value="refuse">Cancel</button></form>"""
ROW = """<label><input type="checkbox" name="advertiser_id" value="{id}" checked> {name}
<small>{currency} · {id}</small></label>"""


def routes(world) -> list[BaseRoute]:
    async def ask(request: Request) -> Response:
        problem = _problem(world, request)
        if problem:
            return _page(f"<h1>This link does not work</h1><p>{escape(problem)}</p>", status=400)
        head = HEAD.format(app=escape(request.query_params["app_id"]))
        return _page(head + _forms(world, request.query_params.get("open_id", "")))

    async def decide(request: Request) -> Response:
        problem = _problem(world, request)
        if problem:
            return _page(f"<h1>This link does not work</h1><p>{escape(problem)}</p>", status=400)
        form = parse_qs((await request.body()).decode())
        answer = {"state": request.query_params.get("state", "")}
        chosen = form.get("advertiser_id", [])
        if form.get("choice", ["allow"])[0] == "refuse":
            answer["error"] = "access_denied"
        elif not chosen or set(chosen) - set(world.ads.advertisers):
            return _page("<h1>Choose at least one ad account</h1>", status=400)
        else:
            answer["auth_code"] = world.ads.new_auth_code(chosen)
        return RedirectResponse(_with_query(_redirect_uri(world, request), answer), status_code=302)

    return [
        Route("/portal/auth", ask, methods=["GET"]),
        Route("/portal/auth", decide, methods=["POST"]),
    ]


def _forms(world, open_id: str) -> str:
    """One form for each company, as each person only ever sees the accounts of their own."""
    companies: dict[str, list[str]] = {}
    for row in world.ads.advertisers.values():
        if open_id in ("", row.open_id):
            box = ROW.format(**{name: escape(getattr(row, name)) for name in ("id", "name", "currency")})
            companies.setdefault(row.company, []).append(box)
    forms = [
        FORM.format(company=escape(company), rows="".join(boxes)) for company, boxes in companies.items()
    ]
    return "".join(forms)


def _page(content: str, *, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(content=content), status_code=status)


def _redirect_uri(world, request: Request) -> str:
    return request.query_params.get("redirect_uri") or world.settings.get("ads_redirect_uri", "")


def _problem(world, request: Request) -> str:
    if request.query_params.get("app_id") != world.settings["ads_app_id"]:
        return "No app has this app_id."
    target, registered = (
        urlsplit(_redirect_uri(world, request)),
        urlsplit(world.settings.get("ads_redirect_uri", "")),
    )
    if target.scheme not in {"http", "https"} or not target.netloc:
        return "A redirect_uri is wanted."
    if registered.path and target.path.rstrip("/") != registered.path.rstrip("/"):
        return "The redirect_uri is not the one registered for this app."
    return ""


def _with_query(url: str, extra: dict) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(extra)}"


def _check_app(call: Call) -> None:
    app_id, secret = str(call.params.get("app_id", "")), str(call.params.get("secret", ""))
    if (app_id, secret) != (call.world.settings["ads_app_id"], call.world.settings["ads_secret"]):
        raise ApiError(40002, "app_id or secret is incorrect")


def access_token(call: Call) -> dict:
    _check_app(call)
    grant = call.ads.grants.exchange(call.text("auth_code"))
    return {"access_token": grant.token, "advertiser_ids": grant.advertiser_ids, "scope": grant.scope}


def revoke(call: Call) -> dict:
    _check_app(call)
    call.ads.grants.revoke(call.text("access_token"))
    return {}


def advertisers(call: Call) -> dict:
    _check_app(call)
    rows = [call.ads.advertisers[advertiser_id] for advertiser_id in call.grant.advertiser_ids]
    return {"list": [{"advertiser_id": row.id, "advertiser_name": row.name} for row in rows]}


def advertiser_info(call: Call) -> dict:
    found = [call.allowed(advertiser_id) for advertiser_id in call.ids("advertiser_ids", most=100)]
    rows = [
        {
            "advertiser_id": row.id,
            "name": row.name,
            "company": row.company,
            "status": row.status,
            "currency": row.currency,
            "timezone": row.timezone,
            "display_timezone": row.timezone,
            "country": row.country,
            "balance": round(row.balance, 2),
            "owner_bc_id": row.bc_id,
            "role": "ROLE_ADVERTISER",
        }
        for row in found
    ]
    return {"list": call.trimmed(rows, always=("advertiser_id",))}


def business_centers(call: Call) -> dict:
    rows = {}
    for advertiser_id in call.grant.advertiser_ids:
        row = call.ads.advertisers[advertiser_id]
        info = {"bc_id": row.bc_id, "name": row.company, "currency": row.currency, "status": ENABLE}
        rows.setdefault(row.bc_id, {"bc_info": info, "user_role": "ADMIN"})
    return call.page(list(rows.values()), most=50)


def balances(call: Call) -> dict:
    bc_id = call.text("bc_id")
    mine = [call.ads.advertisers[advertiser_id] for advertiser_id in call.grant.advertiser_ids]
    found = [row for row in mine if row.bc_id == bc_id]
    if not found:
        raise ApiError(40001, "No permission for this Business Center")
    shown = {"STATUS_ENABLE": "APPROVED", "STATUS_LIMIT": "PUNISHED", "STATUS_DISABLE": "PUNISHED"}
    rows = [_balance(row, shown.get(row.status, "IN_REVIEW")) for row in found]
    page = call.page(rows, key="advertiser_account_list", most=50)
    return {name: value for name, value in page.items() if name != "list"}


def _balance(row, status: str) -> dict:
    cash = round(row.balance - row.grant, 2)
    return {
        "advertiser_id": row.id,
        "advertiser_name": row.name,
        "advertiser_status": f"SHOW_ACCOUNT_STATUS_{status}",
        "advertiser_type": "AUCTION",
        "currency": row.currency,
        "timezone": row.timezone,
        "account_balance": round(row.balance + row.frozen, 2),
        "valid_account_balance": round(row.balance, 2),
        "frozen_balance": row.frozen,
        "tax": 0.0,
        "cash_balance": cash,
        "valid_cash_balance": cash,
        "grant_balance": row.grant,
        "valid_grant_balance": row.grant,
        "budget_mode": "UNLIMITED",
        "budget": 0.0,
        "budget_cost": 0.0,
        "balance_reminder": row.balance <= 0,
    }


ENDPOINTS = [
    Endpoint(method="POST", path="oauth2/access_token/", run=access_token, needs_token=False),
    Endpoint(method="POST", path="oauth2/revoke_token/", run=revoke, needs_token=False),
    Endpoint(method="GET", path="oauth2/advertiser/get/", run=advertisers, scope=grants.ACCOUNT),
    Endpoint(method="GET", path="advertiser/info/", run=advertiser_info, scope=grants.ACCOUNT),
    Endpoint(method="GET", path="advertiser/balance/get/", run=balances, scope=grants.ACCOUNT),
    Endpoint(method="GET", path="bc/get/", run=business_centers, scope=grants.ACCOUNT),
]
