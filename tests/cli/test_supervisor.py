"""The supervisor with real processes: stand-ins that serve, die, refuse to die, and have children of their own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cli import ports
from cli.children import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, STEADY_SECONDS, Child, Program
from cli.supervisor import check_ports, claim, running_supervisor
from outbound.errors import Conflict

REPOSITORY = Path(__file__).parents[2]

STAND_IN = """
import http.server, signal, subprocess, sys, time
port, *wishes = sys.argv[1:]
if "grandchild" in wishes:  # in a session of its own, deaf to polite requests
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", deaf, sys.argv[0]], start_new_session=True)
if "deaf" in wishes:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "chatty" in wishes:
    sys.stdout.write("said " * 2_100_000)
if "fails" in wishes:
    sys.exit("the reason it failed for")
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Answer).serve_forever()
"""

DRIVER = """
import functools, json, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored by whatever nohup has started
from pathlib import Path
from rich.console import Console
from cli import ports
from cli.children import Program
from cli.supervisor import Supervisor
from outbound.errors import OutboundError, Unavailable
folder, specification, grace = Path(sys.argv[1]), json.loads(sys.argv[2]), float(sys.argv[3])
def heartbeat():
    raise Unavailable("The heart stands still.")
programs = [
    Program(
        name=name,
        command=[sys.executable, str(folder / "stand_in.py"), str(port), *wishes],
        log=folder / f"{name}.log",
        answers=functools.partial(ports.answers_http, f"http://127.0.0.1:{port}/"),
        port=port,
        port_setting=f"PORT_OF_{name.upper()}",
    )
    for name, port, wishes in specification
]
try:
    console = Console(width=1000)
    beats = heartbeat if "--heartbeat" in sys.argv else None
    with Supervisor(programs, folder / "run", console=console, heartbeat=beats, grace_seconds=grace) as supervisor:
        supervisor.run(lambda: print("ready", flush=True))
except OutboundError as error:
    print(error, flush=True)
    sys.exit(1)
"""


class Run:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path, programs: list[tuple[str, int, list[str]]], *more: str, **options) -> None:
        grace = options.pop("grace", 10)
        (folder / "stand_in.py").write_text(STAND_IN)
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(folder), json.dumps(programs), str(grace), *more],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            **{"stdout": subprocess.PIPE, "text": True, "cwd": "/", **options},
        )

    def wait_for_line(self, part: str) -> str:
        """The first line of its output that holds the text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if part in line:
                return line
        raise AssertionError(f"it never said {part!r}")

    def ready(self) -> Run:
        self.wait_for_line("ready")
        return self

    def end(self) -> int:
        return self.process.wait(timeout=60)

    @property
    def guard(self) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if "cli.guard" in child.cmdline())

    def others(self) -> list[psutil.Process]:
        """What it started, and what these started."""
        found = []
        for process in psutil.process_iter():
            try:
                named = str(self.folder / "stand_in.py") in process.cmdline()
                if named and process.pid != self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def wait_until_gone(self) -> None:
        deadline, pause = time.monotonic() + 30, threading.Event()
        while self.others():
            assert time.monotonic() < deadline, f"left behind: {self.others()}"
            pause.wait(0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start supervisors; none of their processes outlives the test."""
    runs: list[Run] = []

    def begin(*programs: tuple[str, int, list[str]], more: tuple[str, ...] = (), **options) -> Run:
        runs.append(Run(tmp_path, list(programs), *more, **options))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
    for run in runs:
        run.wait_until_gone()
        if run.process.stdout is not None:
            run.process.stdout.close()


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_it_started_grandchildren_too(start, number: signal.Signals):
    run = start(("one", free_port(), ["grandchild"]), ("two", free_port(), [])).ready()
    assert len(run.others()) == 3
    run.process.send_signal(number)
    assert run.end() == 0
    assert run.others() == []


def test_a_supervisor_started_in_the_background_of_a_script_obeys_ctrl_c_and_so_do_its_programs(start, port):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited, as a shell does for its background
    try:
        run = start(("one", port, [])).ready()
    finally:
        signal.signal(signal.SIGINT, before)
    status = Path(f"/proc/{run.others()[0].pid}/status").read_text()
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn")).split()[1], 16)
    assert not ignored & 1 << (signal.SIGINT - 1)
    run.process.send_signal(signal.SIGINT)
    assert run.end() == 0
    assert run.others() == []


def test_a_closed_terminal_ends_everything(start, port):
    terminal, side = pty.openpty()
    run = start(
        ("one", port, ["grandchild"]),
        stdin=side,
        stdout=side,
        stderr=side,
        text=False,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(side)
    shown = b""
    while b"ready" not in shown:
        shown += os.read(terminal, 4096)
    os.close(terminal)
    assert run.end() == 0
    assert run.others() == []


def test_kill_9_of_the_supervisor_ends_everything_it_started(start, port):
    run = start(("one", port, ["grandchild", "deaf"])).ready()
    run.process.kill()
    run.wait_until_gone()
    assert ports.is_free("127.0.0.1", port)


def test_a_killed_guard_is_replaced(start, port):
    run = start(("one", port, ["grandchild"])).ready()
    first = run.guard
    first.kill()
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not [p for p in psutil.Process(run.process.pid).children() if "cli.guard" in cmdline(p) and p != first]:
        assert time.monotonic() < deadline
        pause.wait(0.05)
    run.process.kill()
    run.wait_until_gone()


def test_after_kill_9_of_supervisor_and_guard_the_next_start_clears_up_and_serves(start, port):
    first = start(("one", port, ["grandchild"])).ready()
    left = first.others()
    guard = first.guard
    os.kill(first.process.pid, signal.SIGSTOP)  # else it might replace the guard in between
    guard.kill()
    first.process.kill()
    assert first.end() == -signal.SIGKILL
    assert len(left) == 2
    assert all(lives(process) for process in left)
    second = start(("one", port, [])).ready()
    assert not any(lives(process) for process in left)
    second.process.terminate()
    assert second.end() == 0


def test_a_program_that_dies_is_started_again(start, port):
    run = start(("one", port, [])).ready()
    died = run.others()[0]
    died.kill()
    assert "ended by SIGKILL; starting it again in 1 s" in run.wait_for_line("one was")
    run.wait_for_line("one answers again")
    assert ports.answers_http(f"http://127.0.0.1:{port}/")
    run.process.terminate()
    assert run.end() == 0


def test_a_program_that_fails_at_once_ends_the_start_with_its_reason(start, port):
    run = start(("good", free_port(), []), ("bad", port, ["fails"]))
    said = run.wait_for_line("bad ended with status 1")
    assert "the reason it failed for" in said
    assert str(run.folder / "bad.log") in said
    assert run.end() == 1
    assert run.others() == []


def test_a_taken_port_is_named_with_the_setting_that_moves_it_and_nothing_starts(start, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        run = start(("good", free_port(), []), ("other", port, []))
        said = run.wait_for_line("taken")
        assert f"Port {port}" in said
        assert "PORT_OF_OTHER" in said
        assert run.end() == 1
    assert not (run.folder / "good.log").exists()


def test_a_second_supervisor_of_the_same_data_folder_is_refused(start, port):
    first = start(("one", port, [])).ready()
    second = start(("two", free_port(), []))
    assert f"process {first.process.pid}" in second.wait_for_line("already runs")
    assert second.end() == 1
    assert ports.answers_http(f"http://127.0.0.1:{port}/")


def test_checking_the_ports_of_a_folder_says_first_that_it_is_served_already(tmp_path: Path, port: int):
    program = Program("one", ["true"], tmp_path / "one.log", port=port)
    lock = claim(tmp_path, "mark")
    with pytest.raises(Conflict, match="already runs"):
        check_ports([program], tmp_path)
    lock.close()
    check_ports([program], tmp_path)
    assert running_supervisor(tmp_path) is None


def test_a_program_deaf_to_requests_is_killed_after_the_grace(start, port):
    run = start(("one", port, ["deaf"]), grace=0.5).ready()
    run.process.terminate()
    assert run.end() == 0
    assert run.others() == []


def test_a_second_ctrl_c_does_not_wait_for_the_grace(start, port):
    run = start(("one", port, ["deaf"]), grace=600).ready()
    run.process.send_signal(signal.SIGINT)
    run.wait_for_line("Stopping")
    run.process.send_signal(signal.SIGINT)
    assert run.end() == 0
    assert run.others() == []


def test_ctrl_c_during_the_start_ends_what_has_started(start, port):
    silent = free_port()
    run = start(("one", port, []), ("never", silent, []), grace=5)
    run.wait_for_line("one answers")
    run.process.send_signal(signal.SIGINT)
    assert run.end() == 0
    assert run.others() == []


def test_the_log_of_a_program_is_kept_short_while_it_runs(start, port):
    run = start(("one", port, ["chatty"])).ready()
    put_aside, deadline, pause = run.folder / "one.log.1", time.monotonic() + 30, threading.Event()
    while not put_aside.exists():
        assert time.monotonic() < deadline
        pause.wait(0.05)
    assert put_aside.stat().st_size > 10_000_000
    assert (run.folder / "one.log").stat().st_size < 10_000_000
    assert ports.answers_http(f"http://127.0.0.1:{port}/")


def test_a_failing_heartbeat_is_told_once_and_ends_nothing(start, port, monkeypatch):
    run = start(("one", port, []), more=("--heartbeat",)).ready()
    run.wait_for_line("The heart stands still.")
    run.process.send_signal(signal.SIGINT)
    assert run.process.stdout is not None
    assert "heart" not in run.process.stdout.read()
    assert run.end() == 0


def test_restarts_come_later_each_time_and_at_once_again_after_a_steady_life(tmp_path: Path):
    child = Child(Program("one", ["true"], tmp_path / "one.log"), "mark")
    delays = [child.plan_restart(now=float(n)) for n in range(8)]
    assert delays[:3] == [FIRST_DELAY_SECONDS, 2 * FIRST_DELAY_SECONDS, 4 * FIRST_DELAY_SECONDS]
    assert delays[-1] == LONGEST_DELAY_SECONDS
    assert child.plan_restart(now=STEADY_SECONDS + 1) == FIRST_DELAY_SECONDS


def cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
