"""Real PostgreSQL for every test: one cluster, kept between runs; one migrated template; the restricted role."""

import os
from pathlib import Path

import pytest
from django.db import connections
from django.utils import translation

from console.launch import postgres
from core import http, memory
from tenancy import routes, scoping
from tenancy.models import Seller
from tests import make, template
from tests.sandbox_transport import SandboxTransport, make_world

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items):
    """Journeys first: they are long, and no process should be left alone with one at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys/"))


def pytest_collection_finish():
    """The collected tests stay till the end: the garbage collector need not look at half a gigabyte again and again."""
    memory.settle()


@pytest.fixture(scope="session")
def database_cluster():
    """The careless (fsync off) cluster of the tests."""
    return postgres.test_cluster()


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, database_cluster):
    """A copy of the template per test process, used as the restricted role."""
    name = f"kuaifa_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        made = template.migrated(database_cluster)
        database_cluster.drop_database(name)
        database_cluster.create_database(name, template=made)
        template.point_to(database_cluster.dsn("app", name))
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    database_cluster.drop_database(name)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What this process remembers of one test's database is wrong in the next one's; so is its page's language."""
    routes.forget()
    translation.deactivate()


@pytest.fixture
def cedar(db):
    """The seller that acts. Its neighbor exists too, in every test that has a database."""
    make.make_seller(slug="north", name="Northside Goods", time_zone="America/Los_Angeles")
    return make.make_seller()


@pytest.fixture
def mai(cedar):
    """Cedar's owner."""
    return make.make_member(seller=cedar)


@pytest.fixture
def inside(cedar):
    """Runs some making or reading in cedar's scope, which ends with it: `inside(work, …)` gives what it returns."""

    def run(work, *args, **values):
        with scoping.scope(sellers=[cedar.pk]):
            return work(*args, **values)

    return run


@pytest.fixture
def north(cedar):
    """The other seller."""
    return Seller.objects.get(slug="north")


@pytest.fixture
def cedar_shop(cedar):
    return make.make_shop(seller=cedar)


@pytest.fixture
def north_shop(north):
    return make.make_shop(
        seller=north,
        slug="north-us",
        region="US",
        time_zone="America/Los_Angeles",
        currency="USD",
        platform_shop_id="7494049642642441621",
    )


@pytest.fixture
def in_cedar(cedar):
    """The test runs inside the scope of `cedar`."""
    with scoping.scope(sellers=[cedar.pk]) as bound:
        yield bound


@pytest.fixture
def sandbox_world():
    """The outside world in this process, behind the same client that the program uses. It runs in real time."""
    world = make_world(now=None, ads_rate_level="off", rate_qps=10_000)  # we do not pace ourselves in tests
    http.set_transport_factory(lambda: SandboxTransport(world))
    yield world
    http.set_transport_factory(None)
