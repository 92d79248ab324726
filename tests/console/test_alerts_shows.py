"""A live show whose goods are late is told as orders are: in the app, by mail, in group chats, in quiet hours, once."""

from datetime import timedelta

import pytest
from django.core import mail

from console import alert_inbox, alerts
from console.models import AlertMessage, MessageResult, ShowPart
from tenancy import scoping
from tenancy.models import Shop
from tests import make
from tests.make_alerts import NIGHT, make_channel, make_due_order, send, texts
from tests.make_orders import NOW
from tests.make_shows import bring, facts, make_zone, mug_show, prepack
from tests.make_warehouse import MAI, deliver, make_site
from warehouse import show_book, shows, staff_alerts
from warehouse.models import Show, ShowAlert

SOON = {"starts_at": NOW + timedelta(minutes=25), "ends_at": NOW + timedelta(hours=3)}
INBOX = "/s/cedar/alerts/"

pytestmark = pytest.mark.usefixtures("alert_receiver", "at")


def late_show(shop, **values) -> Show:
    """A mug show of this shop that begins in 25 minutes; nothing was brought yet."""
    site = make_site()
    make_zone(site)
    show = mug_show(site, shop, **{**SOON, "now": NOW - timedelta(hours=1), **values})
    return shows.prepare(show_id=show.pk, actor=MAI, now=NOW - timedelta(hours=1))


def run(now=NOW) -> None:
    shows.run(now=now)
    deliver()


def test_a_group_is_told_once_with_what_is_left_to_do(cedar, cedar_shop, inside, sandbox_world):
    with inside():
        make_channel("slack")
        late_show(cedar_shop)
        run()
        run(NOW + timedelta(minutes=1))
        assert AlertMessage.objects.count() == 1
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "Kuaifa · Cedar &amp; Sand VN: goods for the live show “Mug night” are not in place" in text
    assert "“Mug night” begins in 25 m. 2 tasks are left." in text
    assert "Open the show" in text


def test_nothing_is_said_of_a_show_that_is_ready_by_then(cedar, cedar_shop, inside, sandbox_world):
    with inside():
        make_channel("slack")
        show = late_show(cedar_shop)
        run()
        bring(show)
        prepack(show)
    send(cedar)
    assert texts(sandbox_world, "slack") == []
    with inside():
        assert AlertMessage.objects.get().result == MessageResult.NOTHING_LEFT
        assert ShowAlert.objects.get().cleared_at is None
        run(NOW + timedelta(minutes=1))
        assert ShowAlert.objects.get().cleared_at == NOW + timedelta(minutes=1)


def test_a_show_without_a_carried_out_plan_says_so(cedar, cedar_shop, inside, sandbox_world):
    with inside():
        make_channel("slack")
        site = make_site()
        make_zone(site)
        mug_show(site, cedar_shop, **SOON)
        run()
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "“Mug night” begins in 25 m. Its plan has not been carried out." in text


def test_a_cancelled_show_is_settled(cedar_shop, in_cedar):
    show = late_show(cedar_shop)
    run()
    shows.cancel(show_id=show.pk, actor=MAI, now=NOW)
    run(NOW + timedelta(minutes=1))
    assert ShowAlert.objects.get().cleared_at == NOW + timedelta(minutes=1)


def test_a_show_that_is_moved_can_be_late_anew(cedar_shop, in_cedar):
    show = late_show(cedar_shop)
    run()
    later = facts(
        show.warehouse, cedar_shop, starts_at=NOW + timedelta(hours=2), ends_at=NOW + timedelta(hours=4)
    )
    show_book.change(show_id=show.pk, facts=later, actor=MAI, now=NOW)
    run(NOW + timedelta(minutes=1))
    assert [alert.cleared_at for alert in ShowAlert.objects.all()] == [NOW + timedelta(minutes=1)]
    run(NOW + timedelta(minutes=91))
    raised = ShowAlert.objects.order_by("pk").values_list("raised_at", "cleared_at")
    assert list(raised)[1] == (NOW + timedelta(minutes=91), None)


def test_another_title_does_not_tell_it_again(cedar_shop, in_cedar):
    make_channel("slack")
    show = late_show(cedar_shop)
    run()
    renamed = facts(show.warehouse, cedar_shop, title="Cup night", **SOON)
    show_book.change(show_id=show.pk, facts=renamed, actor=MAI, now=NOW)
    run(NOW + timedelta(minutes=1))
    assert (ShowAlert.objects.count(), AlertMessage.objects.count()) == (1, 1)


def test_quiet_hours_keep_it_back_with_the_orders_of_its_shop(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        make_channel("slack", **NIGHT)
        late_show(cedar_shop)
        make_due_order(cedar_shop, hours=3.5)
        run()
        alerts.watch(now=NOW)
        message = AlertMessage.objects.get()
        assert (message.not_before, message.is_kept_back) == (NOW + timedelta(hours=2), True)
    send(cedar)
    assert texts(sandbox_world, "slack") == []
    at(NOW + timedelta(hours=2))
    send(cedar)
    (text,) = texts(sandbox_world, "slack")
    assert "Kept back during quiet hours, still true now." in text
    assert "1 order has 4 hours or less left" in text
    assert "“Mug night” has begun. 2 tasks are left." in text


def test_quiet_hours_that_outlast_the_show_say_nothing(cedar, cedar_shop, inside, sandbox_world, at):
    with inside():
        make_channel("slack", **NIGHT)
        late_show(cedar_shop, ends_at=NOW + timedelta(hours=1))
        run()
    at(NOW + timedelta(hours=2))
    send(cedar)
    assert texts(sandbox_world, "slack") == []


def test_channels_without_shows_or_of_other_shops_are_not_told(cedar, cedar_shop, inside):
    with inside():
        other = Shop.objects.create(slug="cedar-th", name="Cedar TH", region="TH", currency="THB")
        make_channel("slack", takes_shows=False)
        make_channel("feishu", shop_ids=[other.pk])
        told = make_channel("wecom", shop_ids=[cedar_shop.pk], levels=[])
        late_show(cedar_shop)
        run()
        assert [message.channel_id for message in AlertMessage.objects.all()] == [told.pk]


def test_mail_goes_to_who_may_see_the_shop_in_their_language(cedar, cedar_shop, inside):
    with inside():
        other = Shop.objects.create(slug="cedar-th", name="Cedar TH", region="TH", currency="THB")
        boss = make.make_member(seller=cedar)
        lan = make.make_member(seller=cedar, email="lan@cedar.example", name="Lan", shops=[other.pk])
        make_channel("mail", user_ids=[boss.pk, lan.pk])
        show = late_show(cedar_shop)
        run()
    send(cedar)
    (letter,) = mail.outbox
    assert letter.to == ["mai@cedar.example"]
    assert letter.subject == "Kuaifa · Cedar & Sand VN: goods for the live show “Mug night” are not in place"
    assert f"http://localhost:8000/s/cedar/warehouse/shows/{show.public_id}/" in letter.body


def test_the_inbox_and_the_bell_tell_it_until_it_is_read(browser, cedar_shop, inside):
    with inside():
        make_channel("slack")
        show = late_show(cedar_shop)
        run()
        alert = ShowAlert.objects.get()
    text = browser.get(INBOX).content.decode()
    assert "Goods for the live show “Mug night” were not in place half an hour before it" in text
    assert "2 tasks are left." in text
    assert "Slack floor slack:" in text
    assert "1 unread alert" in browser.get(f"{INBOX}badge/").content.decode()
    browser.post(f"{INBOX}read/", {"shows": alert.pk})
    assert "unread alert" not in browser.get(f"{INBOX}badge/").content.decode()
    assert "Mug night" in browser.get(INBOX).content.decode()
    assert "Mug night" not in browser.get(f"{INBOX}?show=unread").content.decode()
    with inside():
        bring(show)
        prepack(show)
        run()
    text = browser.get(INBOX).content.decode()
    assert "settled" in text
    assert "tasks are left" not in text


def test_the_inbox_is_of_the_chosen_shop(browser, cedar_shop, inside):
    with inside():
        Shop.objects.create(slug="cedar-th", name="Cedar TH", region="TH", currency="THB")
        late_show(cedar_shop)
        run()
    assert "Mug night" in browser.get(f"{INBOX}?shop=cedar-vn").content.decode()
    assert "Mug night" not in browser.get(f"{INBOX}?shop=cedar-th").content.decode()


def test_the_dry_run_says_it_and_sends_nothing(cedar, cedar_shop, in_cedar):
    channel = make_channel("slack", **NIGHT)
    late_show(cedar_shop)
    (found,) = alert_inbox.dry_run(channel=channel, seller=cedar, now=NOW)
    assert (
        found.note.title == "Kuaifa · Cedar & Sand VN: goods for the live show “Mug night” are not in place"
    )
    assert found.quiet_until == NOW + timedelta(hours=2)
    assert (ShowAlert.objects.count(), AlertMessage.objects.count()) == (0, 0)


def test_a_neighbor_s_show_is_its_own(cedar, cedar_shop, north, north_shop, inside):
    with inside():
        make_channel("slack")
    with scoping.scope(sellers=[north.pk]):
        late_show(north_shop)
        run()
        foreign = ShowAlert.objects.get()
        assert not ShowPart.objects.exists()
    with inside():
        assert not ShowAlert.objects.exists()
        assert staff_alerts.mark_seen(kind=ShowAlert, user_id=1, alert_ids=[foreign.pk]) == 0


def test_what_was_settled_long_ago_is_forgotten(cedar_shop, in_cedar):
    late_show(cedar_shop)
    run()
    staff_alerts.tidy(kind=ShowAlert, now=NOW + timedelta(days=31))
    assert ShowAlert.objects.count() == 1
    ShowAlert.objects.update(cleared_at=NOW)
    staff_alerts.tidy(kind=ShowAlert, now=NOW + timedelta(days=31))
    assert ShowAlert.objects.count() == 0
