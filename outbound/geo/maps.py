"""The basemap: one PMTiles archive on disk, read by tile, and the style it is drawn in.

The archive is memory-mapped and shared by all requests. When another one is renamed into its place, the next
request reads that one.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from gzip import decompress
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from outbound.errors import Unavailable

FILE_NAME = "basemap.pmtiles"
_HEADER_LENGTH = 127
_DEEPEST_DIRECTORY = 4
_MOST_DIRECTORIES = 64
_DAMAGE = (MagicNumberNotFound, SpecVersionUnsupported, ValueError, OSError, EOFError, KeyError, IndexError)
"""What reading a file that is no PMTiles archive, or is cut short, may raise."""


@dataclass
class Archive:
    """One opened PMTiles file. `tag` names its content for caches."""

    path: Path
    stamp: tuple[int, int, int]
    data: mmap.mmap
    _directories: dict[int, list[Entry]] = field(default_factory=dict)

    @cached_property
    def header(self) -> dict[str, Any]:
        return dict(deserialize_header(self.data[:_HEADER_LENGTH]))

    @cached_property
    def tag(self) -> str:
        return hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:16]

    @cached_property
    def metadata(self) -> dict[str, Any]:
        start = self.header["metadata_offset"]
        raw = self.data[start : start + self.header["metadata_length"]]
        return json.loads(decompress(raw) if self.header["internal_compression"] == Compression.GZIP else raw)

    @property
    def is_gzipped(self) -> bool:
        return self.header["tile_compression"] == Compression.GZIP

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, degrees."""
        h = self.header
        west, south = h["min_lon_e7"] / 1e7, h["min_lat_e7"] / 1e7
        return west, south, h["max_lon_e7"] / 1e7, h["max_lat_e7"] / 1e7

    @property
    def center(self) -> tuple[float, float]:
        """Where a map opens: longitude and latitude, degrees. The middle, where the archive does not say."""
        west, south, east, north = self.bounds
        lon, lat = self.header["center_lon_e7"] / 1e7, self.header["center_lat_e7"] / 1e7
        inside = west <= lon <= east and south <= lat <= north
        return (lon, lat) if inside else ((west + east) / 2, (south + north) / 2)

    @property
    def zooms(self) -> tuple[int, int]:
        return self.header["min_zoom"], self.header["max_zoom"]

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The stored bytes of one tile (compressed as the archive says), or None where it is empty."""
        if not self.zooms[0] <= z <= self.zooms[1] or not (0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        wanted = zxy_to_tileid(z, x, y)
        offset, length = self.header["root_offset"], self.header["root_length"]
        for _ in range(_DEEPEST_DIRECTORY):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length:
                start = self.header["tile_data_offset"] + entry.offset
                return self.data[start : start + entry.length]
            offset, length = self.header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _directory(self, offset: int, length: int) -> list[Entry]:
        found = self._directories.get(offset)
        if found is None:
            found = deserialize_directory(self.data[offset : offset + length])
            if len(self._directories) >= _MOST_DIRECTORIES:
                self._directories.clear()
            self._directories[offset] = found
        return found


class Basemap:
    """The archive in a folder, if there is one, always the newest."""

    def __init__(self, maps_dir: Path) -> None:
        self._path = maps_dir / FILE_NAME
        self._lock = threading.Lock()
        self._archive: Archive | None = None

    def archive(self) -> Archive | None:
        """The archive as it is now; None where none was written. Raises Unavailable when it is damaged."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        with self._lock:
            if self._archive is None or self._archive.stamp != stamp:
                self._archive = self._open(stamp)
            return self._archive

    def _open(self, stamp: tuple[int, int, int]) -> Archive:
        with self._damage_explained(), self._path.open("rb") as file:
            archive = Archive(self._path, stamp, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            # Read once now, so that a damaged file is said to be so here and not at some tile.
            archive.metadata  # noqa: B018
        return archive

    @contextmanager
    def _damage_explained(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise Unavailable(
                f"The basemap {self._path} is not a readable PMTiles archive; remove it and load the map again.",
                outside="The basemap is not a readable PMTiles archive; load the map again.",
            ) from error
