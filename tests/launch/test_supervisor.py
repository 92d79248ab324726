"""Programs come back when they die, and go in order when asked to."""

import json
import os
import signal
import sys
import threading
import time

import psutil
import pytest

from console.launch import orphans, supervisor
from console.launch.logs import Terminal
from console.launch.supervisor import Program, StartFailed, Stopped, Supervisor

FOREVER = "import signal; print('here', flush=True); signal.pause()"


@pytest.fixture
def said(tmp_path):
    return (tmp_path / "terminal").open("w+")


@pytest.fixture
def boss(tmp_path, said):
    boss = Supervisor(
        logs=tmp_path / "logs",
        register=orphans.Register(path=tmp_path / "children.json"),
        terminal=Terminal(stream=said),
    )
    yield boss
    boss.stop()


def _program(name: str, code: str, **more) -> Program:
    return Program(name=name, command=[sys.executable, "-c", code], **more)


def _log(tmp_path, name: str) -> str:
    return (tmp_path / "logs" / f"{name}.log").read_text()


def _watch_until(boss: Supervisor, condition) -> None:
    deadline = time.monotonic() + 10
    boss.is_abandoned = lambda: condition() or time.monotonic() > deadline
    boss.watch()
    boss.is_abandoned = lambda: False
    assert condition()


def test_dead_program_is_started_again(boss, tmp_path):
    boss.start(_program("web", FOREVER))
    boss.wait_ready("web", timeout=5)
    first = boss.children["web"].process
    first.kill()
    _watch_until(boss, lambda: boss.children["web"].process is not first and boss.children["web"].was_ready)
    assert boss.children["web"].process.poll() is None


def test_program_that_never_starts_is_given_up_with_its_last_words(boss, monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_WAIT", 0.01)
    boss.start(_program("web", "raise SystemExit('no such thing')", is_ready=lambda: False))
    with pytest.raises(StartFailed, match="(?s)web does not start.*no such thing"):
        boss.wait_ready("web", timeout=20)


def test_children_of_a_dead_program_do_not_work_on_beside_its_successor(boss, tmp_path):
    code = f"import subprocess, sys, signal; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}]); print(p.pid, flush=True); signal.pause()"
    boss.start(_program("worker", code))
    _watch_until(boss, lambda: "here" in _log(tmp_path, "worker"))
    grandchild = psutil.Process(int(_log(tmp_path, "worker").split()[0]))
    boss.children["worker"].process.kill()
    _watch_until(boss, lambda: boss.children["worker"].deaths == 1)
    psutil.wait_procs([grandchild], timeout=5)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_stop_goes_backwards_and_takes_the_database_last(boss, tmp_path):
    note = tmp_path / "order"
    code = (
        "import signal, sys\n"
        f"def leave(*_):\n    open({str(note)!r}, 'a').write(sys.argv[1] + '\\n')\n    sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('here', flush=True)\nsignal.pause()"
    )
    for name, tier in (("database", 3), ("broker", 2), ("web", 1)):
        boss.start(Program(name=name, command=[sys.executable, "-c", code, name], tier=tier))
    _watch_until(boss, lambda: all("here" in _log(tmp_path, name) for name in boss.children))
    boss.stop()
    assert note.read_text().split() == ["web", "broker", "database"]


def test_straggler_is_killed(boss, tmp_path, monkeypatch, said):
    monkeypatch.setattr(supervisor, "STRAGGLERS_AT", 0.2)
    boss.start(
        _program(
            "web",
            "import signal; signal.signal(15, signal.SIG_IGN); print('here', flush=True)\nwhile 1: signal.pause()",
        )
    )
    _watch_until(boss, lambda: "here" in _log(tmp_path, "web"))
    boss.stop()
    assert boss.children["web"].process.returncode == -signal.SIGKILL
    said.seek(0)
    assert "web is slow to stop; ending it" in said.read()


def test_asking_to_stop_ends_the_waiting(boss):
    boss.start(_program("web", FOREVER, is_ready=lambda: False))
    threading.Timer(0.1, boss.stop_requested.set).start()
    with pytest.raises(Stopped):
        boss.wait_ready("web", timeout=20)


def test_step_runs_to_its_end_and_tells_its_exit_code(boss, tmp_path):
    assert boss.run_step(_program("migrate", "print('done'); raise SystemExit(3)")) == 3
    assert _log(tmp_path, "migrate") == "done\n"


def test_what_a_killed_start_left_behind_is_ended(boss, tmp_path):
    marked = {"env": {**os.environ, orphans.MARK: "this start"}}
    boss.start(_program("web", FOREVER, options=marked))
    process = boss.children["web"].process
    assert orphans.stop_all(register=boss.register, mark="this start") == ["web"]
    assert not psutil.pid_exists(process.pid)
    assert boss.register.read() == {}


def test_process_id_of_a_stranger_is_left_alone(boss):
    boss.start(_program("web", FOREVER))
    process = boss.children["web"].process
    entry = {"web": {"pid": process.pid, "born": psutil.Process(process.pid).create_time() - 3600}}
    boss.register.path.write_text(json.dumps(entry))
    assert orphans.stop_all(register=boss.register, mark="another start") == []
    assert process.poll() is None


def test_logs_of_earlier_starts_are_kept(boss, tmp_path):
    boss.run_step(_program("migrate", "print('first')"))
    boss.run_step(_program("migrate", "print('second')"))
    assert _log(tmp_path, "migrate") == "second\n"
    assert (tmp_path / "logs" / "migrate.log.1").read_text() == "first\n"
