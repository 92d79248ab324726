"""The sandbox's group bots against the published facts: shapes, signatures, verdicts inside a 200."""

import base64
import hashlib
import hmac
from urllib.parse import quote_plus

import pytest

from tests.sandbox_transport import NOW, client_for, make_world

TEXT = {"msg_type": "text", "content": {"text": "hello"}}
MARKDOWN = {"msgtype": "markdown", "markdown": {"title": "t", "text": "hello", "content": "hello"}}
FEISHU = "/bots/feishu/open-apis/bot/v2/hook/g1"
DINGTALK = "/bots/dingtalk/robot/send?access_token=g1"
WECOM = "/bots/wecom/cgi-bin/webhook/send?key=g1"
SLACK = "/bots/slack/services/T0/B0/g1"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def bots(world):
    return client_for(world)


def test_success_as_each_chat_says_it(bots):
    assert bots.post(FEISHU, json=TEXT).json()["code"] == 0
    assert bots.post(FEISHU, json=TEXT).json()["StatusCode"] == 0
    assert bots.post(DINGTALK, json=MARKDOWN).json() == {"errcode": 0, "errmsg": "ok"}
    assert bots.post(WECOM, json=MARKDOWN).json() == {"errcode": 0, "errmsg": "ok"}
    slack = bots.post(SLACK, json={"text": "hello"})
    assert (slack.status_code, slack.text) == (200, "ok")


@pytest.mark.parametrize(
    ("address", "body", "status", "verdict"),
    [
        (FEISHU, {"msg_type": "poem"}, 200, '"code":9499'),
        (DINGTALK, {"msgtype": "markdown", "markdown": {"text": "no title"}}, 200, '"errcode":40035'),
        (WECOM, {"msgtype": "markdown", "markdown": {"content": "字" * 1366}}, 200, '"errcode":40058'),
        (WECOM.replace("?key=g1", ""), MARKDOWN, 200, '"errcode":93000'),
        (SLACK, {}, 400, "invalid_payload"),
        (SLACK, {"blocks": []}, 400, "no_text"),
    ],
)
def test_refusals_stand_inside_the_answer(bots, world, address, body, status, verdict):
    response = bots.post(address, json=body)
    assert response.status_code == status
    assert verdict in response.text
    assert all(not group.messages for group in world.bots.groups.values())


def test_feishu_signs_with_the_text_as_the_key(bots, world):
    world.bots.group("feishu", "g1").secret = "SECRET"
    stamp = str(int(NOW))
    sign = base64.b64encode(hmac.new(f"{stamp}\nSECRET".encode(), b"", hashlib.sha256).digest()).decode()
    assert bots.post(FEISHU, json=TEXT).json()["code"] == 19021
    assert bots.post(FEISHU, json={**TEXT, "timestamp": stamp, "sign": sign}).json()["code"] == 0
    old = str(int(NOW) - 3700)
    assert bots.post(FEISHU, json={**TEXT, "timestamp": old, "sign": sign}).json()["code"] == 19021


def test_dingtalk_signs_in_the_address_with_milliseconds(bots, world):
    world.bots.group("dingtalk", "g1").secret = "SECRET"
    stamp = str(int(NOW * 1000))
    digest = hmac.new(b"SECRET", f"{stamp}\nSECRET".encode(), hashlib.sha256).digest()
    signed = f"{DINGTALK}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
    assert bots.post(DINGTALK, json=MARKDOWN).json()["errcode"] == 310000
    assert bots.post(signed, json=MARKDOWN).json()["errcode"] == 0


def test_each_chat_counts_messages_by_the_minute(bots, world):
    answers = [bots.post(DINGTALK, json=MARKDOWN).json()["errcode"] for _n in range(21)]
    assert answers == [0] * 20 + [130101]
    world.clock.advance(61)
    assert bots.post(DINGTALK, json=MARKDOWN).json()["errcode"] == 0


def test_a_group_can_be_told_how_to_behave_and_shows_what_it_got(bots):
    behave = {"chat": "slack", "token": "g1", "answer": "gone"}
    assert bots.post("/_sandbox/bots/group", json=behave).status_code == 200
    assert bots.post(SLACK, json={"text": "hello"}).text == "no_service"
    bots.post("/_sandbox/bots/group", json={**behave, "answer": ""})
    bots.post(SLACK, json={"text": "hello <b>"})
    (group,) = bots.get("/_sandbox/bots.json").json()["groups"]
    assert [message["text"] for message in group["messages"]] == ["hello <b>"]
    assert "hello &lt;b&gt;" in bots.get("/_sandbox/bots/").text
    assert bots.post("/_sandbox/bots/group", json={"chat": "pager", "token": "x"}).status_code == 400


def test_what_the_groups_know_survives_a_restart(bots, world):
    bots.post(WECOM, json=MARKDOWN)
    again = make_world()
    again.restore(world.snapshot())
    assert len(again.bots.group("wecom", "g1").messages) == 1
