"""The embedded database, below a closed folder with a space in its path."""

import os
import signal
import subprocess

import psutil
import psycopg
import pytest

from console.launch import postgres


def _ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def test_letters_outside_ascii_are_letters(cluster):
    locale = (
        "SELECT datctype || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'kuaifa'"
    )
    assert _ask(cluster.dsn("superuser"), locale) == "C.UTF-8 UTF8"


def test_chinese_is_found_by_trigrams(cluster):
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        row = connection.execute("SELECT similarity('雪松家居收纳盒', '家居收纳') > 0").fetchone()
    assert row == (True,)


def test_server_does_not_run_as_root(cluster):
    assert psutil.Process(cluster.server_pid()).uids().real != 0


def test_server_listens_on_loopback_only(cluster):
    listening = psutil.Process(cluster.server_pid()).net_connections()
    assert {entry.laddr.ip for entry in listening if entry.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_nobody_logs_in_without_the_password(cluster):
    dsn = f"postgresql://postgres@127.0.0.1:{cluster.port()}/kuaifa"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(dsn)


def test_commits_of_the_main_cluster_reach_the_disk(cluster):
    settings = "SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')"
    assert _ask(cluster.dsn("app"), settings) == "on,on"


def test_new_database_from_a_template_and_away(cluster):
    assert cluster.create_database("first") is True
    assert cluster.create_database("first") is False
    assert cluster.create_database("second", template="first") is True
    assert _ask(cluster.dsn("app", "second"), "SELECT current_database()") == "second"
    cluster.drop_database("second")
    cluster.drop_database("first")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(cluster.dsn("app", "second"))


def test_killed_server_starts_again_with_its_data(place):
    with postgres.temporary_cluster(durable=True, place=place) as cluster:
        with psycopg.connect(cluster.dsn("owner")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        server = psutil.Process(cluster.server_pid())
        backends = server.children()
        os.kill(server.pid, signal.SIGKILL)
        psutil.wait_procs([server, *backends], timeout=10)
        cluster.start()
        assert _ask(cluster.dsn("owner"), "SELECT number FROM kept") == 7


def test_process_id_that_another_program_has_by_now_is_not_our_server(place):
    with postgres.temporary_cluster(durable=False, place=place) as cluster:
        cluster.stop()
        stranger = subprocess.Popen(["sleep", "60"])
        try:
            (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")
            assert cluster.server_pid() is None
            cluster.start()
            assert cluster.alive()
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


def test_temporary_cluster_leaves_nothing(place):
    with postgres.temporary_cluster(durable=False, place=place) as cluster:
        server = psutil.Process(cluster.server_pid())
        assert _ask(cluster.dsn("app"), "SHOW fsync") == "off"
    assert not server.is_running()
    assert not cluster.folder.exists()
