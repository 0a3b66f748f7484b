"""Compaction: batches that every build has taken up become one, which holds each row once.

Without it a lake of an hourly pipeline gains two dozen files a table and day, every version of a row is read at
every build, and what was deleted is carried on for ever. Two kinds:

- into the base: everything up to a batch becomes the generation's first batch. Superseded versions, deleted rows and
  tombstones are left out. It costs as much as the lake is large, so it waits until what came since is worth it.
- of the rest: the batches after the base become one. It keeps each row's last version, and the tombstones that still
  hide a row of the base.

The batch keeps the number, snapshot and time of the last one that went into it: for extraction nothing has changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import psutil
import pyarrow as pa

from outbound.lake.manifest import Batch, Lake, LakeFile, Manifest, sync_folder
from outbound.lake.tables import CHANGE_TABLES, SNAPSHOT_TABLES, TOMBSTONES, LakeTable
from outbound.lake.writer import write_table
from outbound.storage.home import private_folder

WORTH_IT = 0.1
"""Rows that came since the base, as a share of it, from which on it is written again: so each row is written at most
eleven times for every time it is extracted."""
MANY = 16
"""Batches since the base from which on they become one."""

_PIECE_ROWS = 1 << 17
_MEMORY_SHARE = 0.2


def compact(lake: Lake, built: int, *, whole: bool = False) -> Manifest | None:
    """Merges batches up to ``built``, the last one that the build holds, where that is due; ``whole``: into the base
    whatever it costs. Returns the new manifest; none: nothing was done.

    A build that holds none of the batches that remain begins anew. Raises
    :class:`outbound.lake.errors.LakeDamaged` for a file that is not what it was, and leaves everything as it is.
    """
    with lake.writing():
        manifest = lake.manifest()
        last = due(manifest, built, whole=whole) if manifest else None
        if manifest is None or last is None:
            return None
        first, until = last
        merged = _merge(lake, manifest, first, until)
        kept = manifest.batches
        newer = replace(manifest, batches=(*kept[:first], merged, *kept[until:]))
        lake.replace_manifest(newer)
        lake.clear_superseded(newer)
        return newer


def due(manifest: Manifest, built: int, *, whole: bool = False) -> tuple[int, int] | None:
    """Which batches are to become one, as a range of positions in the manifest; none: they stay as they are."""
    until = sum(batch.number <= built for batch in manifest.batches)
    since = manifest.batches[1:until]
    if not since:
        return None
    new = sum(batch.rows for batch in since)
    if whole or new >= WORTH_IT * manifest.batches[0].rows:
        return 0, until
    return (1, until) if len(since) >= MANY else None


def _merge(lake: Lake, manifest: Manifest, first: int, until: int) -> Batch:
    batches = manifest.batches[first:until]
    last = batches[-1]
    # What is damaged must not be written anew as if it were whole.
    lake.check((file for batch in batches for file in batch.files), whole=True)
    folder = lake.folder / manifest.generation / f"{1 if first == 0 else batches[0].number:06d}-{last.number:06d}"
    shutil.rmtree(folder, ignore_errors=True)  # left behind by one that was killed
    private_folder(folder.parent)
    folder.mkdir(mode=0o700)
    scratch = folder / "scratch"
    try:
        with _connect(scratch) as connection:
            files = tuple(_files(lake, connection, batches, last.number, folder, into_base=first == 0))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(scratch, ignore_errors=True)
    for path in (folder, folder.parent):
        sync_folder(path)
    return Batch(last.number, last.snapshot, last.extracted_at, files)


def _files(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    batches: Sequence[Batch],
    number: int,
    folder: Path,
    *,
    into_base: bool,
) -> Iterator[LakeFile]:
    def of(table: LakeTable) -> list[LakeFile]:
        return [file for batch in batches for file in batch.files if file.table == table.name]

    gone = of(TOMBSTONES)
    for table in SNAPSHOT_TABLES:
        yield from of(table)[-1:]
    for table in CHANGE_TABLES:
        files = of(table)
        if len(files) == 1 and (not gone or not _any_gone(lake, connection, table, gone)):
            yield files[0]  # as it is: nothing was added, nothing taken away
        elif files:
            query = _last_versions(lake, table, files, gone)
            yield from _written(connection, table, query, number, folder, lake.folder)
    if gone and not into_base:
        query = _last_tombstones(lake, gone, {table.name: of(table) for table in CHANGE_TABLES})
        yield from _written(connection, TOMBSTONES, query, number, folder, lake.folder)


def _written(
    connection: duckdb.DuckDBPyConnection, table: LakeTable, query: str, number: int, folder: Path, relative_to: Path
) -> Iterator[LakeFile]:
    written = write_table(table, _pieces(connection, query), number, folder, relative_to)
    if written:
        yield written


def _pieces(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    with connection.sql(query).to_arrow_reader(_PIECE_ROWS) as reader:
        yield from reader


def _last_versions(lake: Lake, table: LakeTable, files: Sequence[LakeFile], gone: Sequence[LakeFile]) -> str:
    """Each row as the last batch has it. Only what came after the first file is grouped: that one holds it once."""
    columns = ", ".join(f'version."{name}"' for name in table.columns)
    later = [_keys(lake, files[1:])] if files[1:] else []
    if gone:
        later.append(_gone_keys(lake, table, gone))
    return (
        f"select {columns} from {_read(lake, files)} as version left join"  # noqa: S608
        f" (select org_id, id, max(batch) as batch from ({' union all '.join(later)}) group by org_id, id) as latest"
        " on latest.org_id = version.org_id and latest.id = version.id"
        " where latest.batch is null or version.batch >= latest.batch"
    )


def _last_tombstones(lake: Lake, gone: Sequence[LakeFile], rows: dict[str, list[LakeFile]]) -> str:
    """Tombstones of rows that were not written again after them."""
    written = [
        f"select '{name}' as table_name, org_id, id, batch from {_read(lake, files)}"  # noqa: S608
        for name, files in rows.items()
        if files
    ]
    again = (
        f" where not exists (select 1 from ({' union all '.join(written)}) as again"  # noqa: S608
        " where again.table_name = gone.table_name and again.org_id = gone.org_id and again.id = gone.row_id"
        " and again.batch > gone.batch)"
        if written
        else ""
    )
    return (
        f"select gone.org_id, gone.table_name, gone.row_id from {_read(lake, gone)} as gone{again}"  # noqa: S608
        " group by gone.org_id, gone.table_name, gone.row_id"
    )


def _any_gone(lake: Lake, connection: duckdb.DuckDBPyConnection, table: LakeTable, gone: Sequence[LakeFile]) -> bool:
    return bool(connection.execute(f"select exists ({_gone_keys(lake, table, gone)})").fetchall()[0][0])


def _keys(lake: Lake, files: Sequence[LakeFile]) -> str:
    return f"select org_id, id, batch from {_read(lake, files)}"  # noqa: S608


def _gone_keys(lake: Lake, table: LakeTable, gone: Sequence[LakeFile]) -> str:
    return f"select org_id, row_id as id, batch from {_read(lake, gone)} where table_name = '{table.name}'"  # noqa: S608


def _read(lake: Lake, files: Sequence[LakeFile]) -> str:
    listed = ", ".join("'" + str(lake.path(file)).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{listed}])"


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into ``scratch``. Ids arrive in Arrow as they left it."""
    megabytes = max(256, int(psutil.virtual_memory().total * _MEMORY_SHARE) >> 20)
    connection = duckdb.connect(
        config={
            "temp_directory": str(scratch),
            "memory_limit": f"{megabytes}MB",
            "arrow_lossless_conversion": "true",
        }
    )
    connection.execute("set timezone = 'UTC'")
    return connection
