"""Keeps a set of programs running until told to stop, and leaves none of them behind, however it ends."""

from __future__ import annotations

import os
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType

from rich.console import Console

from cli import guard, ports
from cli.children import Child, Program
from outbound.errors import Conflict, OutboundError, Unavailable
from outbound.logfiles import keep_short
from outbound.storage.embedded.lease import SUPERVISOR, Lock, is_free
from outbound.storage.home import private_folder

START_SECONDS = 300.0
GRACE_SECONDS = 10.0
POLL_SECONDS = 0.2
HEARTBEAT_SECONDS = 5.0
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def check_ports(programs: Sequence[Program], run_dir: Path | None = None) -> None:
    """Raise :class:`Conflict` for the first port that something else already listens on.

    With ``run_dir``, say so first if it is another supervisor of this data folder, and end what a killed one left.
    """
    if run_dir is not None:
        end_leftovers(run_dir)
    for program in programs:
        if program.port is not None and not ports.is_free(program.host, program.port):
            raise Conflict(
                f"Port {program.port}, meant for {program.name}, is taken{ports.owner(program.port)}: "
                f"stop what listens there, or set {program.port_setting or 'another port'} to a free one."
            )


def end_leftovers(run_dir: Path) -> None:
    """End what a killed supervisor of a data folder left. Raises :class:`Conflict` while one runs."""
    if (run_dir / SUPERVISOR).exists():
        _let_go(claim(run_dir, ""))


def running_supervisor(run_dir: Path) -> int | None:
    """Process id of the supervisor of a data folder, if one runs."""
    path = run_dir / SUPERVISOR
    if not path.exists() or is_free(path):
        return None
    words = path.read_text().split()
    return int(words[0]) if words else None


def claim(run_dir: Path, mark: str) -> Lock:
    """Become the one supervisor of the data folder; end what a killed one could not.

    Raises :class:`Conflict` while another runs.
    """
    private_folder(run_dir)
    lock = Lock(run_dir / SUPERVISOR)
    written = os.pread(lock.fd, 200, 0).decode(errors="replace").split()
    if not lock.try_take():
        lock.close()
        process = f" (process {written[0]})" if written else ""
        raise Conflict(
            f"Outbound already runs on the data folder {run_dir.parent}{process}: "
            "stop it first, or set OUTBOUND_HOME to another."
        )
    if len(written) > 1:
        guard.end_all(written[1])
    os.ftruncate(lock.fd, 0)
    os.pwrite(lock.fd, f"{os.getpid()} {mark}\n".encode(), 0)
    return lock


def _let_go(lock: Lock) -> None:
    os.ftruncate(lock.fd, 0)
    lock.close()


class Supervisor:
    """Starts programs, waits until they answer, restarts what dies, ends all.

    Use as a context manager around :meth:`run`; entering takes the data folder's supervisor lock, clears what a
    killed predecessor left, and starts the guard. Belongs to the main thread, as it handles signals.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        run_dir: Path,
        *,
        console: Console | None = None,
        heartbeat: Callable[[], object] | None = None,
        start_seconds: float = START_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """``heartbeat`` is called every five seconds: a place to repair what the programs rely on."""
        self.console = console or Console()
        self._run_dir = run_dir
        self._mark = secrets.token_hex(12)
        self._children = [Child(program, self._mark) for program in programs]
        self._heartbeat = heartbeat
        self._heart_failed = False
        self._start_seconds = start_seconds
        self._grace_seconds = grace_seconds
        self._guard: subprocess.Popen[bytes] | None = None
        self._lock: Lock | None = None
        self._stopping = 0
        self._wake: int | None = None

    def __enter__(self) -> Supervisor:
        self._lock = claim(self._run_dir, self._mark)
        try:
            check_ports([child.program for child in self._children])
            self._start_guard()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def run(self, on_ready: Callable[[], object] | None = None) -> None:
        """Start everything, call ``on_ready`` once all answer, and stay until a signal says to end.

        Raises :class:`Unavailable` if a program dies or stays silent during the start.
        """
        with self._signals():
            try:
                if self._start():
                    if on_ready is not None:
                        with self._quietly():  # the terminal may be closed in the middle of a line
                            on_ready()
                    self._keep()
                self._say("Stopping …")
            finally:
                self._end()

    def _start(self) -> bool:
        """Start all and wait until they answer. False if told to stop meanwhile."""
        deadline = time.monotonic() + self._start_seconds
        begun = time.monotonic()
        with self._awaited() as show:
            while not all(child.ready for child in self._children):
                if self._stopping:
                    return False
                show([child.program.name for child in self._children if not child.ready])
                for child in self._children:
                    if child.process is None:
                        child.start(time.monotonic())
                    elif not child.ready:
                        self._await(child, begun, deadline)
                self._sleep(POLL_SECONDS)
        return True

    def _keep(self) -> None:
        """Until told to stop."""
        beat = time.monotonic() + HEARTBEAT_SECONDS
        while not self._stopping:
            self._sleep(max(0.05, self._next_event(beat) - time.monotonic()))
            self._tend()
            if time.monotonic() >= beat:
                self._beat()
                beat = time.monotonic() + HEARTBEAT_SECONDS

    def _await(self, child: Child, begun: float, deadline: float) -> None:
        program = child.program
        if not child.is_alive:
            raise Unavailable(
                f"{program.name} {child.how_it_ended()} before it answered: {child.last_words()} "
                f"The whole story is in {program.log}."
            )
        if child.check_ready():
            where = f" at {program.url}" if program.url else ""
            self._say(
                f"{program.name} {'answers' if program.answers else 'runs'}{where} ({time.monotonic() - begun:.1f} s)"
            )
        elif time.monotonic() > deadline:
            raise Unavailable(
                f"{program.name} has not answered for {self._start_seconds:.0f} seconds: see {program.log}."
            )

    def _tend(self) -> None:
        """Start again what died, and the guard too."""
        if self._guard is not None and self._guard.poll() is not None:
            self._start_guard()
        for child in self._children:
            now = time.monotonic()
            if child.restart_at is not None:
                if now >= child.restart_at:
                    child.start(now)
            elif not child.is_alive:
                ended = child.how_it_ended()
                delay = child.plan_restart(now)
                self._say(
                    f"{child.program.name} {ended}; starting it again in {delay:.0f} s. Its log is {child.program.log}."
                )
            elif not child.ready and child.check_ready():
                self._say(f"{child.program.name} answers again.")

    def _next_event(self, beat: float) -> float:
        waiting = [child.restart_at for child in self._children if child.restart_at is not None]
        unready = any(child.is_alive and not child.ready for child in self._children)
        return min([beat, *waiting, *([time.monotonic() + POLL_SECONDS] if unready else [])])

    def _beat(self) -> None:
        failed = False
        for act in (self._heartbeat, self._keep_logs_short):
            try:
                if act is not None:
                    act()
            except OutboundError as error:
                failed = True
                if not self._heart_failed:
                    self._say(str(error))
        self._heart_failed = failed

    def _keep_logs_short(self) -> None:
        for child in self._children:
            keep_short(child.program.log)

    def _end(self) -> None:
        """Ask each program to end, kill what remains of it or of anything it started, and let the guard go."""
        deadline = time.monotonic() + self._grace_seconds
        for child in self._children:
            child.terminate()
        for child in self._children:
            while child.is_alive and time.monotonic() < deadline and self._stopping < 2:
                child.wait(min(deadline, time.monotonic() + POLL_SECONDS))
        guard.end_all(self._mark, grace=0 if self._stopping > 1 else 2)
        for child in self._children:
            child.wait(time.monotonic() + 1)
        if self._guard is not None:
            if self._guard.stdin is not None:
                self._guard.stdin.close()
            self._guard.wait()
            self._guard = None
        if self._lock is not None:
            _let_go(self._lock)
            self._lock = None

    def _start_guard(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != guard.MARK_VARIABLE}
        source = str(Path(__file__).parents[1])
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "cli.guard", self._mark],
            cwd="/",
            env={**environment, "PYTHONPATH": source},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Handle the signals that end us. Programs get the defaults, as handlers do not survive exec.

        Set in any case, because a script that starts us with ``&`` has SIGINT ignored; ``nohup`` alone is obeyed.
        """
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        numbers = [n for n in ENDING_SIGNALS if not (n == signal.SIGHUP and signal.getsignal(n) == signal.SIG_IGN)]
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        mask = signal.pthread_sigmask(signal.SIG_SETMASK, [])
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._wake = reader
        try:
            yield
        finally:
            self._wake = None
            signal.set_wakeup_fd(wakeup)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping += 1

    def _sleep(self, seconds: float) -> None:
        """Until a signal arrives (a child's death among them) or the time is over."""
        assert self._wake is not None
        ready, _, _ = select.select([self._wake], [], [], seconds)
        if ready:
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)

    @contextmanager
    def _awaited(self) -> Iterator[Callable[[list[str]], None]]:
        """On a terminal, a line that moves and names what is still awaited."""
        line = self.console.status("Starting …") if self.console.is_terminal else None

        def show(names: list[str]) -> None:
            if line is not None:
                line.update(f"Waiting for {', '.join(names)} …")

        with self._quietly():
            if line is not None:
                line.start()
        try:
            yield show
        finally:
            with self._quietly():
                if line is not None:
                    line.stop()

    def _say(self, text: str) -> None:
        with self._quietly():
            self.console.print(text, highlight=False, soft_wrap=True)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """A closed terminal is no reason to fail: there is still something to end properly."""
        with suppress(OSError):
            yield
