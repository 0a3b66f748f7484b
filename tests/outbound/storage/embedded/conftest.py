"""Data folders of their own, processes that hold them, and the proof that nothing of either is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from outbound.storage import embedded
from outbound.storage.embedded.layout import Layout
from outbound.storage.embedded.lease import taken

REPOSITORY = Path(embedded.__file__).parents[3]
HOLD = """
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from outbound.storage import embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs in the background
print(embedded.ensure_running(SimpleNamespace(home=Path(sys.argv[1]))), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Home:
    """A data folder, as settings and as paths."""

    home: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.home)

    def wait_until_unwatched(self) -> None:
        """Return once the keeper has done its work and left."""
        with taken(self.layout.keeper_lock):
            pass

    def processes(self) -> list[dict[str, Any]]:
        """What works in this folder now (server, keeper, holders): pid, ppid, name and cmdline of each.

        Read at once, because a process may end while it is looked at.
        """
        found = []
        for process in psutil.process_iter():
            try:
                with process.oneshot():
                    inside = process.cwd().startswith(str(self.home)) or str(self.home) in process.cmdline()
                    if inside and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                        found.append(process.as_dict(["pid", "ppid", "name", "cmdline"]))
            except psutil.Error:
                continue
        return found


class Holder:
    """Another process that uses the data folder, until told or killed."""

    def __init__(self, home: Home, prefix: tuple[str, ...] = ()) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", HOLD, str(home.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            start_new_session=True,
        )

    def url(self) -> str:
        """Wait until it holds the server."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=60)

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=60)


def wait_for(condition: Callable[[], bool], seconds: float = 30, pause: float = 0.05) -> None:
    """For what has no event to wait on: the life of processes that are not our children."""
    deadline, event = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        event.wait(pause)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A data folder whose first start is over, to be copied: making one takes a second of every core there is."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp"))
    folder.chmod(0o755)
    home = Home(folder / "home")
    embedded.ensure_running(home)
    embedded.stop(home)
    home.wait_until_unwatched()
    yield home.home
    shutil.rmtree(folder)


@pytest.fixture
def new_home(open_folder: Path) -> Iterator[Home]:
    """A data folder that does not exist yet; the test fails if anything of it still runs at its end."""
    yield from _home(open_folder / "home")


@pytest.fixture
def home(open_folder: Path, initialised: Path) -> Iterator[Home]:
    """A data folder that was in use before, with the same promise."""
    subprocess.run(["cp", "-a", str(initialised), str(open_folder / "home")], check=True)
    yield from _home(open_folder / "home")


@pytest.fixture
def closed_home(tmp_path: Path) -> Iterator[Home]:
    """The same below a folder that only its owner may enter."""
    tmp_path.chmod(0o700)
    yield from _home(tmp_path / "home")


def _home(path: Path) -> Iterator[Home]:
    home = Home(path)
    yield home
    embedded.release(home)
    if home.layout.keeper_lock.exists():
        home.wait_until_unwatched()
    wait_for(lambda: not home.processes())


@pytest.fixture
def hold() -> Iterator[Callable[..., Holder]]:
    """Start processes that hold a data folder; they end with the test."""
    holders: list[Holder] = []

    def start(home: Home, prefix: tuple[str, ...] = ()) -> Holder:
        holders.append(Holder(home, prefix))
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()
        for stream in (holder.process.stdin, holder.process.stdout):
            if stream is not None:
                stream.close()
