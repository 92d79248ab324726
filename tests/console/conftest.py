"""Logged-in browsers of several people."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from tenancy.models import Agency, AgencyGrant, AgencyMember, Role
from tests import make


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
