"""Labels go to a folder of the test; shops of the sandbox are connected on request."""

import pytest
import stamina

from tests import make_logistics


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def quick_retries():
    """A read that fails is tried again at once."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
def vietnam(sandbox_world, cedar):
    """Cedar's shop in Vietnam, connected: orders there are mostly carried by the seller's own carrier."""
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-cedar")


@pytest.fixture
def malaysia(sandbox_world, cedar):
    """A shop in Malaysia, connected: the platform gives label and number."""
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-lumi", region="MY")


@pytest.fixture
def america(sandbox_world, cedar):
    """A shop in the United States, connected: each path has a call of its own there."""
    return make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-north")
