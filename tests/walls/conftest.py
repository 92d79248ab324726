"""What the sweeps of the addresses look for."""

import logging

import pytest

from tests import make


@pytest.fixture
def goods(cedar, cedar_shop, caplog):
    """Something of cedar's to look for. Thousands of refusals are asked for: only faults are written down."""
    caplog.set_level(logging.ERROR, logger="django.request")
    make.make_member(seller=cedar, email="boss@cedar.example")
    return cedar
