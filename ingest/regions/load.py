"""Loading a region: one file in, its address points, streets and map in place, or nothing changed.

Everything is made in a folder of its own below ``OUTBOUND_HOME/regions`` and put into its place by one rename. A load
that is ended half way leaves that folder, which the next one removes.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from ingest.regions import basemap, graph, lists
from ingest.regions.addresses import Gathered
from ingest.regions.columns import build_columns
from ingest.regions.osm import Extract, read_extract
from ingest.regions.spool import DISK_FULL
from outbound.errors import Invalid, NotFound, Unavailable
from outbound.geo import regions
from outbound.geo.point_file import PointColumns, open_columns, write_columns
from outbound.geo.regional_maps import join_maps
from outbound.geo.regions import Region
from outbound.geo.streets import write_streets
from outbound.settings import Settings

Progress = Callable[[str, int, int], None]
_EXTRACTS = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
_ROOM = 6
"""Bytes that the load of an extract writes for each of its own, at the most at once (measured; docs/benchmarks.md)."""
_CODE = 1
"""Of how files are read; raised, it loads the same file anew."""


@dataclass(frozen=True)
class Difference:
    """What a newer file changed among the address points."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class Loaded:
    """What a load did. ``difference`` is none for the first load of a region."""

    region: Region
    fresh: bool
    """Whether anything was done: the same file again does nothing."""
    difference: Difference | None
    redrawn: int
    """Pieces of the map that were drawn; those taken over from the version before are not among them."""
    seconds: float


class _Clock:
    """Tells progress on, and notes how long each phase takes."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._spent: dict[str, float] = {}
        self._phase, self._since = "", time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        phase = what.partition(":")[0]
        if phase != self._phase:
            self._turn(phase)
        if self._progress is not None:
            self._progress(what, done, total)

    def _turn(self, phase: str) -> None:
        now = time.monotonic()
        self._spent[self._phase] = self._spent.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now

    def phases(self) -> dict[str, float]:
        """Seconds by phase, in the order in which they began."""
        self._turn("")
        return {phase: round(seconds, 1) for phase, seconds in self._spent.items() if phase and seconds >= 0.05}


def load_region(
    settings: Settings, file: Path, name: str | None = None, *, again: bool = False, progress: Progress | None = None
) -> Loaded:
    """Load a file as the region of that name (the file's own, where none is given).

    Raises NotFound where there is no such file, Invalid where it is none of the kinds that are read, Conflict while
    another load is under way, and Unavailable where the disk is full. Whatever is raised, what was loaded stays.
    """
    told = _Clock(progress)
    started = time.monotonic()
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    chosen = regions.region_name(name or file.name)
    with _disk_explained(settings), regions.regions_locked(settings.regions_dir):
        _refuse_without_room(settings, file)
        told("comparing with what is loaded", 0, 0)
        digest = _digest(file)
        before = regions.find_region(settings.regions_dir, chosen)
        if before is not None and not again and before.facts.get("sha256") == digest and before.facts["code"] == _CODE:
            return Loaded(before, False, None, 0, time.monotonic() - started)
        made = Path(tempfile.mkdtemp(dir=settings.regions_dir, prefix=".loading-"))
        try:
            facts, difference, redrawn = _make(file, chosen, made, before, told)
            facts |= {
                "version": f"{digest[:12]}-{_CODE}-{regions.FORMAT}",
                "sha256": digest,
                "code": _CODE,
                "file": file.name,
                "bytes": file.stat().st_size,
                "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            told("joining the maps", 0, 0)
            others = [one for one in regions.current_regions(settings.regions_dir) if one.name != chosen]
            whole = sorted([*others, Region(chosen, made / "region", facts)], key=lambda one: one.name)
            join_maps(whole, settings.maps_dir)
            seconds = round(time.monotonic() - started, 1)
            facts |= {"seconds": seconds, "phases": told.phases()}
            region = regions.install(settings.regions_dir, chosen, made / "region", facts)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return Loaded(region, True, difference, redrawn, time.monotonic() - started)


def _refuse_without_room(settings: Settings, file: Path) -> None:
    """A mapped file that grows on a full disk would end the process without a word."""
    needed = _ROOM * file.stat().st_size if file.name.lower().endswith(".pbf") else 0
    free = shutil.disk_usage(settings.regions_dir).free
    if needed > free:
        raise Unavailable(
            f"Loading {file.name} needs {needed / 1e9:,.1f} GB below {settings.home}, where {free / 1e9:,.1f} GB are "
            "free; nothing was changed. Make room and load it again."
        )


@contextmanager
def _disk_explained(settings: Settings) -> Iterator[None]:
    """A full disk in one sentence, whoever noticed it."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise Unavailable(
            f"There is no room for the region below {settings.home}; nothing was changed. Make room and load it again."
        ) from None
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise Unavailable(
            f"The region's map could not be drawn ({error}); nothing was changed. Is there room below {settings.home}?"
        ) from None


def remove_region(settings: Settings, name: str) -> None:
    """Remove a region: its points, its streets, and its part of the map. Raises NotFound."""
    with regions.regions_locked(settings.regions_dir):
        regions.remove(settings.regions_dir, name)
        join_maps(regions.current_regions(settings.regions_dir), settings.maps_dir)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _make(
    file: Path, name: str, made: Path, before: Region | None, told: Progress
) -> tuple[dict[str, Any], Difference | None, int]:
    """Everything of the new version below ``made / "region"``."""
    work, target = made / "work", made / "region"
    target.mkdir()
    facts: dict[str, Any]
    redrawn = 0
    if file.name.lower().endswith(_EXTRACTS):
        extract = read_extract(file, work, told)
        gathered = extract.addresses
        facts, redrawn = _streets_and_map(extract, name, target, before, told)
    else:
        gathered = Gathered(work)
        facts = {"kind": lists.read_list(file, gathered, told)}
    told("sorting addresses", 0, 0)
    columns = build_columns(gathered)
    if not len(columns) and not len(columns.range_key) and not facts.get("stretches"):
        raise Invalid(f"{file.name} holds no address and no street; nothing was loaded.")
    write_columns(columns, target / "points")
    difference = _difference(columns, before)
    facts |= {"points": len(columns), "ranges": len(columns.range_key), "left_out": gathered.left_out}
    if difference is not None:
        facts["difference"] = vars(difference)
    return facts, difference, redrawn


def _streets_and_map(
    extract: Extract, name: str, target: Path, before: Region | None, told: Progress
) -> tuple[dict[str, Any], int]:
    told("joining streets", 0, 0)
    facts: dict[str, Any] = {
        "kind": "OpenStreetMap",
        "timestamp": extract.timestamp,
        "bounds": extract.bounds,
        "read": extract.counts,
        "stretches": 0,
    }
    if len(extract.ways.ways):
        streets = graph.build_streets(extract.ways)
        write_streets(streets, target / "streets")
        facts |= {"stretches": len(streets.first), "street_km": round(float(streets.length.sum()) / 1000, 1)}
    if extract.bounds:
        earlier = before.folder / "layers" if before is not None else None
        drawn = basemap.draw_layers(extract.features, target / "layers", earlier, told)
        told("joining tiles", 0, 0)
        facts["tiles"] = basemap.join_layers(target / "layers", target / "map.pmtiles", name, extract.bounds)
        facts["pieces"] = vars(drawn)
        return facts, drawn.drawn
    return facts, 0


def _difference(columns: PointColumns, before: Region | None) -> Difference | None:
    """Address points by what they were made from: new, gone, or with another address or position."""
    if before is None or not before.has_points:
        return None
    earlier = open_columns(before.points_dir)
    new, old = _signed(columns), _signed(earlier)
    common, at_new, at_old = np.intersect1d(new[0], old[0], return_indices=True)
    return Difference(
        added=len(new[0]) - len(common),
        changed=int((new[1][at_new] != old[1][at_old]).sum()),
        removed=len(old[0]) - len(common),
    )


def _signed(columns: PointColumns) -> tuple[np.ndarray, np.ndarray]:
    """Sources, each once, with a number made of address and position."""
    source, first = np.unique(np.asarray(columns.source), return_index=True)
    street = np.array([_mixed(name) for name in columns.streets.tolist()], dtype=np.uint64)
    number = np.array([_mixed(text) for text in columns.numbers.tolist()], dtype=np.uint64)
    signed = street[(columns.key[first] >> np.uint64(40)).astype(np.int64)]
    for part in (
        number[columns.number[first]],
        columns.postcode[first].astype(np.uint64),
        columns.lat[first].astype(np.int64).astype(np.uint64),
        columns.lon[first].astype(np.int64).astype(np.uint64),
    ):
        signed = (signed ^ part) * np.uint64(0x9E3779B97F4A7C15)
        signed ^= signed >> np.uint64(29)
    return source, signed


def _mixed(text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
