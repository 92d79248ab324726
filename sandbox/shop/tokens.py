"""The authorization host: token exchange and refresh, and the page on which a seller agrees."""

from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.page import page
from sandbox.shop.authorizations import AuthError, Grant
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call, answer, check_app, refusal


def routes(world) -> list[BaseRoute]:
    return [
        Route("/api/v2/token/get", _endpoint(world, _exchange), methods=["GET"]),
        Route("/api/v2/token/refresh", _endpoint(world, _refresh), methods=["GET"]),
        Route("/open/authorize", _consent(world), methods=["GET", "POST"]),
        Route("/oauth/authorize", _consent(world), methods=["GET", "POST"]),
    ]


def apis() -> list[Api]:
    return [
        Api(
            method="GET",
            path="/authorization/202309/shops",
            handler=shops,
            scope="seller.authorization.info",
            wants_shop=False,
        )
    ]


def shops(call: Call) -> dict:
    found = [shop for shop in call.world.shop.shops.values() if shop.open_id == call.grant.open_id]
    return {
        "shops": [
            {
                "id": shop.id,
                "name": shop.name,
                "region": shop.region,
                "seller_type": shop.seller_type,
                "cipher": shop.cipher,
                "code": shop.code,
            }
            for shop in found
        ]
    }


def _endpoint(world, work):
    async def endpoint(request: Request) -> Response:
        fault = await world.faults.before("auth")
        if fault is not None:
            return fault
        query = dict(request.query_params)
        try:
            check_app(world, query=query)
            if query.get("app_secret") != world.settings["shop_app_secret"]:
                raise ShopError(36009004, "Invalid app_secret", status=400)
            response = answer(world, data=_told(world, grant=work(world, query)))
        except ShopError as error:
            return refusal(world, error=error)
        except AuthError as error:
            return refusal(world, error=ShopError(error.code, error.message))
        return await world.faults.after("auth", response)

    return endpoint


def _exchange(world, query: dict[str, str]) -> Grant:
    if query.get("grant_type") != "authorized_code":
        raise invalid("grant_type")
    return world.shop.auth.exchange(query.get("auth_code", ""))


def _refresh(world, query: dict[str, str]) -> Grant:
    if query.get("grant_type") != "refresh_token":
        raise invalid("grant_type")
    return world.shop.auth.refresh(query.get("refresh_token", ""))


def _told(world, *, grant: Grant) -> dict:
    access, access_ends, refresh, refresh_ends = world.shop.auth.newest(grant)
    seller = world.shop.sellers[grant.open_id]
    return {
        "access_token": access,
        "access_token_expire_in": int(access_ends),
        "refresh_token": refresh,
        "refresh_token_expire_in": int(refresh_ends),
        "open_id": seller.open_id,
        "seller_name": seller.name,
        "seller_base_region": seller.base_region,
        "user_type": 0,
        "granted_scopes": grant.scopes,
    }


def _consent(world):
    async def endpoint(request: Request) -> Response:
        state = request.query_params.get("state", "")
        if request.method == "GET":
            return HTMLResponse(_consent_page(world, state=state))
        form = dict(parse_qsl((await request.body()).decode()))
        open_id = form.get("open_id", "")
        if open_id not in world.shop.sellers:
            answers = {"code": "null", "error": "auth_denied", "state": state}
        else:
            answers = {"code": world.shop.auth.new_code(open_id), "state": state}
        target = world.settings["shop_redirect_uri"]
        joint = "&" if "?" in target else "?"
        return RedirectResponse(f"{target}{joint}{urlencode(answers)}", status_code=302)

    return endpoint


def _consent_page(world, *, state: str) -> str:
    rows = []
    for seller in world.shop.sellers.values():
        owned = ", ".join(
            f"{world.shop.shops[shop_id].name} ({world.shop.shops[shop_id].region})"
            for shop_id in seller.shop_ids
        )
        rows.append(
            f"<li><button name='open_id' value='{escape(seller.open_id)}'>{escape(seller.name)}</button>"
            f"<small>{escape(owned)}</small></li>"
        )
    action = f"?{urlencode({'state': state})}"
    return page(
        title="Authorize the app",
        body=(
            "<p>The app asks to read and ship the orders of your shops. As which seller do you agree?</p>"
            f"<form method='post' action='{escape(action)}'><ul class='choices'>{''.join(rows)}</ul>"
            "<button class='quiet' name='open_id' value=''>Refuse</button></form>"
        ),
    )
