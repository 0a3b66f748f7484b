"""Publishes what passed its tests, an organisation at a time.

A reader follows ``<published>/<organisation>/current`` at each query: it sees the whole old build or the whole new
one, never waits, and never sees one that failed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from outbound.lake.manifest import sync_folder
from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.warehouse.build import Build, Verdict, building, engine_of, require
from outbound.warehouse.dbt import Progress
from outbound.warehouse.marts import MARTS
from outbound.warehouse.postgres_engine import PostgresBuild
from outbound.warehouse.postgres_publish import publish_schema

BUILDS_KEPT = 3


@dataclass(frozen=True)
class Publication:
    """Which organisations see the new build, and which keep their last good one, with the tests they failed."""

    build_id: str
    published: Sequence[str]
    held_back: Mapping[str, Sequence[str]] = field(default_factory=dict)


def publish(settings: Settings, build: Build, verdict: Verdict, progress: Progress | None = None) -> Publication:
    """Publishes a tested build to every organisation whose data passed; the others keep what they have.

    Raises :class:`outbound.errors.Conflict` when the build was replaced meanwhile.
    """
    engine = engine_of(settings)
    with building(settings):
        require(engine, build)
        organisations = engine.organisations()
        held_back = {org_id: failures for org_id in organisations if (failures := verdict.failures_of(org_id))}
        passed = [org_id for org_id in organisations if org_id not in held_back]
        if isinstance(engine, PostgresBuild):
            if passed:
                publish_schema(engine, build.build_id, passed, held_back, build.generation)
        else:
            _publish_files(settings, engine.file, build, passed, progress)
            _remove_gone(settings.published_dir, organisations)
    return Publication(build.build_id, passed, held_back)


def _publish_files(
    settings: Settings, source: Path, build: Build, passed: Sequence[str], progress: Progress | None
) -> None:
    for done, org_id in enumerate(passed):
        _publish_file(settings.published_dir / org_id, source, org_id, build)
        if progress:
            progress("Publishing", done + 1, len(passed))


def _publish_file(folder: Path, source: Path, org_id: str, build: Build) -> None:
    private_folder(folder)
    for left_over in folder.glob("*.partial*"):
        left_over.unlink()
    partial = folder / f"{build.build_id}.partial"
    _write_marts(partial, source, org_id)
    partial.chmod(0o444)
    _sync_file(partial)
    final = folder / f"{build.build_id}.duckdb"
    partial.rename(final)
    sync_folder(folder)
    link = folder / "current.partial"
    link.symlink_to(final.name)
    link.replace(folder / "current")
    sync_folder(folder)
    builds = sorted(folder.glob("*.duckdb"), key=lambda path: path.name)
    # Ids are ordered by time: what was built before the lake began anew may tell of who was erased since.
    for old in builds[:-BUILDS_KEPT] + [each for each in builds[-BUILDS_KEPT:] if each.stem < build.generation]:
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


def _remove_gone(published: Path, organisations: Sequence[str]) -> None:
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
