"""dbt is imported once a process and forked for each run: a run that ends, is killed, or is left alone."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

import psutil
import pytest

from outbound.warehouse.dbt import PROJECT, run_dbt
from outbound.warehouse.dbt_server import running
from outbound.warehouse.errors import BuildFailed

PARSE = [
    "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", "duckdb", "--log-level", "none",
]  # fmt: skip


def server_of_a_run(folder: Path) -> int:
    """The process that forks a run, which is then killed."""
    with running([[*PARSE, "--target-path", str(folder)]], folder, folder=folder, environment={}) as run:
        server = psutil.Process(run.pid).ppid()
        os.kill(run.pid, signal.SIGKILL)
        assert run.wait() is None
    return server


def test_runs_are_forks_of_one_process(tmp_path: Path):
    assert server_of_a_run(tmp_path) == server_of_a_run(tmp_path)


def test_a_server_that_was_killed_is_started_again(tmp_path: Path):
    server = psutil.Process(server_of_a_run(tmp_path))
    server.kill()
    psutil.wait_procs([server])
    assert server_of_a_run(tmp_path) != server.pid


def test_a_run_that_has_ended_tells_its_code(tmp_path: Path):
    with running([], tmp_path, folder=tmp_path, environment={}) as run:
        assert run.wait() == 0


def test_a_run_ends_with_the_block_that_an_error_leaves(tmp_path: Path):
    command = [*PARSE, "--target-path", str(tmp_path)]
    begun = []
    with pytest.raises(KeyError), running([command], tmp_path, folder=tmp_path, environment={}) as run:
        raise KeyError(begun.append(psutil.Process(run.pid)))
    assert psutil.wait_procs(begun, timeout=10)[0] == begun


def test_a_lock_is_held_until_the_run_has_ended(tmp_path: Path):
    command = [*PARSE, "--target-path", str(tmp_path)]
    held = (tmp_path / "lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    with running([command], tmp_path, folder=tmp_path, environment={}, keep_open=[held.fileno()]) as run:
        held.close()
        with (tmp_path / "lock").open() as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        os.kill(run.pid, signal.SIGKILL)
        assert run.wait() is None
    with (tmp_path / "lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)


def test_a_command_that_dbt_does_not_know_is_told_with_its_reason(tmp_path: Path):
    with pytest.raises(BuildFailed, match="No such command 'pars'"):
        run_dbt([["pars"]], folder=tmp_path, environment={})
