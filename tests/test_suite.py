"""The suite's own promises: no skip passes in CI, no test reaches what somebody really works with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.examples import THOROUGH_VARIABLE, examples
from tests.support.franchise import Franchise

REPOSITORY = Path(__file__).parents[1]
SKIPPING = """
import pytest

pytest.importorskip("sys")

def test_skips_in_its_body():
    pytest.skip("no Chromium here")

@pytest.fixture
def absent():
    pytest.skip("no shared data here")

def test_skips_in_a_fixture(absent):
    pass

@pytest.mark.skip(reason="not today")
def test_skips_by_mark():
    pass

@pytest.mark.xfail(reason="known", strict=True)
def test_is_expected_to_fail():
    assert False

def test_passes():
    pass
"""
HOOKS = "from tests.support.skips import pytest_make_collect_report, pytest_runtest_makereport\n"
COSTS = """
from tests.support.budget import watch as pytest_configure
"""
COSTLY = """
import sys

import pytest

from tests.support.budget import CLONED

@pytest.fixture(scope="module")
def cities():
    for _ in range({clones}):
        sys.audit(CLONED)

def test_it(cities):
    pass
"""
SELECTION = "from tests.support.selection import pytest_addoption, pytest_collection_modifyitems\n"
SOME_ASK = """
import pytest

@pytest.fixture
def server():
    pass

@pytest.fixture
def franchise(server):
    pass

def test_asks(franchise):
    pass

@pytest.mark.any_server({reason})
def test_asks_what_is_alike_everywhere(franchise):
    pass

def test_asks_nobody():
    pass
"""


def run_suite(folder: Path, tests: str, ci: str = "", *options: str, hooks: str = HOOKS) -> str:
    (folder / "conftest.py").write_text(hooks)
    (folder / "test_it.py").write_text(tests)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "--rootdir", folder, folder, *options],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(REPOSITORY), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("ci", ["", "false", "0"])
def test_on_a_desk_a_skip_is_told_with_its_reason(tmp_path: Path, ci: str):
    output = run_suite(tmp_path, SKIPPING, ci)
    assert "1 passed, 3 skipped, 1 xfailed" in output
    assert "no Chromium here" in output


@pytest.mark.parametrize("ci", ["true", "1"])
def test_in_ci_every_skip_is_a_failure_that_tells_its_reason(tmp_path: Path, ci: str):
    output = run_suite(tmp_path, SKIPPING, ci)
    assert "1 passed, 1 xfailed" in output
    assert "skipped" not in output.splitlines()[-1]
    for reason in ("no Chromium here", "no shared data here", "not today"):
        assert f"in CI a skip is a failure. Skipped: {reason}" in output


def test_in_ci_a_module_that_skips_itself_is_a_failure(tmp_path: Path):
    output = run_suite(tmp_path, "import pytest\npytest.skip('not here', allow_module_level=True)", "true")
    assert "1 error" in output
    assert "a skip is a failure" in output


def test_a_file_whose_set_up_outgrows_its_budget_fails_the_run(tmp_path: Path):
    output = run_suite(tmp_path, COSTLY.format(clones=1000), hooks=COSTS)
    assert re.search(r"ERROR the set-up of test_it.py costs \d\d CPU seconds, and may cost 31", output), output
    assert "1 passed" in output


def test_a_set_up_within_its_budget_is_not_told(tmp_path: Path):
    assert "set-up" not in run_suite(tmp_path, COSTLY.format(clones=100), hooks=COSTS)


def test_the_oldest_server_is_asked_whatever_takes_a_database_unless_a_reason_says_not(tmp_path: Path):
    tests = SOME_ASK.format(reason="'about files'")
    assert "1 passed, 2 deselected" in run_suite(tmp_path, tests, "", "--asks-the-server", hooks=SELECTION)
    assert "3 passed" in run_suite(tmp_path, tests, hooks=SELECTION)


def test_a_test_is_not_spared_the_oldest_server_without_a_reason(tmp_path: Path):
    output = run_suite(tmp_path, SOME_ASK.format(reason=""), hooks=SELECTION)
    assert "`any_server` needs a reason: test_it.py::test_asks_what_is_alike_everywhere" in output


def test_properties_with_a_database_try_a_part_by_day_and_all_of_them_by_a_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(THOROUGH_VARIABLE, raising=False)
    assert [examples(number) for number in (60, 25, 10)] == [15, 6, 5]
    monkeypatch.setenv(THOROUGH_VARIABLE, "1")
    assert [examples(number) for number in (60, 25, 10)] == [60, 25, 10]


def test_a_test_works_on_a_database_and_a_folder_of_its_own(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    assert settings.home.is_relative_to(tmp_path)
    assert (database.admin_url.database or "").startswith("test_")
    assert len({settings.api_port, settings.dashboards_port, settings.dagster_port} - {8000, 8501, 3000}) == 3


def test_what_a_test_starts_finds_the_same_database(settings: Settings, franchise: Franchise):
    program = (
        "from outbound.settings import get_settings; from outbound.storage.database import Database;"
        "print([each.slug for each in Database.open(get_settings()).organisations()])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['green-acres']"
