"""Data folders in every kind of place, and those that are not ours to use."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from outbound.errors import Misconfigured
from outbound.storage import embedded
from outbound.storage.embedded import namespace
from outbound.storage.embedded.account import choose
from outbound.storage.embedded.layout import SOCKET_PATH_LIMIT
from outbound.storage.embedded.postmaster import process_of

from .conftest import Holder, Home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to somebody else")


def works(home: Home) -> bool:
    with psycopg.connect(embedded.libpq_url(embedded.ensure_running(home))) as connection:
        row = connection.execute("select current_setting('data_directory')").fetchone()
    return row is not None and Path(row[0]).samefile(home.layout.data)


@pytest.mark.parametrize(
    "name",
    ["with space", "with 'single' and \"double\" quotes", "$HOME `id` \\ ; & *", "a,comma", "größe"],
    ids=["space", "quotes", "shell", "comma", "umlaut"],
)
def test_a_folder_may_be_named_anyhow(open_folder: Path, name: str):
    home = Home(open_folder / name)
    try:
        assert works(home)
    finally:
        embedded.stop(home)


def test_a_path_too_long_for_a_socket_gets_a_private_short_one_that_goes_with_the_server(open_folder: Path):
    home = Home(open_folder / ("long" * 30))
    try:
        assert works(home)
        folder = home.layout.socket_dir()
        assert folder is not None
        assert not folder.is_relative_to(home.home)
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        embedded.stop(home)
    assert not folder.exists()


def test_folders_above_keep_their_modes(closed_home: Home, open_folder: Path):
    above = [*closed_home.home.parents, *open_folder.parents, open_folder]
    before = {folder: folder.stat().st_mode for folder in above}
    assert works(closed_home)
    open_home = Home(open_folder / "home")
    try:
        assert works(open_home)
    finally:
        embedded.stop(open_home)
    assert {folder: folder.stat().st_mode for folder in above} == before


@as_root
def test_root_hands_the_server_to_an_unprivileged_user(new_home: Home):
    assert works(new_home)
    process = process_of(new_home.layout)
    assert process is not None
    assert choose(new_home.home, new_home.layout.data).way == "user"
    assert 0 not in process.uids()
    assert capabilities(process.pid) == 0


@as_root
def test_below_a_folder_only_root_may_enter_the_server_still_holds_no_capability(closed_home: Home):
    assert works(closed_home)
    process = process_of(closed_home.layout)
    assert process is not None
    assert choose(closed_home.home, closed_home.layout.data).way == "namespace"
    assert capabilities(process.pid) == 0


@as_root
def test_a_folder_moved_to_where_only_root_may_enter_and_back_goes_on_working(home: Home, closed_home: Home):
    assert works(home)
    embedded.stop(home)
    home.wait_until_unwatched()
    home.home.rename(closed_home.home)
    assert works(closed_home)
    embedded.stop(closed_home)
    closed_home.wait_until_unwatched()
    closed_home.home.rename(home.home)
    assert works(home)


@as_root
def test_an_ordinary_user_runs_it_as_themselves(closed_home: Home, hold: Callable[..., Holder]):
    ordinary = (sys.executable, "-I", "-S", namespace.__file__, "65534", "65534")
    holder = hold(closed_home, ordinary)
    assert holder.url().startswith("postgresql+psycopg://postgres:")
    process = process_of(closed_home.layout)
    assert process is not None
    assert capabilities(process.pid) == 0
    holder.leave()
    closed_home.wait_until_unwatched()


def test_a_database_of_another_postgresql_is_refused_and_left_alone(home: Home):
    embedded.ensure_running(home)
    embedded.stop(home)
    home.wait_until_unwatched()
    (home.layout.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Misconfigured, match="written by PostgreSQL 17") as raised:
        embedded.ensure_running(home)
    assert str(home.home) in str(raised.value)
    assert (home.layout.data / "PG_VERSION").read_text() == "17\n"
    assert process_of(home.layout) is None


def test_a_folder_of_a_newer_outbound_is_refused_before_anything_is_written(new_home: Home):
    new_home.home.mkdir()
    new_home.layout.format_file.write_text("99\n")
    with pytest.raises(Misconfigured, match="newer Outbound"):
        embedded.ensure_running(new_home)
    assert list(new_home.home.iterdir()) == [new_home.layout.format_file]


def test_a_format_file_of_something_else_is_refused(new_home: Home):
    new_home.home.mkdir()
    new_home.layout.format_file.write_text("JPEG")
    with pytest.raises(Misconfigured, match="JPEG"):
        embedded.ensure_running(new_home)


def test_a_folder_that_is_a_file_is_refused(open_folder: Path):
    (open_folder / "home").write_text("")
    with pytest.raises(Misconfigured, match="OUTBOUND_HOME"):
        embedded.ensure_running(Home(open_folder / "home"))


def capabilities(pid: int) -> int:
    """The capabilities in force, out of the kernel's own account of the process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("CapEff")).split()[1], 16)
