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


def nothing_to_do(folder: Path) -> int:
    """Starts a run without a command; returns the process that forked it."""
    with running([], folder, folder=folder, environment={}) as run:
        server = psutil.Process(run.pid).ppid()
        assert run.wait() == 0
    return server


def test_runs_are_forks_of_one_process(tmp_path: Path):
    assert nothing_to_do(tmp_path) == nothing_to_do(tmp_path)


def test_a_server_that_was_killed_is_started_again(tmp_path: Path):
    server = psutil.Process(nothing_to_do(tmp_path))
    server.kill()
    psutil.wait_procs([server])
    assert nothing_to_do(tmp_path) != server.pid


def test_a_run_that_was_killed_tells_no_code(tmp_path: Path):
    with running([[*PARSE, "--target-path", str(tmp_path)]], tmp_path, folder=tmp_path, environment={}) as run:
        os.kill(run.pid, signal.SIGKILL)
        assert run.wait() is None


def test_a_run_ends_with_the_block_that_an_error_leaves(tmp_path: Path):
    command = [*PARSE, "--target-path", str(tmp_path)]
    with pytest.raises(KeyError), running([command], tmp_path, folder=tmp_path, environment={}) as run:
        process = psutil.Process(run.pid)
        raise KeyError
    assert process in psutil.wait_procs([process], timeout=10)[0]


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
