"""Every address of a seller, as another seller's person and as an agency whose grant is over."""

import pytest

from core import clock
from tenancy.models import Agency, AgencyGrant, AgencyMember, Role
from tests import make
from tests.walls.sweeping import OF_SELLERS, fingerprint, logged_in, sweep


@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_another_sellers_person_finds_nothing(goods, north, role):
    client = logged_in(make.make_member(seller=north, role=role, email="n@north.example"))
    before = fingerprint(goods, north)
    assert sweep(client, seller="cedar", allowed={404}, among=OF_SELLERS) == {}
    assert fingerprint(goods, north) == before


@pytest.mark.parametrize("ended", ["revoked", "expired", "left"])
def test_a_revoked_agency_finds_nothing(goods, ended):
    agency = Agency.objects.create(slug="bright", name="Bright")
    user = make.make_user(email="olga@bright.example")
    over = clock.now()
    AgencyMember.objects.create(agency=agency, user=user, is_active=ended != "left")
    AgencyGrant.objects.create(
        agency=agency,
        seller=goods,
        role=Role.OWNER,
        revoked_at=over if ended == "revoked" else None,
        until_at=over if ended == "expired" else None,
    )
    before = fingerprint(goods)
    assert sweep(logged_in(user), seller="cedar", allowed={404}, among=OF_SELLERS) == {}
    assert fingerprint(goods) == before
