"""Starts programs, brings dead ones back, stops them in reverse order. One thread watches, one per program reads.

Every program leads a process group of its own: Ctrl-C in the terminal reaches only us, and we decide the order.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.launch.logs import LogFile, Terminal, tail
from console.launch.orphans import Register

FIRST_WAIT = 0.5
LONGEST_WAIT = 10.0
STEADY_AFTER = 30.0
TRIES_BEFORE_READY = 3
STRAGGLERS_AT = 7.0  # seconds after which a program that was asked to stop is killed
DATABASE_AT = 9.0  # … and the database is told to stop at once
TICK = 0.1
ASK_EVERY = 0.3  # seconds between two looks at whether a program is ready


class StartFailed(Exception):
    """A program would not start; the text shows its last words."""


class Stopped(Exception):
    """Someone asked us to stop while we were waiting for something else."""


@dataclass(frozen=True)
class Program:
    """What to run, how to see that it is ready, how to stop it."""

    name: str
    command: list[str]
    options: Mapping[str, object] = field(default_factory=dict)
    is_ready: Callable[[], bool] = lambda: True
    before_start: Callable[[], None] = lambda: None
    on_ready: Callable[[], None] = lambda: None
    stop_signal: int = signal.SIGTERM
    kill_signal: int = signal.SIGKILL
    tier: int = 1  # stopped after all lower tiers: programs 1, broker 2, database 3


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    log: LogFile
    started_at: float
    was_ready: bool = False
    ask_at: float = 0.0
    deaths: int = 0
    restart_at: float | None = None
    reader: threading.Thread | None = None


class Supervisor:
    def __init__(
        self,
        *,
        logs: Path,
        register: Register,
        terminal: Terminal,
        is_abandoned: Callable[[], bool] = lambda: False,
    ) -> None:
        self.logs = logs
        self.register = register
        self.terminal = terminal
        self.is_abandoned = is_abandoned
        self.stop_requested = threading.Event()
        self.children: dict[str, Child] = {}
        self._steps: list[Child] = []

    def start(self, program: Program) -> None:
        log = LogFile(folder=self.logs, name=program.name)
        self.children[program.name] = Child(
            program=program, process=self._spawn(program), log=log, started_at=time.monotonic()
        )
        self._follow(self.children[program.name])

    def wait_ready(self, *names: str, timeout: float) -> None:
        """Wait for all of them, bringing back what dies; give up when one keeps dying or time is out."""
        deadline = time.monotonic() + timeout
        while waiting := [name for name in names if not self.children[name].was_ready]:
            self.check_stop()
            self.look_after()
            for name in waiting:
                if self.children[name].deaths >= TRIES_BEFORE_READY:
                    raise StartFailed(self._complaint(name, "does not start"))
            if time.monotonic() > deadline:
                raise StartFailed(self._complaint(waiting[0], f"is not ready after {timeout:.0f} s"))
            self.stop_requested.wait(TICK)

    def run_step(self, program: Program) -> int:
        """Run to the end, with everything else looked after meanwhile; the exit code."""
        child = self.begin_step(program)
        while child.process.poll() is None:
            self.check_stop()
            self.look_after()
            self.stop_requested.wait(TICK)
        return self.end_step(child)

    def begin_step(self, program: Program) -> Child:
        log = LogFile(folder=self.logs, name=program.name)
        child = Child(program=program, process=self._spawn(program), log=log, started_at=time.monotonic())
        self._follow(child)
        self._steps.append(child)
        return child

    def end_step(self, child: Child) -> int:
        code = child.process.wait()
        self._close(child)
        self._steps.remove(child)
        return code

    def look_after(self) -> None:
        """One round: notice readiness, notice deaths, bring back whoever's waiting time is over."""
        now = time.monotonic()
        for child in list(self.children.values()):
            if child.restart_at is not None:
                if now >= child.restart_at:
                    self._restart(child)
            elif child.process.poll() is not None:
                self._bury(child, now=now)
            elif not child.was_ready:
                self._ask(child, now=now)
            elif child.deaths and now - child.started_at > STEADY_AFTER:
                child.deaths = 0

    def watch(self) -> None:
        """Until someone asks us to stop, or nobody is left who could."""
        while not (self.stop_requested.is_set() or self.is_abandoned()):
            self.look_after()
            self.stop_requested.wait(TICK * 2)

    def check_stop(self) -> None:
        if self.stop_requested.is_set() or self.is_abandoned():
            raise Stopped

    def stop(self) -> None:
        """Stop all, last started first; programs, then broker, then database. Never takes longer than 10 s."""
        begun = time.monotonic()
        everyone = [*self.children.values(), *self._steps]
        for tier in sorted({child.program.tier for child in everyone}):
            group = [child for child in reversed(everyone) if child.program.tier == tier]
            for child in group:
                _signal(child, child.program.stop_signal)
            patience = STRAGGLERS_AT if tier < 3 else DATABASE_AT
            _wait(group, until=begun + patience)
            for child in group:
                if child.process.poll() is None:
                    self.terminal.line("up", f"{child.program.name} is slow to stop; ending it")
                _kill(child)
        for child in everyone:
            self._close(child)
        self.register.clear()

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        program.before_start()
        process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **program.options,  # type: ignore[call-overload]
        )
        self.register.add(name=program.name, pid=process.pid)
        return process

    def _ask(self, child: Child, *, now: float) -> None:
        if now < child.ask_at:
            return
        child.ask_at = now + ASK_EVERY
        if child.program.is_ready():
            child.was_ready = True
            child.program.on_ready()

    def _restart(self, child: Child) -> None:
        child.restart_at = None
        child.was_ready = False
        child.process = self._spawn(child.program)
        child.started_at = time.monotonic()
        self._follow(child)

    def _bury(self, child: Child, *, now: float) -> None:
        _kill(child)  # what is left of its group must not work beside its successor
        if now - child.started_at > STEADY_AFTER:
            child.deaths = 0
        wait = min(FIRST_WAIT * 2**child.deaths, LONGEST_WAIT)
        child.deaths += 1
        child.restart_at = now + wait
        code = child.process.returncode
        self.terminal.line(
            "up", f"{child.program.name} ended ({_ending(code)}); starting it again in {wait:g} s"
        )

    def _follow(self, child: Child) -> None:
        child.reader = threading.Thread(target=self._read, args=(child,), daemon=True)
        child.reader.start()

    def _read(self, child: Child) -> None:
        stream = child.process.stdout
        assert stream is not None  # spawned with a pipe
        for raw in stream:
            text = raw.decode(errors="replace").rstrip()
            if text:
                with contextlib.suppress(ValueError):  # the file was closed while we were stopping
                    child.log.write(text)
                self.terminal.line(child.program.name, text)

    def _close(self, child: Child) -> None:
        if child.reader:
            child.reader.join(timeout=0.5)
        child.log.close()

    def _complaint(self, name: str, what: str) -> str:
        path = self.children[name].log.path
        return "\n".join([f"{name} {what}. Its last lines ({path}):", *tail(path)])


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _signal(child: Child, number: int) -> None:
    if child.process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.process.pid, number)


def _kill(child: Child) -> None:
    """The whole group: a killed worker leaves children, and they hold the group's number until they are gone."""
    number = child.program.kill_signal
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.process.wait(timeout=1)


def _wait(children: list[Child], *, until: float) -> None:
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=max(until - time.monotonic(), 0.05))
