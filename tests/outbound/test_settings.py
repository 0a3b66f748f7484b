"""Settings come from the environment, work without any, and say in one sentence what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outbound.errors import Misconfigured
from outbound.settings import Settings, get_settings


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OUTBOUND_HOME", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_without_any_variable_all_lies_in_a_hidden_folder_here_and_only_this_machine_is_served(tmp_path: Path):
    settings = get_settings()
    assert settings.home == tmp_path / ".outbound"
    assert settings.database_url is None
    assert (settings.api_port, settings.dashboards_port, settings.dagster_port) == (8000, 8501, 3000)
    assert settings.is_loopback
    assert settings.api_url == "http://localhost:8000"


def test_everything_written_lies_below_home(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUTBOUND_HOME", "/somewhere/else")
    settings = get_settings()
    folders = [getattr(settings, name) for name in dir(Settings) if name.endswith("_dir")]
    folders.append(settings.dagster_home)
    assert len(folders) >= 8
    assert all(folder.is_relative_to("/somewhere/else") for folder in folders)
    assert len(set(folders)) == len(folders)


def test_a_relative_home_and_a_tilde_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", "/home/sam")
    assert Settings(home=Path("~/data")).home == Path("/home/sam/data")
    assert Settings(home=Path("data")).home == tmp_path / "data"


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_every_usual_spelling_of_a_database_url_is_understood(monkeypatch: pytest.MonkeyPatch, scheme: str):
    monkeypatch.setenv("DATABASE_URL", f"{scheme}me:pw@db.example/outbound")
    assert get_settings().database_url == "postgresql+psycopg://me:pw@db.example/outbound"


def test_an_empty_database_url_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "")
    assert get_settings().database_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db.example/outbound"),
        ("DATABASE_URL", "/var/lib/outbound.db"),
        ("WAREHOUSE_URL", "duckdb:///x"),
        ("OUTBOUND_API_PORT", "eighty"),
        ("OUTBOUND_API_PORT", "0"),
        ("OUTBOUND_DASHBOARDS_PORT", "65536"),
        ("OUTBOUND_DAGSTER_PORT", "-1"),
        ("OUTBOUND_WAREHOUSE", "oracle"),
        ("OUTBOUND_LOG_LEVEL", "loud"),
        ("OUTBOUND_SESSION_DAYS", "0"),
    ],
)
def test_a_value_that_is_not_usable_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as caught:
        get_settings()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is not usable: ")
    assert "\n" not in sentence
    assert sentence.count(".") >= 1


def test_a_wrong_url_is_refused_without_telling_its_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://me:s3cret@db.example/outbound")
    with pytest.raises(Misconfigured) as caught:
        get_settings()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)])  # noqa: S104
def test_only_loopback_addresses_count_as_loopback(host: str, loopback: bool):
    assert Settings(host=host).is_loopback is loopback


def test_behind_a_proxy_links_name_the_address_that_browsers_know(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUTBOUND_API_PUBLIC_URL", "https://outbound.example/")
    monkeypatch.setenv("OUTBOUND_DASHBOARDS_PUBLIC_URL", "https://outbound.example:8443")
    assert get_settings().api_url == "https://outbound.example"
    assert get_settings().dashboards_url == "https://outbound.example:8443"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "api_port": 9000}, "http://127.0.0.1:9000"),  # noqa: S104
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "10.0.0.5"}, "http://10.0.0.5:8000"),
        ({"api_internal_url": "http://api:8000/"}, "http://api:8000"),
    ],
)
def test_our_own_programs_reach_the_api_past_the_proxy(given: dict, expected: str):
    assert Settings(api_public_url="https://outbound.example", **given).api_own_url == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTBOUND_API_PUBLIC_URL", "outbound.example"),
        ("OUTBOUND_API_INTERNAL_URL", "api:8000"),
        ("OUTBOUND_API_PUBLIC_URL", "https://outbound.example/app"),
        ("OUTBOUND_API_PUBLIC_URL", "https://user:pw@outbound.example"),
        ("OUTBOUND_SMTP_URL", "mail.example.com"),
    ],
)
def test_an_address_that_is_none_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=name) as caught:
        get_settings()
    assert "pw@" not in str(caught.value)
