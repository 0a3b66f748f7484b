"""Loaded regions as folders: ``OUTBOUND_HOME/regions/<name>/<version>/`` behind a ``current`` link.

A version is written beside the others and appears by one rename of the link, so a reader has the old one or the new
one and never half of either. What a reader has open stays readable after it is removed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outbound.errors import Conflict, Invalid, NotFound, Unavailable
from outbound.storage.home import private_folder

MANIFEST = "region.json"
FORMAT = 1
"""Of everything in a region's folder; another one is loaded again."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class Region:
    """One loaded region, as its manifest tells."""

    name: str
    folder: Path
    facts: dict[str, Any]

    @property
    def version(self) -> str:
        """Names the content: another extract, or another way to read it, has another one."""
        return str(self.facts["version"])

    @property
    def points_dir(self) -> Path:
        return self.folder / "points"

    @property
    def streets_dir(self) -> Path:
        return self.folder / "streets"

    @property
    def map_path(self) -> Path:
        return self.folder / "map.pmtiles"

    @property
    def has_points(self) -> bool:
        return self.points_dir.is_dir()

    @property
    def has_streets(self) -> bool:
        return self.streets_dir.is_dir()


def region_name(text: str) -> str:
    """``Queens Village.osm.pbf`` → ``queens-village``. Raises Invalid where nothing of a name is left."""
    stem = re.sub(r"\.(osm|pbf|csv|geojson|json|gz|bz2|xml)(?=\.|$)", "", Path(text).name.lower())
    name = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:63].strip("-")
    if not _NAME.fullmatch(name):
        raise Invalid(f"“{text}” makes no name for a region; give one with --name, of letters and digits.")
    return name


def current_regions(regions_dir: Path) -> list[Region]:
    """Every region that is loaded now, by name. Raises Unavailable where a manifest is damaged."""
    if not regions_dir.is_dir():
        return []
    found = []
    for path in sorted(regions_dir.iterdir()):
        if _NAME.fullmatch(path.name) and (path / "current").exists():
            found.append(_read(path.name, (path / "current").resolve()))
    return [region for region in found if region.facts.get("format") == FORMAT]


def find_region(regions_dir: Path, name: str) -> Region | None:
    """The region of that name, or None."""
    return next((region for region in current_regions(regions_dir) if region.name == name), None)


def _read(name: str, folder: Path) -> Region:
    try:
        facts = json.loads((folder / MANIFEST).read_text("utf-8"))
        if not isinstance(facts, dict) or "version" not in facts:
            raise ValueError(MANIFEST)
    except (OSError, ValueError) as error:
        raise Unavailable(f"The region {name} in {folder} is damaged; remove it and load it again.") from error
    return Region(name, folder, facts)


@contextmanager
def regions_locked(regions_dir: Path) -> Iterator[None]:
    """One load or removal at a time. Raises Conflict while another is under way."""
    private_folder(regions_dir)
    with (regions_dir / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another region is being loaded or removed; wait until it is done.") from None
        _sweep(regions_dir)
        yield


def _sweep(regions_dir: Path) -> None:
    """Remove what loads that were ended half way left behind."""
    for path in regions_dir.iterdir():
        if path.name.startswith(".loading-"):
            shutil.rmtree(path, ignore_errors=True)


def install(regions_dir: Path, name: str, made: Path, facts: dict[str, Any]) -> Region:
    """Put a finished folder into its place as the region's current version; the earlier ones go."""
    (made / MANIFEST).write_text(json.dumps({**facts, "format": FORMAT}, indent=1, sort_keys=True), "utf-8")
    for path in made.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    home = regions_dir / name
    private_folder(home)
    target = home / str(facts["version"])
    if target.exists():  # loaded again with --again: readers keep what they have open
        target.rename(home / f".old-{os.getpid()}")
    made.rename(target)
    link = home / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(home / "current")
    for other in home.iterdir():
        if other.name not in (target.name, "current"):
            shutil.rmtree(other, ignore_errors=True)
    return _read(name, target)


def remove(regions_dir: Path, name: str) -> None:
    """Remove a region with all it holds. Raises NotFound."""
    if not _NAME.fullmatch(name) or not (regions_dir / name).is_dir():
        known = ", ".join(region.name for region in current_regions(regions_dir)) or "none"
        raise NotFound(f"There is no region called {name}; loaded: {known}.")
    shutil.rmtree(regions_dir / name)
