"""Starts dbt and reads what it reports."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import outbound
from outbound.storage.home import private_folder
from outbound.warehouse.dbt_server import Run, running
from outbound.warehouse.errors import BuildFailed

PROJECT = Path(outbound.__file__).parent.parent / "dbt_project"

Progress = Callable[[str, int, int], None]
"""Called with what is being done, steps done and steps in all."""

_STEPS = {"run": "Building marts", "test": "Testing marts"}


@dataclass(frozen=True)
class NodeResult:
    """One model or test, as ``run_results.json`` tells it."""

    name: str
    status: str
    message: str
    seconds: float
    failures: int
    sql: str


def run_dbt(
    commands: Sequence[Sequence[str]],
    *,
    folder: Path,
    environment: Mapping[str, str],
    keep_open: Sequence[int] = (),
    progress: Progress | None = None,
) -> dict[str, list[NodeResult]]:
    """Runs dbt commands one after the other and returns the results of those that have any, by their first word.

    ``folder`` keeps dbt's own files and its log. ``keep_open``: file descriptors (locks) that the process shares.
    Raises :class:`BuildFailed` when dbt itself fails; failed models and tests are in the results.
    """
    private_folder(folder)
    for left_over in folder.glob("tmp*"):  # by a build that was killed
        shutil.rmtree(left_over, ignore_errors=True)
    shared = (
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target"),
        "--log-path", str(folder), "--log-level", "none", "--log-level-file", "info", "--no-use-colors",
        "--no-version-check",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(dir=folder) as results:
        listed = [[*command, *shared] for command in commands]
        with running(
            listed,
            Path(results),
            folder=folder,
            environment={
                **os.environ,
                **environment,
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
                "DO_NOT_TRACK": "1",
                "PGTZ": "UTC",
            },
            keep_open=keep_open,
        ) as run:
            errors = _follow(run, progress)
            code = run.wait()
        found = {path.stem: _parse(path) for path in Path(results).glob("*.json")}
    if code != 0:
        reason = " ".join(errors.split()) or ("it was killed" if code is None else f"it ended with {code}")
        raise BuildFailed(f"dbt could not run: {reason}. Its log is {folder / 'dbt.log'}.")
    return found


def _follow(run: Run, progress: Progress | None) -> str:
    for line in run.said:
        if progress and line.startswith("{"):
            told = json.loads(line)
            progress(_STEPS.get(told["step"], told["step"]), told["done"], told["total"])
    return run.errors.read()


def _parse(path: Path) -> list[NodeResult]:
    results: list[dict[str, Any]] = json.loads(path.read_text())["results"]
    return [
        NodeResult(
            name=_name(result["unique_id"]),
            status=result["status"],
            message=(result.get("message") or "").strip(),
            seconds=result["execution_time"],
            failures=result.get("failures") or 0,
            sql=result.get("compiled_code") or "",
        )
        for result in results
    ]


def _name(unique_id: str) -> str:
    """``model.outbound.north_star``, ``test.outbound.<name>.<hash>``, ``unit_test.outbound.<model>.<name>``."""
    parts = unique_id.split(".")
    return parts[3] if parts[0] == "unit_test" else parts[2]
