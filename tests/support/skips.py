"""In continuous integration nothing is skipped: what could not run there has failed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TypeVar

import pytest

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def in_ci() -> bool:
    """Whether the environment says so (``CI=true``)."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}


def fail_if_skipped(report: _Report) -> _Report:
    """Turns a skip into a failure that tells its reason. An expected failure (xfail) stays one."""
    if report.outcome == "skipped" and in_ci() and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and in CI a skip is a failure. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    return fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    return fail_if_skipped((yield))
