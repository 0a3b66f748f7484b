"""The real programs: how they are started and configured."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRun
from dagster._core.workspace.load import location_origins_from_yaml_paths
from dagster._utils.tags import TagConcurrencyLimitsCounter

from cli import programs
from dashboards import serve
from orchestration import web
from orchestration.sensors import IMPORT_TAG, ORGANISATION_TAG
from outbound.errors import Misconfigured
from outbound.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", api_port=18123, host="0.0.0.0", log_level="warning")  # noqa: S104


def test_dagster_accepts_its_configuration_and_tells_nobody_of_its_use(settings: Settings):
    programs.prepare_dagster(settings)
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        assert not instance.telemetry_enabled
        assert instance.get_settings("sensors") == {"use_threads": True, "num_workers": 4}
        assert instance.get_settings("schedules") == {"use_threads": True, "num_workers": 4}
        assert instance.run_monitoring_enabled
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 3


def test_imports_leave_a_place_for_schedules_and_an_organisation_takes_one(settings: Settings):
    programs.prepare_dagster(settings)

    def import_of(organisation: str, number: int) -> DagsterRun:
        return DagsterRun("import_list", tags={IMPORT_TAG: f"{organisation}{number}", ORGANISATION_TAG: organisation})

    queued = [import_of("a", 1), import_of("a", 2), import_of("b", 1), import_of("c", 1), DagsterRun("pipeline")]
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        config = instance.get_concurrency_config().run_queue_config
    counter = TagConcurrencyLimitsCounter(config.tag_concurrency_limits, [])
    started = []
    for run in queued:
        if len(started) < config.max_concurrent_runs and not counter.is_blocked(run):
            counter.update_counters_with_launched_item(run)
            started.append(run)
    assert started == [queued[0], queued[2], queued[4]]


def test_the_workspace_names_the_code_servers_socket(settings: Settings):
    programs.prepare_dagster(settings)
    (origin,) = location_origins_from_yaml_paths([str(settings.dagster_home / "workspace.yaml")])
    assert origin.socket == str(programs.code_socket(settings))
    assert origin.location_name == "outbound"


def test_only_the_owner_may_enter_the_data_folder_it_makes(settings: Settings):
    programs.prepare_dagster(settings)
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700


def test_a_long_or_odd_home_gets_a_private_short_socket_always_the_same(tmp_path: Path):
    settings = Settings(home=tmp_path / ("long" * 30) / "o'clock")
    socket = programs.code_socket(settings)
    assert socket == programs.code_socket(settings)
    assert len(os.fsencode(socket)) <= programs.SOCKET_PATH_LIMIT
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    socket.parent.chmod(0o755)
    with pytest.raises(Misconfigured, match="somebody else"):
        programs.code_socket(settings)
    socket.parent.rmdir()


def test_dagster_stays_on_loopback_whatever_the_others_bind_to(settings: Settings):
    served = {program.name: program for program in programs.programs(settings)}
    assert {"0.0.0.0"} == {served["API"].host, served["Dashboards"].host}  # noqa: S104
    assert served["Dagster"].host == "127.0.0.1" == web.HOST


def test_programs_get_exactly_the_settings_of_the_command(settings: Settings):
    given = programs.environment(settings)
    assert given["OUTBOUND_HOME"] == str(settings.home)
    assert given["OUTBOUND_API_PORT"] == "18123"
    assert "DATABASE_URL" not in given
    assert programs.environment(Settings(DATABASE_URL="postgresql://a@b/c"))["DATABASE_URL"].endswith("//a@b/c")


def test_no_program_reports_its_use(settings: Settings):
    for program in programs.programs(settings):
        assert program.env["DO_NOT_TRACK"] == "1"
        assert program.env["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    options = serve.options(settings)
    assert options["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
    assert options["STREAMLIT_SERVER_FILE_WATCHER_TYPE"] == "none"


def test_the_procfile_names_every_program():
    lines = (programs.SOURCE / "Procfile").read_text().splitlines()
    assert {line.split(":")[0] for line in lines} == set(programs.BY_NAME)
