"""The inbox, the bell, the channels' pages: what each shows and who may change it."""

from datetime import timedelta

import pytest
from django.test import Client

from console import alerts
from console.models import Alert, AlertChannel, AlertMessage, AlertRead
from core import clock
from orders.models import SlaClock
from tenancy import scoping
from tenancy.models import AuditEntry, Role
from tests import make
from tests.console.test_home import page
from tests.make_alerts import URLS, make_channel, make_due_order, move_deadline

INBOX, CHANNELS = "/s/cedar/alerts/", "/s/cedar/alerts/channels/"
HTMX = {"HX-Request": "true"}
TERMS = {"name": "Floor", "language": "en", "levels": ["h4", "overdue"], "is_active": "on"}


@pytest.fixture(autouse=True)
def _sandbox_is_allowed(settings):
    settings.ALERT_HOSTS = ["127.0.0.1:8100"]


@pytest.fixture
def raised(cedar, cedar_shop):
    """One alert of three orders, now."""
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        for number in range(3):
            order = make_due_order(cedar_shop, hours=3, number=number)
            move_deadline(order, now + timedelta(hours=3, minutes=number + 1))
        alerts.watch(now=now)
        return Alert.objects.get()


def count(cedar, model, **values) -> int:
    with scoping.scope(sellers=[cedar.pk]):
        return model.objects.filter(**values).count()


def test_an_empty_inbox_says_what_will_be_here(browser, cedar_shop):
    assert "No alerts yet" in page(browser, INBOX)
    assert "Everything is read" in page(browser, f"{INBOX}?show=unread")


def test_an_alert_shows_its_orders_with_a_way_to_work_them_off(browser, raised):
    text = page(browser, INBOX)
    assert "3 orders have 4 hours or less left" in text
    assert "576461413038700002" in text
    assert "/s/cedar/orders/?tile=h4&amp;shop=cedar-vn" in text
    assert page(browser, f"{INBOX}?level=overdue").count("alert-row") == 0


def test_an_order_that_left_is_shown_as_settled(browser, cedar, raised):
    with scoping.scope(sellers=[cedar.pk]):
        SlaClock.objects.update(is_open=False)
    assert page(browser, INBOX).count("settled") == 3


def test_the_inbox_is_the_same_number_of_queries_with_more_orders(
    browser, cedar, cedar_shop, raised, django_assert_max_num_queries
):
    browser.get(INBOX)
    with django_assert_max_num_queries(24):
        browser.get(INBOX, headers=HTMX)


def test_the_bell_counts_what_this_person_has_not_read(browser, cedar, raised):
    assert "1 unread alert" in page(browser, f"{INBOX}badge/")
    response = browser.post(f"{INBOX}read/", {"ids": raised.pk})
    assert response.headers["Location"] == INBOX
    assert "unread" not in page(browser, f"{INBOX}badge/").replace("show=unread", "")
    other = Client()
    other.force_login(make.make_member(seller=cedar, email="p@cedar.example", role=Role.PICKER))
    assert "1 unread alert" in page(other, f"{INBOX}badge/")
    other.post(f"{INBOX}read/", {"all": "1"})
    other.post(f"{INBOX}read/", {"all": "1"})
    assert count(cedar, AlertRead) == 2


def test_a_person_of_one_shop_sees_its_alerts_alone(cedar, cedar_shop, raised):
    other = make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="77", currency="THB")
    client = Client()
    client.force_login(
        make.make_member(seller=cedar, email="t@cedar.example", role=Role.VIEWER, shops=[other.pk])
    )
    assert "No alerts yet" in page(client, INBOX)
    client.post(f"{INBOX}read/", {"ids": raised.pk})
    assert count(cedar, AlertRead) == 0


def test_levels_that_the_app_shall_not_show_are_not_counted(browser, cedar, raised):
    browser.post(f"{CHANNELS}app/", {"levels": ["overdue"]})
    assert "No alerts yet" in page(browser, INBOX)
    assert "unread alert" not in page(browser, f"{INBOX}badge/")


def test_a_channel_is_added_changed_and_removed(browser, cedar, cedar_shop):
    added = browser.post(f"{CHANNELS}add/slack/", {**TERMS, "url": URLS["slack"]})
    assert added.headers["Location"] == CHANNELS
    with scoping.scope(sellers=[cedar.pk]):
        channel = AlertChannel.objects.get()
    assert (channel.name, channel.levels) == ("Floor", ["h4", "overdue"])
    text = page(browser, CHANNELS)
    assert "127.0.0.1 …lack" in text
    assert "group-0001" not in text
    assert "group-0001" not in page(browser, f"{CHANNELS}{channel.pk}/")
    quiet = {**TERMS, "quiet_from": "22:00", "quiet_until": "08:00"}
    browser.post(f"{CHANNELS}{channel.pk}/", quiet)
    assert "22:00–08:00" in page(browser, CHANNELS)
    browser.post(f"{CHANNELS}{channel.pk}/remove/")
    assert "Alerts stay in the app so far" in page(browser, CHANNELS)
    assert browser.get(f"{CHANNELS}{channel.pk}/").status_code == 404
    assert count(cedar, AuditEntry, subject_type="alert_channel") == 3


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("slack", {"url": "https://10.0.0.8/services/x"}, "not an address of that chat"),
        ("slack", {"url": ""}, "is missing"),
        ("slack", {"url": URLS["slack"], "quiet_from": "22:00"}, "a beginning and an end"),
        ("mail", {}, "Tick at least one person"),
        ("slack", {"url": URLS["slack"], "levels": []}, "This field is required"),
    ],
)
def test_a_refused_channel_is_a_422_with_its_sentence(browser, cedar, cedar_shop, kind, given, words):
    response = browser.post(f"{CHANNELS}add/{kind}/", {**TERMS, **given})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert count(cedar, AlertChannel) == 0


def test_a_chat_that_nobody_knows_is_a_404(browser, cedar_shop):
    assert browser.get(f"{CHANNELS}add/pager/").status_code == 404


def test_the_test_button_makes_a_message(browser, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        channel = make_channel("wecom", is_active=False)
    browser.post(f"{CHANNELS}{channel.pk}/test/")
    assert count(cedar, AlertMessage, is_test=True) == 1
    assert "test on its way" in page(browser, CHANNELS)


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(browser, cedar, raised):
    with scoping.scope(sellers=[cedar.pk]):
        channel = make_channel("slack", language="en")
    text = page(browser, f"{CHANNELS}{channel.pk}/dry-run/")
    assert "Cedar &amp; Sand VN: 3 orders have 4 hours or less left" in text
    assert "dry run" in text
    assert count(cedar, AlertMessage) == 0


def test_mail_that_is_not_set_up_is_said_on_the_page(browser, cedar_shop, settings):
    assert "Mail is not set up" not in page(browser, CHANNELS)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "Mail is not set up" in page(browser, CHANNELS)


@pytest.mark.parametrize("role", [Role.ORDER_CLERK, Role.VIEWER, Role.PICKER])
def test_only_owners_and_managers_come_to_the_channels(cedar, cedar_shop, role):
    client = Client()
    client.force_login(make.make_member(seller=cedar, email="c@cedar.example", role=role))
    assert client.get(CHANNELS).status_code == 403
    assert client.post(f"{CHANNELS}add/slack/", {**TERMS, "url": URLS["slack"]}).status_code == 403
    assert client.get(INBOX).status_code == 200


def test_a_manager_of_some_shops_opens_no_channel(cedar, cedar_shop):
    client = Client()
    client.force_login(
        make.make_member(seller=cedar, email="m@cedar.example", role=Role.MANAGER, shops=[cedar_shop.pk])
    )
    assert "Add a channel" not in page(client, CHANNELS)
    assert client.post(f"{CHANNELS}add/slack/", {**TERMS, "url": URLS["slack"]}).status_code == 403
    assert client.post(f"{CHANNELS}app/", {"levels": []}).status_code == 403
    assert count(cedar, AlertChannel) == 0
