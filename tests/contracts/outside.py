"""Our clients, authorized at the sandbox in this process the way a seller authorizes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from integrations import registry
from integrations.ports import PlatformOrder, ShipRequest, ShopGrant, TokenGrant
from integrations.tiktok_shop.client import TikTokShopClient


@dataclass
class Shop:
    """One shop: our client for it, and the hand on its world."""

    client: TikTokShopClient
    grant: TokenGrant
    shop: ShopGrant
    http: httpx.Client

    def control(self, path: str, **body) -> dict:
        answer = self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def orders(self, count: int = 1, **wishes) -> list[PlatformOrder]:
        wishes = {"shop_id": self.shop.platform_shop_id, "status": "AWAITING_SHIPMENT", **wishes}
        ids = self.control("orders", count=count, **wishes)["order_ids"]
        found = {order.platform_order_id: order for order in self.client.get_orders(platform_order_ids=ids)}
        return [found[order_id] for order_id in ids]

    def order(self, platform_order_id: str) -> PlatformOrder:
        (order,) = self.client.get_orders(platform_order_ids=[platform_order_id])
        return order

    def carrier(self, order: PlatformOrder, name: str) -> str:
        providers = self.client.shipping_providers(delivery_option_id=order.delivery_option_id)
        return next(one.provider_id for one in providers if one.name == name)

    def requests(
        self, orders: Sequence[PlatformOrder], *, carrier: str = "", numbers: Sequence[str] = ()
    ) -> list[ShipRequest]:
        return [
            ShipRequest(
                platform_package_id=next(iter(order.platform_package_ids), ""),
                platform_order_id=order.platform_order_id,
                platform_line_ids=tuple(
                    line_id for line in order.lines for line_id in line.platform_line_ids
                ),
                tracking_number=numbers[place] if numbers else "",
                shipping_provider_id=self.carrier(order, carrier) if carrier else "",
            )
            for place, order in enumerate(orders)
        ]


def authorize(sandbox: httpx.Client, *, open_id: str, region: str = "", **options) -> Shop:
    """From the code of the consent page to a client for one shop."""
    code = sandbox.post("/_sandbox/shop/auth_codes", json={"open_id": open_id}).json()["code"]
    grant = registry.shop_client(connection_key=open_id).exchange_code(auth_code=code)
    bare = registry.shop_client(access_token=grant.access_token, connection_key=open_id)
    shop = next(shop for shop in bare.authorized_shops() if region in ("", shop.region))
    client = registry.shop_client(
        access_token=grant.access_token,
        cipher=shop.cipher,
        region=shop.region,
        connection_key=open_id,
        **options,
    )
    return Shop(client=client, grant=grant, shop=shop, http=sandbox)
