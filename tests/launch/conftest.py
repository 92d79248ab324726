"""Folders of their own for the launcher's tests; what root keeps outside them is taken away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.launch import places, postgres


@pytest.fixture(scope="session")
def closed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`.run/` of a checkout whose path has a space, below a folder closed to other users."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    run = closed / "my checkout" / ".run"
    run.mkdir(parents=True)
    return run


@pytest.fixture(scope="session")
def place(closed_run: Path) -> Iterator[places.Place]:
    place = places.server_place(run=closed_run)
    yield place
    places.remove_folder(place.folder)


@pytest.fixture(scope="session")
def cluster(place: places.Place) -> Iterator[postgres.Cluster]:
    cluster = postgres.main_cluster(place=place)
    cluster.start()
    yield cluster
    cluster.stop()
