"""Quiet hours, and mail: when messages wait, and who gets them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from console import alert_channels, alerts
from console.alert_channels import ChannelRefused
from console.models import AlertChannel, AlertMessage, MessageResult
from console.quiet_hours import quiet_until
from orders.models import SlaClock
from tenancy.models import Membership, Role
from tests import make
from tests.make_alerts import NIGHT, make_channel, make_due_order, send, texts
from tests.make_orders import NOW

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("alert_receiver")


# --- quiet hours ---


@pytest.mark.parametrize(
    ("since", "until", "local", "end"),
    [
        (time(22), time(8), "2026-11-23T23:00+07:00", "2026-11-24T08:00+07:00"),
        (time(22), time(8), "2026-11-24T07:59+07:00", "2026-11-24T08:00+07:00"),
        (time(22), time(8), "2026-11-24T08:00+07:00", None),
        (time(22), time(8), "2026-11-24T21:59+07:00", None),
        (time(12), time(13), "2026-11-24T12:00+07:00", "2026-11-24T13:00+07:00"),
        (time(12), time(12), "2026-11-24T12:00+07:00", None),
        (None, None, "2026-11-24T12:00+07:00", None),
    ],
)
def test_quiet_hours_on_the_seller_s_clock(since, until, local, end):
    now = datetime.fromisoformat(local).astimezone(UTC)
    found = quiet_until(now=now, since=since, until=until, zone="Asia/Ho_Chi_Minh")
    assert found == (datetime.fromisoformat(end) if end else None)


def test_quiet_hours_end_at_the_wall_clock_s_time_when_it_changes():
    """In the night of 2026-11-01 Los Angeles turns the clock back."""
    now = datetime.fromisoformat("2026-11-01T05:00+00:00")
    end = quiet_until(now=now, since=time(22), until=time(8), zone="America/Los_Angeles")
    assert end == datetime.fromisoformat("2026-11-01T16:00+00:00")


def test_quiet_hours_keep_back_and_tell_together_what_is_still_true(
    cedar, cedar_shop, inside, sandbox_world, at
):
    with inside():
        make_channel("slack", **NIGHT)
        make_due_order(cedar_shop, hours=23, number=1)
        gone = make_due_order(cedar_shop, hours=11, number=2)
        make_due_order(cedar_shop, hours=11.5, number=3)
        alerts.watch(now=NOW)
    send(cedar)
    assert texts(sandbox_world, "slack") == []
    with inside():
        assert AlertMessage.objects.get().not_before == NOW + 2 * HOUR
        SlaClock.objects.filter(order=gone).update(is_open=False)
    at(NOW + 2 * HOUR)
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "Kept back during quiet hours" in text
    assert "1 order has 12 hours or less left" in text
    assert "1 order has 24 hours or less left" in text
    assert gone.platform_order_id not in text


def test_overdue_is_told_in_the_quiet_hours_too_and_not_again_after(
    cedar, cedar_shop, inside, sandbox_world, at
):
    with inside():
        make_channel("slack", **NIGHT)
        make_due_order(cedar_shop, hours=1)
        alerts.watch(now=NOW)
    at(NOW + HOUR)
    with inside():
        alerts.watch(now=NOW + HOUR)
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "1 order is overdue" in text
    at(NOW + 2 * HOUR)
    send(cedar)
    assert len(texts(sandbox_world, "slack")) == 1


# --- mail ---


def test_mail_goes_to_each_person_in_their_language_and_for_their_shops(cedar, cedar_shop, inside, at):
    with inside():
        other = make.make_shop(
            seller=cedar, slug="cedar-th", region="TH", platform_shop_id="77", currency="THB"
        )
        boss = make.make_member(seller=cedar)
        lan = make.make_member(seller=cedar, email="lan@cedar.example", name="Lan", shops=[other.pk])
        left = make.make_member(seller=cedar, email="left@cedar.example", name="Left")
        make_channel("mail", user_ids=[boss.pk, lan.pk, left.pk])
        Membership.objects.filter(user=left).update(is_active=False)
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    (letter,) = mail.outbox
    assert letter.to == ["mai@cedar.example"]
    assert letter.subject == "Kuaifa · Cedar & Sand VN: 1 order has 4 hours or less left"
    assert "http://localhost:8000/s/cedar/orders/?tile=h4&shop=cedar-vn" in letter.body
    assert letter.extra_headers["Message-ID"].startswith("<alert-")


def test_mail_is_not_sent_to_who_left_before_it_left(cedar, cedar_shop, inside, at):
    with inside():
        boss = make.make_member(seller=cedar)
        make_channel("mail", user_ids=[boss.pk])
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
        Membership.objects.update(is_active=False)
    send(cedar)
    assert mail.outbox == []


def test_without_a_mail_server_the_result_says_so(cedar, cedar_shop, inside, at, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with inside():
        make_channel("mail", user_ids=[make.make_member(seller=cedar).pk])
        make_due_order(cedar_shop, hours=3)
        alerts.watch(now=NOW)
    send(cedar)
    with inside():
        assert AlertMessage.objects.get().result == MessageResult.LOGGED
        assert not alert_channels.is_mail_set_up()


def test_a_person_of_another_seller_cannot_be_ticked(cedar, north, in_cedar):
    stranger = make.make_member(seller=north, email="n@north.example", role=Role.OWNER)
    with pytest.raises(ChannelRefused, match="Tick at least one person"):
        make_channel("mail", user_ids=[stranger.pk])
    assert not AlertChannel.objects.exists()
