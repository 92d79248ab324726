import pytest

from tests import make_warehouse


@pytest.fixture
def site(in_cedar):
    """Cedar's warehouse with shelves A-01-1 … B-03-1; the test runs in cedar's scope."""
    return make_warehouse.make_site()
