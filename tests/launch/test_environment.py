"""Variables: what a person set is kept, the sandbox fills the rest, and every one is listed."""

import os
import re

from console.launch import environment, guard, locks, ports, vendored, welcome
from console.launch.places import CHECKOUT

NAME = re.compile(r"""env\.\w+\(\s*["']([A-Z][A-Z0-9_]+)["']""")


def test_file_is_read_as_lines(tmp_path):
    file = tmp_path / "env"
    file.write_text("# a remark\nA=1\n  B = two words = more \nnothing\n\nC=\n")
    assert environment.read_file(file) == {"A": "1", "B": "two words = more", "C": ""}
    assert environment.read_file(tmp_path / "missing") == {}


def test_real_environment_is_stronger_than_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("KUAIFA_A=file\nKUAIFA_B=file\n")
    monkeypatch.setenv("KUAIFA_A", "real")
    monkeypatch.setenv("KUAIFA_C", "")
    given = environment.given(checkout=tmp_path)
    assert (given["KUAIFA_A"], given["KUAIFA_B"]) == ("real", "file")
    assert "KUAIFA_C" not in given


def test_sandbox_takes_every_platform_nobody_configured():
    values, left_alone = environment.sandbox_values(port=8100, given={})
    assert left_alone == []
    assert values["KUAIFA_TIKTOK_SHOP_API_URL"] == "http://127.0.0.1:8100"
    assert values["KUAIFA_TIKTOK_ADS_API_URL"] == "http://127.0.0.1:8100/open_api/v1.3"
    assert values["KUAIFA_TRACKING_API_URL"] == "http://127.0.0.1:8100/track/v2.2"


def test_platform_with_a_persons_own_key_is_left_whole():
    values, left_alone = environment.sandbox_values(port=8100, given={"KUAIFA_TIKTOK_ADS_SECRET": "real"})
    assert left_alone == ["TikTok Ads"]
    assert not any(name.startswith("KUAIFA_TIKTOK_ADS") for name in values)
    assert values["KUAIFA_TIKTOK_SHOP_APP_KEY"] == "sandboxkey01"


def test_keys_are_made_once_and_closed_to_others(tmp_path):
    first = environment.secret_keys(run=tmp_path)
    assert environment.secret_keys(run=tmp_path) == first
    assert len(first) >= 32
    assert (tmp_path / "secret_keys").stat().st_mode & 0o777 == 0o600


def test_run_env_is_closed_to_others_and_reads_back(tmp_path):
    environment.write_run_env(run=tmp_path, values={"B": "2", "A": "x=y"})
    assert environment.read_file(tmp_path / "env") == {"A": "x=y", "B": "2"}
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600


def test_pages_on_another_address_are_allowed_there():
    values = environment.web_values(host="0.0.0.0", port=9000, given={})
    assert values["KUAIFA_PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert "127.0.0.1" in values["KUAIFA_ALLOWED_HOSTS"].split(",")
    assert "*" not in values["KUAIFA_ALLOWED_HOSTS"]


def test_every_variable_is_listed_in_the_example():
    listed = set(
        re.findall(r"^#?\s*([A-Z][A-Z0-9_]+)=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE)
    )
    read = set()
    for path in sorted(CHECKOUT.glob("config/*.py")):
        read |= set(NAME.findall(path.read_text()))
    asked_for_by_up = {"PORT", "HOST", "SANDBOX", "SANDBOX_PORT", "DEMO", "KUAIFA_OWNER_DATABASE_URL"}
    assert (read | asked_for_by_up) - listed == set()
    assert listed - read - asked_for_by_up == set()


def test_second_start_says_who_is_running(tmp_path):
    handle = locks.try_exclusive(tmp_path / "up.lock")
    try:
        guard.Lock(note=tmp_path / "up.json").announce(address="http://127.0.0.1:8000")
        said = guard.describe(note=tmp_path / "up.json")
        assert locks.try_exclusive(tmp_path / "up.lock") is None
    finally:
        os.close(handle)
    assert re.search(r"process \d+, http://127\.0\.0\.1:8000, since \d{4}-\d\d-\d\dT", said)


def test_port_is_kept_while_it_is_free(tmp_path):
    port = ports.kept(tmp_path / "port")
    assert ports.kept(tmp_path / "port") == port


def test_vendored_files_are_what_the_manifest_says():
    assert vendored.differences() == []


def test_box_has_straight_edges_around_chinese():
    assert welcome.box(["ready", "雪松"]).split("\n") == ["╭───────╮", "│ ready │", "│ 雪松  │", "╰───────╯"]
