"""What is sent, to whom, when; every chat checked by a receiver that reads it as the real one does."""

from datetime import time, timedelta

import pytest
from django.db import connection

from console import alert_channels, alerts
from console.alert_channels import ChannelRefused, ChannelTerms
from console.models import AlertChannel, AlertMessage, MessageResult
from orders.models import SlaClock
from orders.sla_levels import Level
from relay import stuck
from relay.effects import EffectState
from tenancy import scoping
from tenancy.actors import AUTO
from tests import make
from tests.make_alerts import KIND, NIGHT, URLS, group, make_channel, make_due_order, send, texts
from tests.make_orders import NOW

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("alert_receiver")


@pytest.mark.parametrize("chat", URLS)
def test_each_chat_gets_the_shop_s_orders_in_one_message(cedar, cedar_shop, inside, sandbox_world, at, chat):
    with inside():
        make_channel(chat)
        for number in range(12):
            make_due_order(cedar_shop, hours=3 + number / 100, number=number)
        alerts.watch(now=NOW)
    assert send(cedar) == 1
    (text,) = texts(sandbox_world, chat)
    assert "Cedar & Sand VN: 12 orders have 4 hours or less left" in text.replace("&amp;", "&")
    assert "576461413038700000 · 3 h 0 m" in text
    assert "576461413038700009" in text
    assert "576461413038700010" not in text
    assert "and 2 more" in text
    assert "Open in the queue" in text
    raw = str(group(sandbox_world, chat).messages[0]["raw"])
    assert "/s/cedar/orders/?tile=h4&shop=cedar-vn" in raw
    with inside():
        message = AlertMessage.objects.get()
        assert (message.effect_state, message.result) == (EffectState.DONE, MessageResult.SENT)
    assert send(cedar) == 0


@pytest.mark.parametrize("chat", ["feishu", "dingtalk"])
def test_a_signing_secret_is_checked_over_there(cedar, cedar_shop, inside, sandbox_world, chat):
    """In real time: a signature is good for an hour."""
    group(sandbox_world, chat).secret = "SEC0123456789"
    with inside():
        make_channel(chat, secret="SEC0123456789", name="right")
        alert_channels.send_test(channel_id=AlertChannel.objects.get().pk, actor=AUTO, now=NOW)
    send(cedar)
    assert len(texts(sandbox_world, chat)) == 1
    with inside():
        wrong = make_channel(chat, secret="SEC-another-one", name="wrong")
        alert_channels.send_test(channel_id=wrong.pk, actor=AUTO, now=NOW)
    send(cedar)
    assert len(texts(sandbox_world, chat)) == 1
    with inside():
        wrong.refresh_from_db()
    assert "sign" in wrong.last_error
    with inside():
        assert stuck.counts()[KIND] == 1


@pytest.mark.parametrize("chat", URLS)
@pytest.mark.parametrize(
    ("behavior", "state"),
    [
        ("gone", EffectState.FAILED),
        ("too_many", EffectState.WAITING),
        ("broken", EffectState.WAITING),
    ],
)
def test_a_refusal_is_final_and_a_trouble_is_tried_again(
    cedar, cedar_shop, inside, sandbox_world, at, chat, behavior, state
):
    group(sandbox_world, chat).answer = behavior
    with inside():
        make_channel(chat)
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    with inside():
        message = AlertMessage.objects.get()
        assert message.effect_state == state
        assert message.last_error
        assert f"group-0001-{chat}" not in message.last_error
    group(sandbox_world, chat).answer = ""
    at(NOW + HOUR)
    send(cedar)
    assert len(texts(sandbox_world, chat)) == (state == EffectState.WAITING)


def test_a_keyword_that_the_group_wants_is_named_in_the_error(cedar, cedar_shop, inside, sandbox_world, at):
    group(sandbox_world, "feishu").keyword = "告警"
    with inside():
        channel = make_channel("feishu")
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    with inside():
        channel.refresh_from_db()
        assert channel.last_error == "19024 Key Words Not Found"


def test_one_group_that_is_gone_keeps_no_other_from_its_alert(cedar, cedar_shop, inside, sandbox_world, at):
    group(sandbox_world, "slack").answer = "gone"
    with inside():
        make_channel("slack")
        make_channel("wecom")
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    assert len(texts(sandbox_world, "wecom")) == 1


def test_an_order_that_left_before_the_message_is_not_in_it(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        make_channel("slack")
        first, second = (make_due_order(cedar_shop, hours=3, number=number) for number in (1, 2))
        alerts.watch(now=NOW)
        SlaClock.objects.filter(order=first).update(is_open=False)
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "1 order has 4 hours or less left" in text
    assert second.platform_order_id in text
    assert first.platform_order_id not in text


def test_when_nothing_is_left_nothing_is_sent(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        make_channel("slack")
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
        SlaClock.objects.update(is_open=False)
    send(cedar)
    assert texts(sandbox_world, "slack") == []
    with inside():
        assert AlertMessage.objects.get().result == MessageResult.NOTHING_LEFT


def test_a_channel_takes_its_levels_and_shops_alone(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        other = make.make_shop(
            seller=cedar, slug="cedar-th", region="TH", platform_shop_id="77", currency="THB"
        )
        make_channel("slack", levels=[Level.OVERDUE])
        make_channel("wecom", shop_ids=[other.pk])
        make_due_order(cedar_shop, hours=3, number=1)
        make_due_order(other, hours=-1, number=2)
        alerts.watch(now=NOW)
    send(cedar)
    assert [text.split(":")[0].strip() for text in texts(sandbox_world, "slack")] == [
        "*Kuaifa · Cedar &amp; Sand TH"
    ]
    assert len(texts(sandbox_world, "wecom")) == 1


def test_a_lost_answer_is_sent_again_rather_than_never(cedar, cedar_shop, inside, sandbox_world, at):
    group(sandbox_world, "slack").answer = "silent"
    with inside():
        make_channel("slack")
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    group(sandbox_world, "slack").answer = ""
    at(NOW + HOUR)
    send(cedar)
    with inside():
        assert AlertMessage.objects.get().effect_state == EffectState.DONE
    assert len(texts(sandbox_world, "slack")) == 2


# --- secrets and refusals ---


def test_addresses_and_secrets_are_sealed_in_the_database(in_cedar, cedar):
    make_channel("dingtalk", secret="SEC0123456789")
    with connection.cursor() as cursor:
        cursor.execute("select url, secret, url_hint, row_to_json(c)::text from console_alertchannel c")
        url, secret, hint, whole = cursor.fetchone()
    assert url.startswith("gAAAA")
    assert secret.startswith("gAAAA")
    assert "group-0001" not in whole
    assert hint == "127.0.0.1 …talk"


@pytest.mark.parametrize(
    ("kind", "terms", "words"),
    [
        ("slack", {"url": "http://127.0.0.1:6379/services/x"}, "web address"),
        ("slack", {"url": ""}, "missing"),
        ("slack", {"secret": "abc"}, "no signing secret"),
        ("slack", {"quiet_from": time(22)}, "beginning and an end"),
        ("slack", {"levels": ["h99"]}, "no level"),
        ("slack", {"shop_ids": [987654321]}, "not there any more"),
        ("pager", {}, "no such channel"),
    ],
)
def test_a_channel_that_cannot_work_is_refused(in_cedar, kind, terms, words):
    with pytest.raises((ChannelRefused, alert_channels.addresses.AddressRefused), match=words):
        make_channel(kind, **terms)
    assert not AlertChannel.objects.exists()


def test_a_new_address_forgets_the_old_secret_and_an_empty_one_keeps_both(in_cedar):
    channel = make_channel("dingtalk", secret="SEC0123456789")
    terms = ChannelTerms(name="still", levels=[Level.H4])
    alert_channels.change(channel_id=channel.pk, terms=terms, actor=AUTO, now=NOW)
    channel.refresh_from_db()
    assert (channel.url, channel.secret, channel.levels) == (URLS["dingtalk"], "SEC0123456789", ["h4"])
    moved = ChannelTerms(name="moved", levels=[Level.H4], url=URLS["dingtalk"] + "-two")
    alert_channels.change(channel_id=channel.pk, terms=moved, actor=AUTO, now=NOW)
    channel.refresh_from_db()
    assert (channel.url[-4:], channel.secret) == ("-two", "")


def test_a_removed_channel_forgets_its_address_and_gets_nothing(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        channel = make_channel("slack", **NIGHT)
        make_due_order(cedar_shop, hours=11)
        alerts.watch(now=NOW)
        alert_channels.remove(channel_id=channel.pk, actor=AUTO, now=NOW)
    at(NOW + 2 * HOUR)
    send(cedar)
    assert texts(sandbox_world, "slack") == []
    with inside():
        channel.refresh_from_db()
        assert (channel.url, channel.secret) == ("", "")


def test_an_alert_of_one_seller_never_reaches_a_channel_of_another(
    cedar, cedar_shop, north, north_shop, sandbox_world, at
):
    with scoping.scope(sellers=[north.pk]):
        make_channel("slack")
    with scoping.scope(sellers=[cedar.pk]):
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    assert (send(cedar), send(north)) == (0, 0)
    assert texts(sandbox_world, "slack") == []
