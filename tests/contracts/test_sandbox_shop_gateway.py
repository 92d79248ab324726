"""The door of the shop API: what is checked, in which order, and how a refusal looks."""

import pytest

SEARCH = "/order/202309/orders/search"
PAGE = {"page_size": 10}


def told(answer) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def test_success_is_an_envelope_with_a_request_id_of_its_own(vietnam):
    first = vietnam.call("POST", SEARCH, query=PAGE, body={})
    second = vietnam.call("POST", SEARCH, query=PAGE, body={})

    assert (first["code"], first["message"]) == (0, "Success")
    assert first["request_id"] != second["request_id"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/order/202309/nothing", 36009009),
        ("/nowhere", 36009009),
        ("/order/209901/orders/search", 36009014),
    ],
)
def test_the_path_is_looked_at_first(vietnam, path, code):
    assert told(vietnam.send("POST", path, app_key="wrong", sign="wrong")) == (404, code)


def test_a_wrong_method_is_told(vietnam):
    assert told(vietnam.send("DELETE", SEARCH, query=PAGE)) == (404, 36009010)


def test_then_the_app_then_the_time_then_the_signature(vietnam):
    options = {"query": PAGE, "body": {}, "sign": "0" * 64}
    old = str(int(vietnam.world.clock.now()) - 301)
    vietnam.world.settings["accept_wall_clock"] = False

    assert told(vietnam.send("POST", SEARCH, **options, app_key="wrong", timestamp=old)) == (400, 36009004)
    late = vietnam.send("POST", SEARCH, **options, timestamp=old)
    assert (late.status_code, late.json()["message"].startswith("Invalid timestamp")) == (400, True)
    assert told(vietnam.send("POST", SEARCH, **options)) == (401, 106001)
    assert told(vietnam.send("POST", SEARCH, query=PAGE, body={}, without=("sign",))) == (400, 36009004)


@pytest.mark.parametrize(("shift", "code"), [(-300, 0), (30, 0), (-301, 36009004), (31, 36009004)])
def test_the_time_window(vietnam, shift, code):
    vietnam.world.settings["accept_wall_clock"] = False
    at = str(int(vietnam.world.clock.now()) + shift)

    assert vietnam.send("POST", SEARCH, query=PAGE, body={}, timestamp=at).json()["code"] == code


def test_the_token_comes_before_the_cipher(vietnam):
    bad = {"x-tts-access-token": "nonsense"}

    answer = vietnam.send("POST", SEARCH, query=PAGE, body={}, shop=False, headers=bad)

    assert told(answer) == (401, 36009004)
    assert "x-tts-access-token" in answer.json()["message"]


def test_ciphers(vietnam, malaysia):
    assert told(vietnam.send("POST", SEARCH, query=PAGE, body={}, shop=False)) == (400, 106013)
    foreign = vietnam.send("POST", SEARCH, query=PAGE, body={}, shop_cipher=malaysia.shop["cipher"])
    assert told(foreign) == (401, 101000)
    unwanted = vietnam.send("GET", "/authorization/202309/shops")
    assert told(unwanted) == (400, 36009004)
    assert "Unexpected identifier" in unwanted.json()["message"]


def test_one_authorization_can_cover_several_shops_with_ciphers_of_their_own(malaysia):
    shops = malaysia.data("GET", "/authorization/202309/shops", shop=False)["shops"]

    assert [(shop["region"], shop["seller_type"]) for shop in shops] == [
        ("MY", "CROSS_BORDER"),
        ("SG", "CROSS_BORDER"),
        ("TH", "CROSS_BORDER"),
    ]
    assert len({shop["cipher"] for shop in shops}) == 3


def test_a_missing_scope_names_itself(sandbox_http, world, vietnam):
    world.shop.auth.grants["sb-cedar"].scopes.remove("seller.order.info")

    answer = vietnam.send("POST", SEARCH, query=PAGE, body={})

    assert told(answer) == (401, 105005)
    assert "seller.order.info" in answer.json()["message"]


def test_an_inactive_shop_is_refused(vietnam, control):
    control("shop/active", shop_id=vietnam.shop["id"], is_active=False)

    assert told(vietnam.send("POST", SEARCH, query=PAGE, body={})) == (401, 36009043)


def test_rates_are_counted_per_shop_and_api(vietnam, malaysia, world):
    world.settings["rate_qps"] = 3
    answers = [vietnam.send("POST", SEARCH, query=PAGE, body={}) for _ in range(8)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 4
    assert {answer.json()["code"] for answer in refused} == {36009002}
    assert {"retry-after" in answer.headers for answer in refused} == {True, False}
    assert malaysia.send("POST", SEARCH, query=PAGE, body={}).status_code == 200
    assert vietnam.send("GET", "/logistics/202309/warehouses").status_code == 200
    world.clock.advance(1)
    assert vietnam.send("POST", SEARCH, query=PAGE, body={}).status_code == 200


def test_a_body_must_be_a_json_object(vietnam):
    assert told(vietnam.send("POST", SEARCH, query=PAGE, body=[1])) == (400, 36009022)
    as_text = vietnam.send("POST", SEARCH, query=PAGE, body={}, headers={"content-type": "text/plain"})
    assert told(as_text) == (400, 36009022)


def test_business_refusals_travel_under_http_200(vietnam):
    answer = vietnam.send("GET", "/fulfillment/202309/packages/1")

    assert told(answer) == (200, 98001004)
