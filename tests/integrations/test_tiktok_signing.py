"""Signatures against the published vectors (V1 and W1 are TikTok's own)."""

import pytest

from integrations.tiktok_shop import signing, webhooks

KEY, SECRET, CIPHER = "6testappkey01", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "ROW_testShopCipher_A1"
COMMON = {"app_key": KEY, "shop_cipher": CIPHER, "timestamp": "1764000000"}

W1 = (
    b'{"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,'
    b'"data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}}'
)
W2 = (
    b'{"type":4,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621","timestamp":1764000000,'
    b'"data":{"sc_type":"COMBINE","role_type":"ROLE_SELLER","package_list":[{"package_id":"1152321127278713123",'
    b'"order_id_list":["576461413038785752","576461413038785753"]}],"update_time":1764000000}}'
)


def test_v1_the_official_example():
    sign = signing.request_signature(
        app_secret="e59af819cc",
        path="/authorization/202309/shops",
        params={"app_key": "29a39d", "timestamp": "1623812664"},
    )
    assert sign == "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"


@pytest.mark.parametrize(
    ("path", "extra", "body", "content_type", "expected"),
    [
        pytest.param(
            "/order/202507/orders",
            {"ids": "576461413038785752,576461413038785753"},
            b"",
            "",
            "4be4a454d62833968f13c7a87154f14d2450bfe91fd89fed56b5cefaa88fb7d2",
            id="V2-query",
        ),
        pytest.param(
            "/order/202309/orders/search",
            {
                "page_size": "50",
                "sort_field": "update_time",
                "sort_order": "ASC",
                "page_token": "b2Zmc2V0PTUw+/=",
            },
            b'{"order_status":"AWAITING_SHIPMENT","update_time_ge":1763900000,"update_time_lt":1764000000}',
            "application/json",
            "27705d5451c5a65f2eefcd58c4f1816aed6790deb2c929ed81a3371876038452",
            id="V3-body-and-query",
        ),
        pytest.param(
            "/fulfillment/202309/packages/ship",
            {},
            '{"packages":[{"id":"1152321127278713123","self_shipment":{"tracking_number":"JX12345-é",'
            '"shipping_provider_id":"6617675021119438849"}}]}'.encode(),
            "application/json",
            "8d3c45c456638e3bd483558234c6114fa29de47afdc8a54c72bc21a6788b3a34",
            id="V4-not-ascii",
        ),
        pytest.param(
            "/fulfillment/202309/images/upload",
            {},
            b"anything at all",
            "multipart/form-data; boundary=X",
            "689c42b9b5affb4ee7fb108bb400804f86f4ca830e8e102a70f21eb888aeb294",
            id="V5-multipart",
        ),
    ],
)
def test_request_vectors(path, extra, body, content_type, expected):
    sign = signing.request_signature(
        app_secret=SECRET, path=path, params={**COMMON, **extra}, body=body, content_type=content_type
    )
    assert sign == expected


def test_sign_and_token_are_never_signed():
    params = {**COMMON, "sign": "old", "access_token": "secret"}
    assert signing.request_signature(
        app_secret=SECRET, path="/x", params=params
    ) == signing.request_signature(app_secret=SECRET, path="/x", params=COMMON)


@pytest.mark.parametrize(
    ("key", "secret", "body", "expected"),
    [
        pytest.param(
            "abcdef", "123", W1, "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05", id="W1"
        ),
        pytest.param(
            KEY, SECRET, W2, "9094d70612c432475983be545315fe8c4f91ce08dc7dda36b774233f98be1bdf", id="W2"
        ),
    ],
)
def test_webhook_vectors(key, secret, body, expected):
    assert signing.webhook_signature(app_key=key, app_secret=secret, body=body) == expected
    assert signing.is_genuine_webhook(app_key=key, app_secret=secret, body=body, header=expected)
    assert not signing.is_genuine_webhook(app_key=key, app_secret=secret, body=body + b" ", header=expected)


def test_an_app_without_a_secret_trusts_nobody():
    forged = signing.webhook_signature(app_key="abcdef", app_secret="", body=W1)
    assert not signing.is_genuine_webhook(app_key="abcdef", app_secret="", body=W1, header=forged)


def test_a_notice_says_what_to_read_again():
    notice = webhooks.parse(body=W1)
    assert (notice.type, notice.topic) == (1, "tiktok_shop.order_changed")
    assert notice.platform_shop_id == "7495540735365777507"
    assert notice.platform_order_ids == ("576653688135258178",)
    assert notice.dedupe_key == "7380066284010030890"
    assert notice.updated_at_epoch == 1718305585


def test_a_parcel_notice_names_every_order_of_it():
    assert webhooks.parse(body=W2).platform_order_ids == ("576461413038785752", "576461413038785753")


def test_an_address_notice_without_an_id_is_known_by_its_fact():
    first = b'{"type":3,"shop_id":"7","timestamp":1,"data":{"order_id":"5","update_time":1764000000}}'
    again = b'{"type":3,"shop_id":"7","timestamp":9,"data":{"order_id":"5","update_time":1764000000}}'
    later = b'{"type":3,"shop_id":"7","timestamp":9,"data":{"order_id":"5","update_time":1764000001}}'
    assert webhooks.parse(body=first).dedupe_key == webhooks.parse(body=again).dedupe_key
    assert webhooks.parse(body=first).dedupe_key != webhooks.parse(body=later).dedupe_key


def test_an_unknown_type_and_number_ids_pass_through():
    notice = webhooks.parse(
        body=b'{"type":998,"tts_notification_id":7,"shop_id":749,"timestamp":1,"data":{"product_id":17,"new":{}}}'
    )
    assert (notice.topic, notice.dedupe_key, notice.platform_shop_id) == ("tiktok_shop.other", "7", "749")
    assert notice.platform_product_id == "17"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"type":"one"}', b'{"type":1,"data":[1]}', b"\xff\xfe"]
)
def test_a_body_that_is_no_envelope_is_refused(body):
    with pytest.raises(webhooks.NotAWebhook):
        webhooks.parse(body=body)
