"""Tests with real commits, which are taken back afterwards."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests.emptied import empty


@pytest.fixture
def committed(django_db_setup, django_db_blocker, database_cluster):
    """The database without a surrounding transaction."""
    with django_db_blocker.unblock():
        yield
        name = connection.settings_dict["NAME"]
        connections.close_all()
        empty(database_cluster.dsn("superuser", name))


@pytest.fixture
def together(committed):
    """Run functions at the same moment, each in a thread with a connection of its own; their results or errors in order."""

    def run(functions: Sequence[Callable[[], object]]) -> list[object]:
        start = threading.Barrier(len(functions))

        def one(function: Callable[[], object]) -> object:
            start.wait(timeout=10)
            try:
                return function()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(functions)) as pool:
            futures = [pool.submit(one, function) for function in functions]
            return [future.exception(timeout=60) or future.result() for future in futures]

    return run
