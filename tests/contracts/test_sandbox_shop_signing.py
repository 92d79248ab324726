"""The published signature vectors, as pure functions and through the door."""

import hmac

import pytest

from sandbox.shop.signing import request_signature, string_to_sign, webhook_signature
from tests.sandbox_transport import client_for, make_world

APP, SECRET = "6testappkey01", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
CIPHER, AT = "ROW_testShopCipher_A1", "1764000000"
V3_BODY = b'{"order_status":"AWAITING_SHIPMENT","update_time_ge":1763900000,"update_time_lt":1764000000}'
V4_BODY = (
    '{"packages":[{"id":"1152321127278713123","self_shipment":'
    '{"tracking_number":"JX12345-é","shipping_provider_id":"6617675021119438849"}}]}'
).encode()
JSON, MULTIPART = "application/json", "multipart/form-data; boundary=X"
VECTORS = {
    "V2": (
        "GET",
        "/order/202507/orders",
        {"ids": "576461413038785752,576461413038785753"},
        "",
        b"",
        "4be4a454d62833968f13c7a87154f14d2450bfe91fd89fed56b5cefaa88fb7d2",
    ),
    "V3": (
        "POST",
        "/order/202309/orders/search",
        {
            "page_size": "50",
            "sort_field": "update_time",
            "sort_order": "ASC",
            "page_token": "b2Zmc2V0PTUw+/=",
        },
        JSON,
        V3_BODY,
        "27705d5451c5a65f2eefcd58c4f1816aed6790deb2c929ed81a3371876038452",
    ),
    "V4": (
        "POST",
        "/fulfillment/202309/packages/ship",
        {},
        JSON,
        V4_BODY,
        "8d3c45c456638e3bd483558234c6114fa29de47afdc8a54c72bc21a6788b3a34",
    ),
    "V5": (
        "POST",
        "/fulfillment/202309/images/upload",
        {},
        MULTIPART,
        b"any bytes",
        "689c42b9b5affb4ee7fb108bb400804f86f4ca830e8e102a70f21eb888aeb294",
    ),
}
W1_BODY = (
    b'{"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507",'
    b'"timestamp":1718305585,"data":{"is_on_hold_order":true,"order_id":"576653688135258178",'
    b'"order_status":"UNPAID","update_time":1718305585}}'
)
W2_BODY = (
    b'{"type":4,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621",'
    b'"timestamp":1764000000,"data":{"sc_type":"COMBINE","role_type":"ROLE_SELLER","package_list":'
    b'[{"package_id":"1152321127278713123","order_id_list":["576461413038785752","576461413038785753"]}],'
    b'"update_time":1764000000}}'
)


def test_the_official_example():
    pairs = [("app_key", "29a39d"), ("timestamp", "1623812664")]
    made = {"secret": "e59af819cc", "path": "/authorization/202309/shops", "pairs": pairs}

    text = string_to_sign(**made, content_type="", body=b"")

    assert text == b"e59af819cc/authorization/202309/shopsapp_key29a39dtimestamp1623812664e59af819cc"
    assert request_signature(**made) == "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"


def pairs_of(extra: dict[str, str]) -> list[tuple[str, str]]:
    return [("shop_cipher", CIPHER), ("timestamp", AT), *extra.items(), ("app_key", APP)]


@pytest.mark.parametrize("name", VECTORS)
def test_the_other_vectors(name):
    _method, path, extra, kind, body, wanted = VECTORS[name]

    made = request_signature(secret=SECRET, path=path, pairs=pairs_of(extra), content_type=kind, body=body)

    assert made == wanted


@pytest.mark.parametrize("name", ["V2", "V3", "V4"])
def test_the_vectors_pass_the_door_and_one_changed_byte_does_not(name):
    method, path, extra, kind, body, sign = VECTORS[name]
    world = make_world(now=1_764_000_000.0, shop_app_key=APP, shop_app_secret=SECRET, accept_wall_clock=False)
    with client_for(world) as http:
        query = {**dict(pairs_of(extra)), "sign": sign}
        head = {"content-type": kind} if kind else {}

        right = http.request(method, path, params=query, content=body, headers=head)
        wrong = http.request(
            method, path, params={**query, "timestamp": "1764000001"}, content=body, headers=head
        )

    # Behind the signature the token is asked for, and there is none.
    assert (right.json()["code"], right.json()["message"]) == (36009004, "Invalid x-tts-access-token")
    assert (wrong.status_code, wrong.json()["code"]) == (401, 106001)


def test_the_body_is_signed_as_received():
    _method, path, extra, kind, body, sign = VECTORS["V3"]
    with_spaces = body.replace(b":", b": ")

    made = request_signature(
        secret=SECRET, path=path, pairs=pairs_of(extra), content_type=kind, body=with_spaces
    )

    assert made != sign


@pytest.mark.parametrize(
    ("key", "secret", "body", "wanted"),
    [
        ("abcdef", "123", W1_BODY, "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05"),
        (APP, SECRET, W2_BODY, "9094d70612c432475983be545315fe8c4f91ce08dc7dda36b774233f98be1bdf"),
    ],
)
def test_the_webhook_vectors(key, secret, body, wanted):
    assert webhook_signature(key=key, secret=secret, body=body) == wanted
    assert not hmac.compare_digest(webhook_signature(key=key, secret=secret, body=body + b" "), wanted)
