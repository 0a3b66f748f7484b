"""What the doctor says of a franchise at work: its keys, its figures, and what only some requests need."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cli import doctor
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.outcomes import held_back, write_outcome
from tests.conftest import free_ports
from tests.support.franchise import Franchise
from tests.support.s3 import CREDENTIALS
from tests.support.wrong_keys import seal_strangely


@pytest.fixture
def said(settings: Settings, database: Database, franchise: Franchise) -> Callable[[], dict[str, str]]:
    return lambda: {each.subject: each.text for each in reversed([*doctor.database(settings)]) if each.is_problem}


def test_a_lost_key_ring_is_a_problem_and_stays_lost(said: Callable[[], dict[str, str]], settings: Settings):
    ring = settings.keys_dir / "ring.json"
    ring.unlink()
    assert "put the copy in its place" in said()["Keys"]
    assert not ring.exists()


def test_values_that_do_not_open_are_counted(
    said: Callable[[], dict[str, str]], database: Database, franchise: Franchise
):
    assert said() == {}
    seal_strangely(database)
    assert re.match(r"(\d+) of \1 in addresses.position under key 1 are not readable", said()["Sealed values"])


def test_figures_that_are_held_back_are_a_problem(
    said: Callable[[], dict[str, str]], settings: Settings, franchise: Franchise
):
    write_outcome(settings.published_dir / str(franchise.org_id), held_back(datetime.now(UTC), ["not_null_doors"]))
    assert "not_null_doors" in said()[f"Figures of {franchise.name}"]


def test_a_bucket_and_a_mail_server_that_are_away_are_problems(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    there = settings.model_copy(
        update={
            "s3_url": "s3://franchise-files/x",
            "s3_endpoint": f"http://127.0.0.1:{free_ports(1)[0]}",
            "s3_region": "us-east-1",
            "smtp_url": f"smtp://127.0.0.1:{free_ports(1)[0]}",
        }
    )
    found = {each.subject: each.text for each in doctor.database(there) if each.is_problem}
    assert "franchise-files cannot be reached" in found["Files"]
    assert "OUTBOUND_SMTP_URL" in found["Mail"]
