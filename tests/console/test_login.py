"""The front door: password, lock-out, second factor, the way back in."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tenancy.accounts import LANGUAGE_COOKIE
from tests import make

WORDS = "correct horse battery"


@pytest.fixture
def mai(cedar):
    cache.clear()  # earlier tries count
    return make.make_member(seller=cedar)


def log_in(client: Client, password: str = WORDS, **more):
    return client.post("/login/", {"login": "mai@cedar.example", "password": password, **more})


def test_the_right_password_opens_the_page_that_was_asked_for(client, mai):
    response = log_in(client, next="/s/cedar/stuck/")
    assert response.headers["Location"] == "/s/cedar/stuck/"


def test_the_language_comes_back_at_login(client, mai):
    mai.language = "zh-hans"
    mai.save()
    assert log_in(client).cookies[LANGUAGE_COOKIE].value == "zh-hans"


def test_a_wrong_password_says_so_and_lets_nobody_in(client, mai):
    response = log_in(client, "wrong")
    assert response.status_code == 200
    assert client.get("/s/cedar/").status_code == 302


def test_eight_wrong_passwords_close_the_door_for_a_while(client, mai):
    for _time in range(8):
        last = log_in(client, "wrong")
    assert last.status_code == 429
    assert "Too many wrong passwords" in last.content.decode()
    assert log_in(client).status_code == 429


def test_nobody_signs_up_alone(client, db):
    assert "Nobody signs up here alone" in client.get("/signup/").content.decode()


def test_a_reset_link_is_sent_to_known_people_only(client, mai, mailoutbox):
    for email in ("mai@cedar.example", "nobody@cedar.example"):
        assert (
            client.post("/password/reset/", {"email": email}).headers["Location"] == "/password/reset/done/"
        )
    assert [mail.to for mail in mailoutbox] == [["mai@cedar.example"]]
    assert "/password/reset/key/" in mailoutbox[0].body


def test_the_second_factor_is_asked_for(client, mai):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(mai, secret)
    assert log_in(client).headers["Location"].startswith("/2fa/authenticate/")
    assert client.get("/s/cedar/").status_code == 302
    assert client.post("/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/2fa/authenticate/", {"code": code})
    assert client.get("/s/cedar/").status_code == 200


def test_each_account_page_is_ours(client, mai):
    log_in(client)
    for address in ("/password/change/", "/2fa/", "/2fa/totp/activate/", "/logout/"):
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        assert "app/app.css" in response.content.decode(), address


def test_operators_come_in_through_the_same_door(client, mai):
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").headers["Location"].startswith("/login/")
    log_in(client)
    assert client.get("/admin/", follow=True).status_code == 403
