"""Make, start and stop the server itself. Callers hold the start lock or the exclusive lease."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from outbound.errors import Unavailable
from outbound.storage.embedded import config
from outbound.storage.embedded.account import NAMESPACE_SCRIPT, Account
from outbound.storage.embedded.binaries import binary
from outbound.storage.embedded.layout import PORT, Layout, write_private

START_SECONDS = 300
"""How long recovery or a shutdown's checkpoint may take."""
SUPERUSER = "postgres"
ORPHAN_SECONDS = 5
CLOCK_TOLERANCE_SECONDS = 10


def process_of(layout: Layout) -> psutil.Process | None:
    """The live postmaster of this folder; none if ``postmaster.pid`` is absent or names another process."""
    try:
        lines = (layout.data / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        try:
            return process if Path(process.cwd()).samefile(layout.data) else None
        except psutil.AccessDenied:  # as a container's root; a pid used anew started later
            close = abs(process.create_time() - int(lines[2])) < CLOCK_TOLERANCE_SECONDS
            return process if process.name().startswith("postgres") and close else None
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError, psutil.NoSuchProcess):
        return None


def settle(layout: Layout) -> bool:
    """Wait for programs that a killed starter left at work: initdb, or pg_ctl in the middle of a start.

    False where one is at work still after all the time that a start may take.
    """
    return wait_all_gone(list(_working_in(layout.server, "pg_ctl", "initdb", "python")), START_SECONDS)


def create(layout: Layout, account: Account, start_lock: int) -> None:
    """Make the data folder, whole or not at all. ``start_lock`` stays locked while initdb lives."""
    fresh, secret = layout.server / "data.new", layout.server / "initdb.password"
    shutil.rmtree(fresh, ignore_errors=True)
    secret.unlink(missing_ok=True)
    write_private(secret, layout.password())
    account.give(secret)
    try:
        made = account.run(
            [
                *(
                    binary("initdb"),
                    "--pgdata=data.new",
                    f"--username={SUPERUSER}",
                    f"--pwfile={secret.name}",
                ),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            cwd=layout.server,
            keep=[start_lock],
        )
    finally:
        secret.unlink(missing_ok=True)
    if made.returncode != 0:
        raise Unavailable(f"PostgreSQL could not make its data in {layout.server}: {cause(made.stdout)}.")
    fresh.rename(layout.data)


def start(layout: Layout, account: Account) -> None:
    """Start the server and return once it answers. Clears what a killed predecessor left."""
    clear_remains(layout)
    config.write(layout, account, layout.make_socket_dir(account))
    logged = layout.log.stat().st_size if layout.log.exists() else 0
    # Relative paths, because pg_ctl hands them to a shell.
    started = account.run(
        [
            binary("pg_ctl"),
            "start",
            "-D",
            "data",
            "-l",
            layout.log.name,
            "-w",
            "-t",
            str(START_SECONDS),
            "-s",
        ],
        cwd=layout.server,
    )
    if started.returncode != 0:
        raise Unavailable(
            f"PostgreSQL could not start in {layout.home}: "
            f"{cause(_since(layout.log, logged)) or cause(started.stdout)}. The whole story is in {layout.log}."
        )


def stop(layout: Layout, account: Account) -> None:
    """Stop the server if it runs: cleanly, or at once where a clean stop takes beyond all measure."""
    for mode in ("fast", "immediate"):
        if process_of(layout) is None:
            break
        account.run(
            [binary("pg_ctl"), "stop", "-D", "data", "-m", mode, "-w", "-t", str(START_SECONDS), "-s"],
            cwd=layout.server,
        )
    layout.remove_socket_dir()


def clear_remains(layout: Layout) -> None:
    """After a kill -9 of the postmaster: end its orphans and remove lock files that mean nothing any more."""
    remaining = list(_working_in(layout.data, "postgres"))
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for process in remaining:
            _signal(process, number)
        wait_all_gone(remaining, ORPHAN_SECONDS)
        remaining = [process for process in remaining if not wait_gone(process, 0)]
    (layout.data / "postmaster.pid").unlink(missing_ok=True)
    folder = layout.socket_dir()
    if folder is not None:
        for suffix in ("", ".lock"):
            (folder / f".s.PGSQL.{PORT}{suffix}").unlink(missing_ok=True)


def wait_gone(process: psutil.Process, seconds: float) -> bool:
    """Whether the process ended within the time.

    An orphan may stay a zombie for good: the first process of many a container reaps none. psutil would wait for it.
    """
    deadline = time.monotonic() + seconds
    while _lives(process):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def wait_all_gone(processes: Sequence[psutil.Process], seconds: float) -> bool:
    """Whether all of them ended within the time."""
    deadline = time.monotonic() + seconds
    return all(wait_gone(process, deadline - time.monotonic()) for process in processes)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _working_in(folder: Path, *names: str) -> Iterator[psutil.Process]:
    """Programs of these names, as far as they are ours, whose working directory is the folder."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"].startswith(names) and Path(process.cwd()).samefile(folder):
                if process.info["name"].startswith("python") and str(NAMESPACE_SCRIPT) not in process.cmdline():
                    continue
                yield process
        except (psutil.Error, OSError):
            continue


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def cause(output: str) -> str:
    """Why it came to nothing, of all that a program of PostgreSQL said: the first complaint, for what follows on it
    (the abort, the end of the child, the tidying) only follows from it. With its detail, where there is one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for words in (_COMPLAINTS, _DEATHS):
        for at, line in enumerate(lines):
            if words.search(line) and not _HARMLESS.search(line):
                if "contains errors" in line and at > 0:  # a configuration file; which line of it stands before
                    line = lines[at - 1]
                detail = [_said(each) for each in lines[at + 1 : at + 2] if "DETAIL:" in each]
                return " ".join([_said(line), *detail]).rstrip(".")
    telling = [line for line in lines if not line.startswith(("initdb: removing", "Examine the log"))]
    return (telling or [""])[-1].rstrip(".")


_COMPLAINTS = re.compile(r"\b(FATAL|PANIC|ERROR):|\berror\b")
_DEATHS = re.compile(r"terminated by|\bsignal\b|exited with|exit code|Killed|Aborted|cannot |could not |No such file")
_HARMLESS = re.compile(r"\bwarning:|^pg_ctl:|ld\.so: .*ignored")
_PREFIX = re.compile(r"^.*?\b(?:FATAL|PANIC|ERROR|LOG|DETAIL):\s+|^.*\.\.\. (?=initdb: )")


def _said(line: str) -> str:
    """A line without its time, process and level, or what initdb was about before it."""
    return _PREFIX.sub("", line)


def _since(path: Path, start: int, limit: int = 64_000) -> str:
    """What was added to a file after so many bytes."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(start, path.stat().st_size - limit))
        return file.read().decode(errors="replace")
