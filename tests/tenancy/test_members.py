"""Members, agency grants and keys: who may come in, and that somebody is always left to open the door."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from tenancy import members, scoping
from tenancy.actors import AUTO
from tenancy.models import Agency, AgencyGrant, ApiKey, AuditEntry, Membership, Role, User
from tests import make

PAGE = "/s/cedar/settings/members/"


@pytest.fixture
def owner(cedar):
    return make.make_member(seller=cedar)


@pytest.fixture
def browser(owner) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def acts(seller) -> list[str]:
    with scoping.scope(sellers=[seller.pk]):
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_invitation_sets_a_password_once(
    browser, cedar, client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        text = browser.post(
            f"{PAGE}invite/", {"email": "Bao@cedar.example", "role": "picker"}
        ).content.decode()
    link = text.split('data-copy="')[1].split('"')[0]
    assert mailoutbox[0].to == ["bao@cedar.example"]
    assert link in mailoutbox[0].body
    path = link.removeprefix("http://localhost:8000")
    form = client.get(path, follow=True)
    address = form.redirect_chain[-1][0]
    words = "a long enough phrase"
    client.post(address, {"password1": words, "password2": words})
    assert User.objects.get(email="bao@cedar.example").check_password(words)
    assert "used already" in Client().get(path).content.decode()
    assert acts(cedar) == ["member.invited"]


def test_a_known_person_gets_no_link(browser, cedar, north):
    make.make_member(seller=north, email="bao@north.example")
    text = browser.post(f"{PAGE}invite/", {"email": "bao@north.example", "role": "viewer"}).content.decode()
    assert "has an account already" in text
    assert "data-copy" not in text.split("<main")[1].split("</main>")[0]


def test_twice_is_refused(browser, owner):
    response = browser.post(f"{PAGE}invite/", {"email": owner.email, "role": "viewer"})
    assert response.status_code == 422
    assert "is a member already" in response.content.decode()
    assert Membership.objects.count() == 1


def test_a_member_is_limited_to_shops(browser, cedar, cedar_shop):
    other = make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example")
    member = other.memberships.get()
    browser.post(f"{PAGE}{member.pk}/", {"role": "packer", "shops": [cedar_shop.pk]})
    member.refresh_from_db()
    assert (member.role, member.shop_ids) == ("packer", [cedar_shop.pk])


def test_a_foreign_shop_is_no_limit(browser, cedar, north_shop):
    member = make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example").memberships.get()
    response = browser.post(f"{PAGE}{member.pk}/", {"role": "packer", "shops": [north_shop.pk]})
    assert response.status_code == 422
    member.refresh_from_db()
    assert (member.role, member.shop_ids) == ("picker", None)


@pytest.mark.parametrize("post", [{"role": "viewer"}, "switch"])
def test_the_last_owner_stays(browser, owner, post):
    member = owner.memberships.get()
    address = f"{PAGE}{member.pk}/" if post != "switch" else f"{PAGE}{member.pk}/switch/"
    response = browser.post(address, post if post != "switch" else {})
    assert response.status_code == 422
    assert "This is the only owner" in response.content.decode()
    member.refresh_from_db()
    assert (member.role, member.is_active) == ("owner", True)


def test_a_member_is_shut_out_and_let_in(browser, cedar):
    person = make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example")
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get("/s/cedar/").status_code == 200
    browser.post(f"{PAGE}{person.memberships.get().pk}/switch/")
    assert theirs.get("/s/cedar/").status_code == 404
    browser.post(f"{PAGE}{person.memberships.get().pk}/switch/", {"active": "1"})
    assert theirs.get("/s/cedar/").status_code == 200
    assert acts(cedar) == ["member.closed", "member.opened"]


def test_a_member_of_another_seller_is_not_there(browser, north):
    member = make.make_member(seller=north, email="n@north.example").memberships.get()
    assert browser.post(f"{PAGE}{member.pk}/switch/").status_code == 404
    assert browser.get(f"{PAGE}{member.pk}/").status_code == 404
    member.refresh_from_db()
    assert member.is_active


def test_an_agency_is_let_in_and_shut_out(browser, cedar):
    bright = Agency.objects.create(slug="bright", name="Bright Ops")
    browser.post("/s/cedar/settings/agencies/", {"agency": "BRIGHT", "role": "manager"})
    grant = AgencyGrant.objects.get()
    assert (grant.agency, grant.role, grant.shop_ids, grant.until_at) == (bright, "manager", None, None)
    browser.post(f"/s/cedar/settings/agencies/{grant.pk}/revoke/")
    grant.refresh_from_db()
    assert grant.revoked_at is not None
    assert acts(cedar) == ["agency.let_in", "agency.shut_out"]


def test_an_unknown_agency_and_a_past_day_are_refused(browser, cedar):
    Agency.objects.create(slug="bright", name="Bright Ops")
    past = (clock.now() - timedelta(days=3)).date()
    for post in (
        {"agency": "nobody", "role": "manager"},
        {"agency": "bright", "role": "manager", "until_on": past},
    ):
        assert browser.post("/s/cedar/settings/agencies/", post).status_code == 422
    assert not AgencyGrant.objects.exists()


def test_a_key_is_shown_once_and_revoked(browser, cedar):
    text = browser.post(
        "/s/cedar/settings/keys/", {"name": "ERP", "scopes": ["orders:read"]}
    ).content.decode()
    key = ApiKey.objects.get()
    assert f"kf_{key.prefix}." in text
    assert f"kf_{key.prefix}." not in browser.get("/s/cedar/settings/keys/").content.decode()
    browser.post(f"/s/cedar/settings/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert acts(cedar) == ["key.made", "key.revoked"]


def test_two_owners_cannot_close_each_other(cedar):
    first = make.make_member(seller=cedar).memberships.get()
    second = make.make_member(seller=cedar, email="b@cedar.example").memberships.get()
    with scoping.scope(sellers=[cedar.pk]):
        members.set_active(membership_id=first.pk, seller=cedar, is_active=False, actor=AUTO, now=clock.now())
        with pytest.raises(members.LastOwner):
            members.set_active(
                membership_id=second.pk, seller=cedar, is_active=False, actor=AUTO, now=clock.now()
            )
