"""Every address of a seller, as its own people: a role opens its permissions and nothing else."""

import pytest

from tenancy.access import ROLE_PERMISSIONS
from tenancy.models import Role
from tests import make
from tests.walls.sweeping import OF_SELLERS, ask, fingerprint, logged_in, sweep


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PICKER, Role.MARKETER])
def test_a_role_is_held_to_its_permissions(goods, role):
    client = logged_in(make.make_member(seller=goods, role=role, email="v@cedar.example"))
    closed = [address for address in OF_SELLERS if address.permission not in ROLE_PERMISSIONS[role]]
    before = fingerprint(goods)
    assert sweep(client, seller="cedar", allowed={403}, among=closed) == {}
    assert fingerprint(goods) == before


def test_a_viewer_changes_nothing_by_what_is_open(goods):
    """Permissions that end in .view are for looking: a POST there is refused or does nothing to the seller's rows."""
    client = logged_in(make.make_member(seller=goods, role=Role.VIEWER, email="v@cedar.example"))
    before = fingerprint(goods)
    looked = [address for address in OF_SELLERS if address.permission.endswith(".view")]
    assert {str(a): s for a in looked if (s := ask(client, a, "post", "cedar")) >= 500} == {}
    assert fingerprint(goods) == before
