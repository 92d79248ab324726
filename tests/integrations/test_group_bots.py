"""Which addresses a bot may have, and how an answer of each chat is read."""

from datetime import UTC, datetime

import httpx
import pytest

from core.http import NotYet, RateLimited, Terminal
from integrations.group_bots import addresses, shapes
from integrations.group_bots.addresses import AddressRefused
from integrations.group_bots.notes import Note, fitting, plain

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NOTE = Note(
    "Cedar: 2 orders are overdue", ("5764 · late by 3 m",), "Open in the queue", "https://k.example/q?a=1"
)
REAL = {
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-0000-4000-8000-0123456789ab",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
    "slack": "https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef",
}


@pytest.fixture(autouse=True)
def _names_lead_nowhere(monkeypatch):
    """No name is looked up outside."""
    monkeypatch.setattr(addresses, "_numbers_of", lambda host: ["93.184.216.34"])


@pytest.mark.parametrize("kind", REAL)
def test_the_address_that_the_chat_shows_is_taken(kind):
    addresses.check(kind=kind, url=REAL[kind])


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack.com.evil.example/services/T0/B0/x",
        "https://evil.example/services/T0/B0/x",
        "https://user:word@hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack.com@127.0.0.1/services/T0/B0/x",
        "https://hooks.slack.com:8443/services/T0/B0/x",
        "https://hooks.slack.com/api/chat",
        "https://127.0.0.1/services/T0/B0/x",
        "https://[::1]/services/T0/B0/x",
        "https://169.254.169.254/services/latest/meta-data",
        "https://localhost/services/T0/B0/x",
        "https://hooks.slack.com/services/T0/B0/x\r\nHost: evil",
        "https://hooks.slack.com/services/ x",
        "https://hooks.slack.com:port/services/x",
        "file:///services/etc/passwd",
        "gopher://hooks.slack.com/services/x",
        "",
    ],
)
def test_any_other_address_is_refused(url):
    with pytest.raises(AddressRefused) as refused:
        addresses.check(kind="slack", url=url)
    assert "T0/B0" not in str(refused.value)


def test_the_part_after_the_question_mark_must_be_there():
    with pytest.raises(AddressRefused, match="Copy the whole of it"):
        addresses.check(kind="wecom", url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send")


@pytest.mark.parametrize(
    "number", ["10.0.0.8", "127.0.0.1", "169.254.169.254", "192.168.1.2", "::1", "fd00::1"]
)
def test_a_known_name_that_leads_inside_is_refused(monkeypatch, number):
    monkeypatch.setattr(addresses, "_numbers_of", lambda host: ["93.184.216.34", number])
    with pytest.raises(AddressRefused, match="our own network"):
        addresses.check(kind="slack", url=REAL["slack"])


def test_an_operator_may_add_hosts_and_loopback_only_with_its_port(settings):
    local = "http://127.0.0.1:8100/bots/slack/services/T0/B0/x"
    with pytest.raises(AddressRefused):
        addresses.check(kind="slack", url=local)
    settings.ALERT_HOSTS = ["127.0.0.1:8100", "chat.cedar.example", "127.0.0.1"]
    addresses.check(kind="slack", url=local)
    addresses.check(kind="slack", url="https://chat.cedar.example/services/T0/B0/x")
    for refused in (
        "http://127.0.0.1:6379/services/x",
        "http://127.0.0.1/services/x",
        "https://127.0.0.1/services/x",
        "http://chat.cedar.example/services/x",
    ):
        with pytest.raises(AddressRefused):
            addresses.check(kind="slack", url=refused)


def test_secrets_are_taken_out_of_what_they_say():
    text = f"no such hook {REAL['dingtalk']} 0123456789abcdef"
    assert addresses.scrub(text, url=REAL["dingtalk"]) == "no such hook … …"
    assert addresses.hint(REAL["slack"]) == "hooks.slack.com …cdef"


def answer(status: int = 200, **body) -> httpx.Response:
    return httpx.Response(status, json=body)


@pytest.mark.parametrize(
    ("read", "response"),
    [
        (shapes.read_feishu, answer(code=0, msg="success", data={})),
        (shapes.read_feishu, answer(StatusCode=0, StatusMessage="success", Extra=None)),
        (shapes.read_dingtalk, answer(errcode=0, errmsg="ok")),
        (shapes.read_wecom, answer(errcode=0, errmsg="ok")),
        (shapes.read_slack, httpx.Response(200, text="ok")),
    ],
)
def test_success_is_what_each_chat_calls_success(read, response):
    read(response)


@pytest.mark.parametrize(
    ("read", "response", "error"),
    [
        (shapes.read_feishu, answer(code=19024, msg="Key Words Not Found"), Terminal),
        (shapes.read_feishu, answer(code=11232, msg="frequency limited"), RateLimited),
        (shapes.read_feishu, answer(code=777, msg="something new"), NotYet),
        (shapes.read_feishu, answer(), NotYet),
        (shapes.read_feishu, answer(code=False), NotYet),
        (shapes.read_dingtalk, answer(errcode=310000, errmsg="sign not match"), Terminal),
        (shapes.read_dingtalk, answer(errcode=130101, errmsg="send too fast"), RateLimited),
        (shapes.read_dingtalk, answer(errcode=-1, errmsg="system busy"), NotYet),
        (shapes.read_wecom, answer(errcode=93000, errmsg="invalid webhook url"), Terminal),
        (shapes.read_wecom, answer(errcode=45009, errmsg="api freq out of limit"), RateLimited),
        (shapes.read_wecom, httpx.Response(200, text="<html>"), NotYet),
        (shapes.read_wecom, httpx.Response(302, headers={"Location": "http://10.0.0.1/"}), Terminal),
        (shapes.read_slack, httpx.Response(404, text="no_service"), Terminal),
        (shapes.read_slack, httpx.Response(200, text="<html>welcome"), Terminal),
    ],
)
def test_a_200_with_a_refusal_inside_is_a_failure(read, response, error):
    with pytest.raises(error):
        read(response)


def test_signatures_are_those_of_the_published_examples():
    """Worked out beside the code from the published recipe: secret `this is secret`, 2026-11-23 08:00 UTC."""
    feishu = shapes.to_feishu(note=NOTE, url=REAL["feishu"], secret="this is secret", now=NOW)
    assert b'"timestamp": "1795420800"' in feishu.content
    assert b'"sign": "' in feishu.content
    dingtalk = shapes.to_dingtalk(note=NOTE, url=REAL["dingtalk"], secret="this is secret", now=NOW)
    assert dingtalk.url.startswith(REAL["dingtalk"] + "&timestamp=1795420800000&sign=")
    unsigned = shapes.to_dingtalk(note=NOTE, url=REAL["dingtalk"], secret="", now=NOW)
    assert unsigned.url == REAL["dingtalk"]


def test_a_long_message_is_cut_by_lines_and_keeps_its_link():
    note = Note("标题", tuple(f"订单 {n:040d}" for n in range(200)), "打开", "https://k.example/q")
    content = shapes.to_wecom(note=note, url=REAL["wecom"], secret="", now=NOW).content.decode()
    assert "[打开](https://k.example/q)" in content
    assert "…" in content
    text = fitting(head=["a"], lines=("bb", "cc"), tail=["z"], joint="\n", most_bytes=8)
    assert text == "a\nbb\n…\nz" or len(text.encode()) <= 8


def test_a_shop_s_name_becomes_no_mention_and_no_link():
    assert plain("<!channel> [x](http://e) *b*\n# h") == "＜!channel＞ ［x］(http://e) ＊b＊ ＃ h"
    note = Note("A & <@U1>", ("<!here>",), "Open", "https://k.example/q")
    slack = shapes.to_slack(note=note, url=REAL["slack"], secret="", now=NOW).content.decode()
    assert "<!here>" not in slack
    assert "<@U1>" not in slack
