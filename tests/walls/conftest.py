"""What the sweeps of the addresses look for."""

import pytest

from tests import make


@pytest.fixture
def goods(cedar, cedar_shop):
    """Something of cedar's to look for."""
    make.make_member(seller=cedar, email="boss@cedar.example")
    return cedar
