"""What the set-up of each file of tests costs, and a failed run where one costs too much.

A wait for a busy machine is no cost: counted are this process's CPU seconds, and acts that cost others theirs, each by
what it takes on a quiet machine. Only what fixtures do counts, each for the file that it is set up for; those of wider
scope count for the file that defines them.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

CLONED = "outbound.tests.cloned"
"""Audit event of a database that was cloned."""

_SECONDS = {
    CLONED: 0.05,
    "subprocess.Popen": 1.0,
    "socket.sendmsg": 4.0,  # how a process of dbt is asked for
}
_OF_A_FILE = 30.0
_OF_A_TEST = 1.0
"""Twice what the dearest file costs on a quiet machine: seconds of CPU are longer where caches are shared."""
_MORE = {
    # Six builds with their verdicts and one of everything, all of them asserted.
    "tests/outbound/warehouse/test_increments_and_engines.py": 80.0,
    # A week built on both engines before and after an erasure, every verdict asserted.
    "tests/outbound/warehouse/test_a_week_by_hand.py": 70.0,
}
"""Files that may cost more than others, with the reason above each."""

_acted = 0.0


def _count(event: str, arguments: tuple[Any, ...]) -> None:
    global _acted
    if event in _SECONDS:
        _acted += _SECONDS[event]


class Costs:
    """Of this process, or of all workers."""

    def __init__(self) -> None:
        self.tests: dict[str, int] = defaultdict(int)
        self.each: dict[str, float] = defaultdict(float)
        """Seconds of fixtures that are set up for each test, by file."""
        self.once: dict[str, dict[str, float]] = defaultdict(dict)
        """Seconds of those that are set up once, by file and name."""
        self._within: list[float] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[Any]:
        before = _spent()
        self._within.append(0.0)  # what others cost that this one asks for
        try:
            return (yield)
        finally:
            whole = _spent() - before
            own = whole - self._within.pop()
            if self._within:
                self._within[-1] += whole
            if fixturedef.scope == "function":
                self.each[_file(request.node.nodeid)] += own
            else:
                wide = fixturedef.scope in {"session", "package"}
                file = _file(fixturedef.baseid if wide else request.node.nodeid)
                known = self.once[file]
                known[fixturedef.argname] = known.get(fixturedef.argname, 0.0) + own

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.tests[_file(item.nodeid)] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["set_up"] = [dict(self.tests), dict(self.each), dict(self.once)]
        elif self.too_much():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        tests, each, once = getattr(node, "workeroutput", {}).get("set_up", ({}, {}, {}))
        for file, count in tests.items():
            self.tests[file] += count
        for file, seconds in each.items():
            self.each[file] += seconds
        for file, fixtures in once.items():
            known = self.once[file]
            for name, seconds in fixtures.items():  # two workers may both need it: that is not the file's fault
                known[name] = max(known.get(name, 0.0), seconds)

    def seconds(self, file: str) -> float:
        return self.each.get(file, 0.0) + sum(self.once.get(file, {}).values())

    def too_much(self) -> dict[str, tuple[float, float]]:
        """Files whose set-up costs more seconds than it may, with both."""
        found = {file: (self.seconds(file), self.budget(file)) for file in {*self.each, *self.once}}
        return {file: both for file, both in sorted(found.items()) if both[0] > both[1]}

    def budget(self, file: str) -> float:
        return _MORE.get(file, _OF_A_FILE + _OF_A_TEST * self.tests.get(file, 0))

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        for file, (seconds, budget) in self.too_much().items():
            terminalreporter.write_line(
                f"ERROR the set-up of {file} costs {seconds:.0f} CPU seconds, and may cost {budget:.0f}: set up once "
                "what is the same, or say in tests/support/budget.py why it costs more.",
                red=True,
            )


def watch(config: pytest.Config) -> None:
    """Begins to count."""
    sys.addaudithook(_count)
    config.pluginmanager.register(Costs(), "set-up-costs")


def _spent() -> float:
    return time.process_time() + _acted


def _file(nodeid: str) -> str:
    return nodeid.split("::")[0]
