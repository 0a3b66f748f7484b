"""What Outbound keeps is for the account that runs it, whatever the folder was like that it was given."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cli import doctor
from outbound.errors import Misconfigured
from outbound.lake.extract import extract
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from tests.support.command import outbound
from tests.support.franchise import Franchise


def open_paths(home: Path) -> list[str]:
    """Everything that others could reach and read."""
    if not home.stat().st_mode & 0o077 & ~0o010:
        return []
    return [str(path) for path in (home, *home.rglob("*")) if not path.is_symlink() and path.stat().st_mode & 0o077]


def test_a_home_that_was_open_is_closed_by_whoever_opens_the_database(settings: Settings):
    for name in ("published", "attachments"):
        (settings.home / name).mkdir(parents=True)
        (settings.home / name).chmod(0o755)
    (settings.home / "format").write_text("1\n")
    settings.home.chmod(0o755)
    assert any("others may read" in str(finding) for finding in doctor.data_folder(settings))
    Database.open(settings).dispose()
    assert open_paths(settings.home) == []
    assert {stat.S_IMODE(each.stat().st_mode) & 0o077 for each in settings.home.iterdir()} == {0}
    assert not any(finding.is_problem for finding in doctor.data_folder(settings))


def test_a_home_that_cannot_be_made_is_a_sentence(settings: Settings, tmp_path: Path):
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(Misconfigured, match=r"data folder .* cannot be used .*: set OUTBOUND_HOME"):
            Database.open(settings.model_copy(update={"home": home}))


def test_so_does_the_embedded_server(settings: Settings):
    settings.home.mkdir(mode=0o755)
    settings.home.chmod(0o755)
    embedded.ensure_running(settings)
    embedded.stop(settings)
    assert open_paths(settings.home) == []


def test_what_the_pipeline_writes_is_private_by_itself(settings: Settings, database: Database, franchise: Franchise):
    before = os.umask(0o022)
    try:
        extract(database, settings)
    finally:
        os.umask(before)
    folders = [path for path in settings.lake_dir.rglob("*") if path.is_dir()]
    assert folders
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (settings.lake_dir, *folders)} == {0}


def test_a_command_writes_for_nobody_else(settings: Settings, database: Database, franchise: Franchise, tmp_path: Path):
    before = os.umask(0)
    try:
        done = outbound("backup", str(tmp_path / "one.backup"))
    finally:
        os.umask(before)
    assert done.status == 0, done
    assert not (tmp_path / "one.backup").stat().st_mode & 0o077
    written = [path for path in settings.home.rglob("*") if not path.is_symlink()]
    assert [path for path in written if path.stat().st_mode & 0o077] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_closes_one_of_another_account_whose_group_may_still_pass(settings: Settings):
    settings.home.mkdir()
    os.chown(settings.home, 65534, 65534)
    settings.home.chmod(0o755)
    Database.open(settings).dispose()
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o710
