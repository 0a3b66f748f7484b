"""Waiting for what others left at work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from outbound.storage.embedded import postmaster
from outbound.storage.embedded.layout import Layout
from tests.outbound.storage.embedded.conftest import Home, wait_for

LEAVES_ZOMBIES = (
    "import subprocess, sys\nchild = subprocess.Popen(sys.argv[1:])\nprint(child.pid, flush=True)\nsys.stdin.read()"
)


@pytest.fixture
def layout(new_home: Home) -> Layout:
    new_home.layout.prepare()
    return new_home.layout


@pytest.fixture
def abandoned(layout: Layout, tmp_path: Path) -> Iterator[psutil.Process]:
    """A program called pg_ctl at work for the server, whose end nobody asks about."""
    program = tmp_path / "pg_ctl"
    shutil.copy(shutil.which("sleep") or "", program)
    parent = subprocess.Popen(
        [sys.executable, "-c", LEAVES_ZOMBIES, str(program), "600"],
        cwd=layout.server,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    yield psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()


def test_a_program_at_work_is_waited_for(
    layout: Layout, abandoned: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "START_SECONDS", 0.2)
    assert not postmaster.settle(layout)
    abandoned.kill()


def test_one_that_has_ended_is_gone_though_nobody_reaps_it(
    layout: Layout, abandoned: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = postmaster._working_in

    def ending(*given: object) -> Iterator[psutil.Process]:
        processes = list(found(*given))  # type: ignore[arg-type]
        abandoned.kill()
        wait_for(lambda: abandoned.status() == psutil.STATUS_ZOMBIE)
        return iter(processes)

    monkeypatch.setattr(postmaster, "_working_in", ending)
    monkeypatch.setattr(postmaster, "START_SECONDS", 2)
    assert postmaster.settle(layout)
