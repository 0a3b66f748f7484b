"""What the doctor says of machines and folders in various states."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from cli import doctor
from cli.supervisor import claim
from outbound.settings import Settings
from outbound.storage import embedded


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", api_port=free_port(), dashboards_port=free_port(), dagster_port=free_port())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def problems(findings) -> list[str]:
    return [str(finding) for finding in findings if finding.is_problem]


def test_a_machine_before_its_first_start_has_no_problem_with_its_folder_and_is_told_how_to_begin(settings):
    said = [str(finding) for finding in doctor.doctor(settings)]
    assert any("Data folder" in line and "outbound init" in line for line in said)
    assert any("Database" in line and "outbound demo" in line for line in said)
    assert not settings.home.exists()


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert problems(doctor.python()) == ["✗ Python: 3.9.2 is too old; Outbound needs 3.11 or newer."]


@pytest.mark.parametrize(
    ("says", "expected"), [("v18.19.1", "too old"), ("v20.19.0", None), ("v22.1.0", None), ("nonsense", "too old")]
)
def test_node_matters_only_while_the_rep_app_is_not_built(tmp_path: Path, monkeypatch, says: str, expected: str | None):
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {says}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    unbuilt = problems(doctor.rep_app(tmp_path / "dist"))
    assert "make build" in unbuilt[0]
    assert [line for line in unbuilt if "Node" in line] == [line for line in unbuilt if expected and expected in line]
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("")
    assert problems(doctor.rep_app(tmp_path / "dist")) == []


def test_no_node_at_all_is_named(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert any("Node: not installed" in line for line in problems(doctor.rep_app(tmp_path / "dist")))


def test_a_folder_of_a_newer_outbound_is_named_once(settings):
    settings.home.mkdir()
    (settings.home / "format").write_text("99\n")
    said = [line for line in problems(doctor.doctor(settings)) if "newer Outbound" in line]
    assert len(said) == 1
    assert str(settings.home) in said[0]


def test_a_home_that_is_a_file_is_named(settings):
    settings.home.write_text("")
    assert any("Data folder" in line for line in problems(doctor.data_folder(settings)))


def test_a_key_ring_that_others_may_read_is_named(settings):
    settings.keys_dir.mkdir(parents=True)
    ring = settings.keys_dir / "ring.json"
    ring.write_text("{}")
    ring.chmod(0o644)
    assert problems(doctor.keys(settings)) == [f"✗ Keys: others may read {ring}; run `chmod 600 {ring}`."]
    ring.chmod(0o600)
    assert problems(doctor.keys(settings)) == []


def test_a_taken_port_is_named_with_its_setting(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.dashboards_port))
        taken.listen()
        said = problems(doctor.serving(settings))
    assert len(said) == 1
    assert str(settings.dashboards_port) in said[0]
    assert "OUTBOUND_DASHBOARDS_PORT" in said[0]


def test_ports_of_a_running_outbound_are_no_problem(settings):
    lock = claim(settings.run_dir, "mark")
    try:
        assert ["Outbound runs" in finding.text for finding in doctor.serving(settings)] == [True]
    finally:
        lock.close()


def test_an_unreachable_server_is_one_sentence(tmp_path: Path):
    settings = Settings(home=tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    said = problems(doctor.database(settings))
    assert len(said) == 1
    assert "Connection refused" in said[0]
    assert "DATABASE_URL" in said[0]
    assert "\n" not in said[0]


def test_a_database_without_the_schema_is_named_and_no_key_is_made(settings):
    embedded.ensure_running(settings)
    try:
        said = problems(doctor.database(settings))
    finally:
        embedded.stop(settings)
    assert len(said) == 1
    assert "outbound init" in said[0]
    assert "migrate" not in said[0]
    assert not settings.keys_dir.exists()
