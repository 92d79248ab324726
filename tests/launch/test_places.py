"""Each `.run/` has its own place for servers, however the checkout was copied, moved or cloned anew."""

import os
import shutil
import stat

import pytest

from console.launch import places


@pytest.fixture
def run(tmp_path):
    run = tmp_path / "checkout" / ".run"
    run.mkdir(parents=True)
    yield run
    for folder in tmp_path.glob("*/.run"):
        places.remove_folder(places.server_place(run=folder).folder)


def test_place_stays_the_same(run):
    assert places.server_place(run=run) == places.server_place(run=run)


def test_root_keeps_servers_where_the_unprivileged_account_reaches_them(run):
    place = places.server_place(run=run)
    if os.geteuid() != 0:
        assert place == places.Place(folder=run / "servers", account=None)
        return
    assert place.account is not None and place.account.uid != 0
    for folder in (place.folder, *place.folder.parents):
        assert folder.stat().st_mode & stat.S_IXOTH


def test_copied_checkout_gets_a_place_of_its_own(run, tmp_path):
    original = places.server_place(run=run)
    copy = tmp_path / "copy" / ".run"
    shutil.copytree(run, copy)
    assert places.server_place(run=copy).folder != original.folder


def test_moved_checkout_keeps_its_data(run, tmp_path):
    place = places.server_place(run=run)
    place.folder.mkdir(exist_ok=True)
    (place.folder / "kept").write_text("data")
    moved = tmp_path / "moved"
    (tmp_path / "checkout").rename(moved)
    assert (places.server_place(run=moved / ".run").folder / "kept").read_text() == "data"


def test_new_clone_at_the_same_path_finds_the_old_place_abandoned(run):
    old = places.server_place(run=run).folder
    shutil.rmtree(run)
    run.mkdir()
    new = places.server_place(run=run).folder
    assert places.abandoned_folders(run=run) == ([old] if os.geteuid() == 0 else [])
    assert new != old or os.geteuid() != 0
    if os.geteuid() == 0:
        places.remove_folder(old)
