"""Logged-in browsers of several people."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from core import clock
from tenancy import scoping
from tenancy.models import Agency, AgencyGrant, AgencyMember, Role
from tests import make
from tests.make_orders import NOW


@pytest.fixture
def owner(cedar):
    return make.make_member(seller=cedar)


@pytest.fixture
def browser(owner) -> Client:
    """Cedar's owner."""
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def agency(cedar, north) -> Agency:
    """Works for both sellers, as manager."""
    bright = Agency.objects.create(slug="bright", name="Bright Ops")
    for seller in (cedar, north):
        AgencyGrant.objects.create(agency=bright, seller=seller, role=Role.MANAGER)
    return bright


@pytest.fixture
def agent(agency) -> Client:
    """A person of the agency."""
    user = make.make_user(email="olga@bright.example", name="Olga")
    AgencyMember.objects.create(agency=agency, user=user)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def yesterday():
    return clock.now() - timedelta(days=1)


@pytest.fixture
def alert_receiver(settings, sandbox_world):
    """Alerts may go to the chats that the sandbox plays."""
    settings.ALERT_HOSTS = ["127.0.0.1:8100"]


@pytest.fixture
def at(monkeypatch):
    """Messages leave at the test's own time."""

    def set_to(now: datetime) -> None:
        monkeypatch.setattr("core.clock.now", lambda: now)

    set_to(NOW)
    return set_to


@pytest.fixture
def inside(cedar):
    """Cedar's scope for some steps: sending must find no transaction open."""
    return lambda: scoping.scope(sellers=[cedar.pk])
