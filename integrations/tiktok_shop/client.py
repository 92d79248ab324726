"""TikTok Shop as a ShopPlatform: authorization, sites and carriers, messages; the other calls come by inheritance."""

import msgspec

from core import clock
from core.http import Terminal
from integrations.ports import PlatformWarehouse, ShippingProvider, ShopGrant, TokenGrant
from integrations.tiktok_shop import structs
from integrations.tiktok_shop.products import ProductCalls
from integrations.tiktok_shop.regrouping import RegroupCalls
from integrations.tiktok_shop.returns import ReturnCalls

LONGEST_MESSAGE = 2000


class MessageText(msgspec.Struct):
    """A text message's `content` is itself JSON, inside a string."""

    content: str = ""


class TikTokShopClient(ReturnCalls, RegroupCalls, ProductCalls):
    """One connection to TikTok Shop, and one shop of it when a cipher is given."""

    def exchange_code(self, *, auth_code: str) -> TokenGrant:
        """Turn the code of the consent page into tokens. It works once, for 30 minutes."""
        return self._tokens(
            "/api/v2/token/get",
            name="token_get",
            params={"auth_code": auth_code, "grant_type": "authorized_code"},  # their spelling
        )

    def refresh_token(self, *, refresh_token: str) -> TokenGrant:
        """A new pair of tokens: store both together, and refresh one grant at a time."""
        return self._tokens(
            "/api/v2/token/refresh",
            name="token_refresh",
            params={"refresh_token": refresh_token, "grant_type": "refresh_token"},
        )

    def _tokens(self, path: str, *, name: str, params: dict[str, str]) -> TokenGrant:
        token = self.auth(path, name=name, kind=structs.Token, params=params)
        if not token.access_token:
            raise Terminal("no token was given", code="no_token")
        self._access_token = token.access_token
        now = clock.now()
        return TokenGrant(
            access_token=token.access_token,
            access_expires_at=clock.from_epoch(token.access_token_expire_in) or now,
            refresh_token=token.refresh_token,
            refresh_expires_at=clock.from_epoch(token.refresh_token_expire_in) or now,
            open_id=token.open_id or "",
            seller_name=token.seller_name or "",
            region=token.seller_base_region or "",
            scopes=tuple(token.granted_scopes or ()),
        )

    def authorized_shops(self) -> list[ShopGrant]:
        """Every shop of this grant, with the cipher that its calls need."""
        found = self.get(
            "/authorization/202309/shops", name="authorized_shops", kind=structs.Shops, shop=False
        )
        return [
            ShopGrant(
                platform_shop_id=shop.id or "",
                name=shop.name or "",
                region=shop.region or "",
                cipher=shop.cipher or "",
                is_cross_border=shop.seller_type == "CROSS_BORDER",
                code=shop.code or "",
            )
            for shop in found.shops or ()
        ]

    def warehouses(self) -> list[PlatformWarehouse]:
        """The shop's sites. Where goods leave from and where returns go are two of them, even at one address."""
        found = self.get("/logistics/202309/warehouses", name="warehouses", kind=structs.Warehouses)
        return [
            PlatformWarehouse(
                platform_warehouse_id=site.id or "",
                name=site.name or "",
                is_default=bool(site.is_default),
                is_return=site.type == "RETURN_WAREHOUSE",
                is_enabled=site.effect_status != "DISABLED",
                region_code=(site.address.region_code or "") if site.address else "",
            )
            for site in found.warehouses or ()
        ]

    def shipping_providers(self, *, delivery_option_id: str) -> list[ShippingProvider]:
        """Carriers that may carry a delivery option. They change rarely: the caller keeps them for a while."""
        found = self.get(
            f"/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers",
            name="shipping_providers",
            kind=structs.Providers,
        )
        return [
            ShippingProvider(provider_id=one.id or "", name=(one.name or ""))
            for one in found.shipping_providers or ()
        ]

    def open_conversation(self, *, buyer_user_id: str) -> str:
        """The conversation with a buyer; an existing one is opened again."""
        conversation = self.post(
            "/customer_service/202309/conversations",
            name="conversation",
            kind=structs.Conversation,
            body={"buyer_user_id": buyer_user_id},
        )
        return conversation.conversation_id or ""

    def send_message(self, *, conversation_id: str, text: str) -> str:
        """Say something. There is no guard against doubles over there: look at recent_messages before a retry."""
        content = msgspec.json.encode(MessageText(content=text[:LONGEST_MESSAGE])).decode()
        sent = self.post(
            f"/customer_service/202606/conversations/{conversation_id}/messages",
            name="message",
            kind=structs.Sent,
            body={"type": "TEXT", "content": content, "sender_role": "CUSTOMER_SERVICE"},
        )
        return str(sent.message_id or "")

    def recent_messages(self, *, conversation_id: str) -> list[str]:
        """The texts of the last messages, as far as one page goes."""
        found = self.get(
            f"/customer_service/202309/conversations/{conversation_id}/messages",
            name="messages",
            kind=structs.Messages,
            params={"page_size": "10"},
        )
        return [_message_text(message) for message in found.messages or () if message.type in ("TEXT", None)]


def _message_text(message: structs.Message) -> str:
    raw = message.content or ""
    try:
        return msgspec.json.decode(raw, type=MessageText).content
    except msgspec.DecodeError:
        return raw
