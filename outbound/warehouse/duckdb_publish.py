"""Publishes on DuckDB: a file an organisation.

A reader follows ``<published>/<organisation>/current`` at each query: it sees the whole old build or the whole new
one, never waits, and never sees one that failed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from outbound.lake.manifest import sync_folder
from outbound.storage.home import private_folder
from outbound.warehouse.dbt import Progress
from outbound.warehouse.marts import MARTS

BUILDS_KEPT = 3


def publish_files(
    published: Path,
    source: Path,
    build_id: str,
    generation: str,
    passed: Sequence[str],
    progress: Progress | None = None,
) -> None:
    """Puts a file for each organisation that passed in place; the others keep theirs."""
    for done, org_id in enumerate(passed):
        _publish_file(published / org_id, source, org_id, build_id, generation)
        if progress:
            progress("Publishing", done + 1, len(passed))


def _publish_file(folder: Path, source: Path, org_id: str, build_id: str, generation: str) -> None:
    private_folder(folder)
    for left_over in folder.glob("*.partial*"):
        left_over.unlink()
    partial = folder / f"{build_id}.partial"
    _write_marts(partial, source, org_id)
    partial.chmod(0o444)
    _sync_file(partial)
    final = folder / f"{build_id}.duckdb"
    partial.rename(final)
    sync_folder(folder)
    link = folder / "current.partial"
    link.symlink_to(final.name)
    link.replace(folder / "current")
    sync_folder(folder)
    builds = sorted(folder.glob("*.duckdb"), key=lambda path: path.name)
    # Ids are ordered by time: what was built before the lake began anew may tell of who was erased since.
    for old in builds[:-BUILDS_KEPT] + [each for each in builds[-BUILDS_KEPT:] if each.stem < generation]:
        old.unlink()


def _write_marts(file: Path, source: Path, org_id: str) -> None:
    connection = duckdb.connect(str(file))
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{str(source).replace(chr(39), chr(39) * 2)}' as source (read_only)")
        connection.execute("create schema marts")
        for mart, order in MARTS.items():
            connection.execute(
                f"create table marts.{mart} as select * from source.build.{mart}"  # noqa: S608
                f" where org_id = ?::uuid order by {', '.join(order)}",
                [org_id],
            )
        connection.execute("detach source")
        connection.execute("checkpoint")
    finally:
        connection.close()


def remove_gone(published: Path, organisations: Collection[str]) -> None:
    """What an organisation that no longer exists had published goes with it."""
    for folder in published.iterdir() if published.is_dir() else ():
        if folder.name not in organisations:
            shutil.rmtree(folder)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
