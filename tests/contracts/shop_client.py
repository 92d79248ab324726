"""A bare caller of the shop API. It signs with the public package's signer, so the sandbox's own is never its own judge."""

import json

import httpx
from tiktok_shop_api.signing import Signer

APP = {"app_key": "sandboxkey01", "app_secret": "sandbox-secret-0001"}


class ShopClient:
    """Authorized by one seller, calling for one of its shops."""

    def __init__(self, http: httpx.Client, world, *, open_id: str, region: str = "") -> None:
        self.http, self.world = http, world
        code = http.post("/_sandbox/shop/auth_codes", json={"open_id": open_id}).json()["code"]
        self.tokens = exchange(http, code)["data"]
        self.token = self.tokens["access_token"]
        shops = self.call("GET", "/authorization/202309/shops", shop=False)["data"]["shops"]
        self.shop = next(shop for shop in shops if region in ("", shop["region"]))

    def call(
        self, method: str, path: str, *, query: dict | None = None, body=None, shop: bool = True
    ) -> dict:
        return self.send(method, path, query=query, body=body, shop=shop).json()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: dict | None = None,
        body=None,
        shop: bool = True,
        without: tuple[str, ...] = (),
        headers: dict | None = None,
        **changed,
    ) -> httpx.Response:
        """`changed` replaces query values before signing, `without` drops them after it."""
        full = {"app_key": APP["app_key"], "timestamp": str(int(self.world.clock.now())), **(query or {})}
        if shop:
            full["shop_cipher"] = self.shop["cipher"]
        full = {name: str(value) for name, value in {**full, **changed}.items()}
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        head = {"x-tts-access-token": self.token, "content-type": "application/json", **(headers or {})}
        full["sign"] = changed.get("sign") or Signer.sign(
            path=path,
            query=list(full.items()),
            content_type=head["content-type"],
            body=raw,
            app_secret=APP["app_secret"],
        )
        full = {name: value for name, value in full.items() if name not in without}
        return self.http.request(method, path, params=full, content=raw, headers=head)

    def data(self, method: str, path: str, **options) -> dict:
        answer = self.call(method, path, **options)
        assert answer["code"] == 0, answer
        return answer["data"]

    def search(self, *, query: dict | None = None, **filters) -> dict:
        asked = {"page_size": 50, "sort_field": "update_time", "sort_order": "ASC", **(query or {})}
        return self.data("POST", "/order/202309/orders/search", query=asked, body=filters)

    def order(self, order_id: str) -> dict:
        return self.data("GET", "/order/202507/orders", query={"ids": order_id})["orders"][0]

    def make(self, count: int = 1, **wishes) -> list[str]:
        """Orders of this shop through the control API, waiting for shipment unless asked otherwise."""
        body = {"shop_id": self.shop["id"], "count": count, "status": "AWAITING_SHIPMENT", **wishes}
        answer = self.http.post("/_sandbox/orders", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["order_ids"]


def exchange(http: httpx.Client, code: str) -> dict:
    query = {**APP, "auth_code": code, "grant_type": "authorized_code"}
    return http.get("/api/v2/token/get", params=query).json()


def refresh(http: httpx.Client, token: str) -> dict:
    query = {**APP, "refresh_token": token, "grant_type": "refresh_token"}
    return http.get("/api/v2/token/refresh", params=query).json()
