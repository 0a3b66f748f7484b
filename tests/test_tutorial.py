"""The tutorial runs as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.command import REPOSITORY, outbound

pytestmark = pytest.mark.slow


def test_the_tutorial_runs_as_written(settings: Settings, database: Database, tmp_path: Path):
    start, *steps = commands()
    assert start == "make demo"
    # What `make demo` runs once things are installed, on a small town and without staying to serve.
    assert outbound("demo", "--no-serve", "--doors", "600", "--reps", "2", "--days", "14").status == 0
    doors = workable_doors(settings, database)
    printed = [run(step, tmp_path) for step in steps]

    first, again = (text for text in printed if "list.csv" in text)
    assert re.search(r"5 rows", first)
    for count, what in ((3, "new leads"), (1, "repeated within the file"), (1, "rejected")):
        assert re.search(rf"^\s*{count}\s+{what}", first, flags=re.M), first
    assert "exchanged and have been put right" in first
    assert "imported before" in again
    assert workable_doors(settings, database) == doors + 3


def commands() -> list[str]:
    """The shell blocks of the tutorial, in order."""
    text = (REPOSITORY / "docs/tutorial.md").read_text()
    return [block.strip() for block in re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S)]


def run(step: str, folder: Path) -> str:
    """Runs one block as a shell would, with the ``outbound`` of this environment."""
    script = step.replace(".venv/bin/outbound", f"{sys.executable} -m cli.main")
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
    return done.stdout


def workable_doors(settings: Settings, database: Database) -> int:
    """Doors of this week in the published marts."""
    warehouse = Warehouse(settings, database.organisations()[0].id, WHOLE_ORGANISATION)
    week = warehouse.weeks().iloc[:, 0].max()
    return int(warehouse.coverage_cells(week)["doors"].sum())
