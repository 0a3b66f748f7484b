"""Backup, restore, keys, erasure and export, as an operator types them."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from outbound.leads import listing as leads
from outbound.leads.filters import LeadFilter
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.cli.test_commands import assert_refused
from tests.support.command import outbound
from tests.support.franchise import Franchise
from tests.support.server import Server


def test_a_backup_is_taken_and_restored_into_an_empty_home_with_a_database_of_its_own(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    taken = outbound("backup", str(tmp_path / "all.backup"))
    assert taken.status == 0, taken
    assert "rows" in taken.out
    assert outbound("keys", "export", str(tmp_path / "ring.json")).status == 0
    home = {"OUTBOUND_HOME": str(tmp_path / "new"), "DATABASE_URL": ""}
    assert_refused(outbound("restore", str(tmp_path / "all.backup"), **home), "--keys")
    done = outbound("restore", str(tmp_path / "all.backup"), "--keys", str(tmp_path / "ring.json"), **home)
    assert done.status == 0, done
    assert "every table compared" in done.out
    shown = outbound("keys", "list", **home)
    assert shown.status == 0, shown
    assert "seals" in shown.out
    again = outbound("restore", str(tmp_path / "all.backup"), **home)
    assert_refused(again, "--replace")


def test_what_is_no_backup_is_refused(settings: Settings, database: Database, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"no backup")
    assert_refused(outbound("restore", str(tmp_path / "x")), "no whole backup")
    assert_refused(outbound("restore", str(tmp_path / "nothing")), "There is no backup")


def test_keys_are_rotated_and_listed(settings: Settings, database: Database, franchise: Franchise):
    done = outbound("keys", "rotate")
    assert done.status == 0, done
    assert "under key 2" in " ".join(done.out.split())
    assert_refused(outbound("keys", "retire", "1"), "a moment ago")
    assert_refused(outbound("keys", "retire", "2"))


def test_without_the_ring_every_command_refuses_and_none_makes_one(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    ring = settings.keys_dir / "ring.json"
    ring.unlink()
    for arguments in (
        ("up",),
        ("migrate",),
        ("keys", "list"),
        ("keys", "rotate"),
        ("backup", str(tmp_path / "all.backup")),
        ("user", "reset-link", franchise.owner.email),
    ):
        assert_refused(outbound(*arguments), "no key ring", "key 1", "keys export")
        assert not ring.exists(), arguments
    assert "✗ Keys" in outbound("doctor").out
    assert not ring.exists()


def test_a_ring_that_is_lost_for_good_is_replaced_when_the_operator_means_it(
    settings: Settings, database: Database, franchise: Franchise
):
    assert_refused(outbound("keys", "replace-lost", "--yes"), "opens what is sealed")
    (settings.keys_dir / "ring.json").unlink()
    assert outbound("keys", "replace-lost").status == 1
    done = outbound("keys", "replace-lost", "--yes")
    assert done.status == 0, done
    assert done.out.startswith("Key 2 seals from now on")
    shown = outbound("keys", "list")
    assert (shown.status, "seals" in shown.out) == (0, True), shown
    with Database.open(settings).as_job(franchise.org_id) as session:
        assert {row.position for row in leads.find(session, LeadFilter(), datetime.now(UTC), limit=50)} == {None}


def test_listing_the_keys_makes_nothing(tmp_path: Path):
    home = {"OUTBOUND_HOME": str(tmp_path / "new"), "DATABASE_URL": ""}
    assert_refused(outbound("keys", "list", **home), "no database", "outbound init")
    assert not (tmp_path / "new").exists()


def test_an_empty_database_is_not_told_to_migrate(settings: Settings, database: Database, server: Server):
    with server.empty() as url:
        other = {"DATABASE_URL": url.render_as_string(hide_password=False)}
        assert_refused(outbound("keys", "list", **other), "The database is empty", "outbound init")


def test_a_person_is_erased_when_the_operator_means_it(settings: Settings, database: Database, franchise: Franchise):
    lead = str(franchise.scheduled)
    assert outbound("erase", lead).status == 1
    assert franchise.lead(franchise.scheduled).erased_at is None
    assert outbound("erase", lead, "--yes").status == 0
    assert "was erased before" in outbound("erase", lead, "--yes").out
    assert_refused(outbound("erase", "00000000-0000-7000-8000-000000000000", "--yes"), "no lead")


def test_everything_of_an_organisation_is_exported(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    file = tmp_path / "all.zip"
    assert outbound("export", str(file)).status == 0
    with zipfile.ZipFile(file) as packed:
        assert {"leads.jsonl", "addresses.jsonl", "README.txt"} <= set(packed.namelist())
    assert_refused(outbound("export", str(file)), "already a file")
    with franchise.admin() as session:
        assert session.scalar(text("select count(*) from outbound.audit_entries where action = 'exported'")) == 1


def test_tidying_says_what_went(settings: Settings, database: Database, franchise: Franchise):
    done = outbound("tidy")
    assert done.status == 0, done
    assert "0 organisations" in done.out
