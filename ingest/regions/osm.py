"""One pass over an OpenStreetMap extract: addresses, streets and what the map draws, each to its own spool.

pyosmium hands over the objects with the positions of their nodes; of untagged nodes nothing reaches Python.
Memory: the texts, the rings of areas that several ways make, and small buffers; positions of nodes lie in a file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import psutil
import shapely
from osmium.osm import NODE, RELATION

from ingest.regions import tags as meaning
from ingest.regions.addresses import BUILDING, ENTRANCE, Gathered
from ingest.regions.spool import DISK_FULL, FeatureSpool, Interned, Spool
from ingest.regions.stretches import SIDES, Stretch, add_stretches
from ingest.regions.wkb import line_positions, polygon
from outbound.errors import Invalid
from outbound.geo.planar import SCALE

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, of how much (0: not known)."""

LAYERS = ("blocks", "parks", "water", "waterways", "rails", "streets", "buildings", "places")
_BATCH = 20_000
_MOST_NODES = 20_000
"""Of one way; OpenStreetMap's own limit is 2,000."""
_TELL_EVERY = 0.5
_WAY = np.dtype([("id", "i8"), ("start", "i8"), ("count", "i4"), ("flags", "u1"), ("speed", "u1"), ("name", "i4")])


@dataclass
class Ways:
    """The street ways: their nodes one after the other."""

    ways: Spool
    refs: Spool
    lat: Spool
    lon: Spool
    names: Interned = field(default_factory=Interned)

    @classmethod
    def below(cls, work: Path) -> Ways:
        return cls(
            Spool(work / "ways.rows", _WAY),
            Spool(work / "ways.refs", "i8"),
            Spool(work / "ways.lat", "i4"),
            Spool(work / "ways.lon", "i4"),
        )


@dataclass
class Extract:
    """All that one pass gathered."""

    addresses: Gathered
    ways: Ways
    features: dict[str, FeatureSpool]
    counts: dict[str, int]
    timestamp: str
    bounds: list[float]
    """West, south, east, north of what has an address, a street or a shape; degrees."""


def read_extract(file: Path, work: Path, progress: Progress) -> Extract:
    """Read a whole extract. Raises Invalid where it is no OpenStreetMap file, or is cut short or damaged, and OSError
    where the disk is full."""
    work.mkdir(parents=True, exist_ok=True)
    reader = _Reader(file, work, progress)
    try:
        return reader.read()
    except (RuntimeError, ValueError) as error:
        for code in DISK_FULL:  # osmium's errors have no number
            if os.strerror(code) in str(error):
                raise OSError(code, os.strerror(code)) from None
        raise Invalid(f"{file.name} cannot be read as an OpenStreetMap extract ({error}); download it again.") from None


class _Reader:
    def __init__(self, file: Path, work: Path, progress: Progress) -> None:
        self._file, self._work, self._progress = file, work, progress
        self._told = time.monotonic()
        self._read = 0
        self._size = file.stat().st_size
        self._wkb = osmium.geom.WKBFactory()
        self._relations: dict[int, dict[str, str]] = {}
        self._of_way: dict[int, list[int]] = {}
        self._rings: dict[int, list[bytes]] = {}
        self._houses: list[tuple[int, bytes, dict[str, str]]] = []
        self._stretches: list[Stretch] = []
        self._box = [180.0, 90.0, -180.0, -90.0]
        self._counts = {"nodes": 0, "ways": 0, "relations": 0, "streets": 0, "buildings": 0, "cut": 0}
        self.out = Extract(
            Gathered(work / "addresses"),
            Ways.below(work),
            {layer: FeatureSpool(work / layer) for layer in LAYERS},
            self._counts,
            "",
            [],
        )

    def read(self) -> Extract:
        self._read_relations()
        nodes = self._work / "nodes"
        processor = osmium.FileProcessor(str(self._file))
        processor.with_locations(f"sparse_file_array,{nodes}")  # as fast as in memory
        keys = osmium.filter.KeyFilter("addr:housenumber", "place")
        keys.enable_for(NODE)
        for thing in processor.with_filter(keys):
            self._tell()
            if isinstance(thing, osmium.osm.Node):
                self._node(thing)
            elif isinstance(thing, osmium.osm.Way):
                self._way(thing)
        nodes.unlink()  # it is several times as large as the extract
        self._flush_houses()
        self._multipolygons()
        add_stretches(self.out.addresses, self._stretches)
        for spool in self.out.features.values():
            spool.finish()
        header = processor.header
        self.out.timestamp = header.get("osmosis_replication_timestamp", "") or header.get("timestamp", "")
        self.out.bounds = self._box if self._box[0] <= self._box[2] else []
        return self.out

    def _read_relations(self) -> None:
        """Multipolygons that matter, and the ways they are made of; they stand behind their ways in a file."""
        self._progress("reading relations", 0, 0)
        for relation in osmium.FileProcessor(str(self._file), RELATION):
            if not isinstance(relation, osmium.osm.Relation):
                continue
            self._counts["relations"] += 1
            tags = dict(relation.tags)
            if tags.get("type") != "multipolygon" or not ("addr:housenumber" in tags or meaning.drawn_area(tags)):
                continue
            self._relations[relation.id] = tags
            for member in relation.members:
                if member.type == "w":
                    self._of_way.setdefault(member.ref, []).append(relation.id)

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_EVERY:
            return
        self._told = now
        at = max((found.position for found in _open_files() if found.path == str(self._file.resolve())), default=0)
        self._read = max(self._read, min(at, self._size))  # a file that has been read to its end is closed
        doors, ways = len(self.out.addresses.points), self._counts["ways"]
        self._progress(f"reading: {doors:,} addresses, {ways:,} ways", self._read, self._size)

    def _node(self, node: Any) -> None:
        self._counts["nodes"] += 1
        tags = dict(node.tags)
        location = node.location
        if not location.valid():
            return
        if "addr:housenumber" in tags:
            self._address(node.id << 2, location.y, location.x, tags, ENTRANCE)
        kind = meaning.place_class(tags)
        if kind:
            point = shapely.to_wkb(shapely.Point(location.lon, location.lat))
            self.out.features["places"].add(point, tags["name"][:80], kind)

    def _way(self, way: Any) -> None:
        self._counts["ways"] += 1
        tags = dict(way.tags)
        rings = self._of_way.get(way.id)
        if not tags and rings is None:
            return
        street = meaning.street(tags) if "highway" in tags else None
        line = meaning.drawn_line(tags)
        closed = way.is_closed() and len(way.nodes) >= 4
        area = meaning.drawn_area(tags) if closed else None
        addressed = "addr:housenumber" in tags
        if not (street or line or area or addressed or rings or "addr:interpolation" in tags):
            return
        wkb = self._line(way)
        if wkb is None:
            self._counts["cut"] += 1
            if street:
                self._cut_street(way, street, tags)
            return
        name = tags.get("name", "")[:80] or None
        if line and not area:
            self.out.features[line.layer].add(wkb, name, line.kind)
        if area:
            self.out.features[area.layer].add(polygon(wkb), name if area.layer != "buildings" else None, area.kind)
            self._counts["buildings"] += area.layer == "buildings"
        if street:
            self._street(way.id, [node.ref for node in way.nodes], line_positions(wkb), street, tags)
        if addressed:
            self._houses.append((way.id << 2 | 1, polygon(wkb) if closed else wkb, tags))
            if len(self._houses) >= _BATCH:
                self._flush_houses()
        if tags.get("addr:interpolation") in SIDES:
            stored = np.rint(line_positions(wkb) * SCALE).astype(np.int32)
            self._stretches.append(Stretch([node.ref for node in way.nodes], stored, tags))
        for relation in rings or ():
            self._rings.setdefault(relation, []).append(wkb)

    def _line(self, way: Any) -> bytes | None:
        """The way as WKB; None where a node's position is not in the extract, or it has none or too many."""
        if not 2 <= len(way.nodes) <= _MOST_NODES:
            return None
        try:
            return bytes.fromhex(self._wkb.create_linestring(way, osmium.geom.use_nodes.ALL))
        except (osmium.InvalidLocationError, RuntimeError):
            return None

    def _cut_street(self, way: Any, street: meaning.Street, tags: dict[str, str]) -> None:
        """A street that leaves the extract: the longest piece of it whose nodes are known."""
        pieces: list[list[Any]] = [[]]
        for node in islice(way.nodes, _MOST_NODES):
            if node.location.valid():
                pieces[-1].append((node.ref, node.location.lon, node.location.lat))
            elif pieces[-1]:
                pieces.append([])
        longest = max(pieces, key=len)
        if len(longest) >= 2:
            positions = np.array([(lon, lat) for _, lon, lat in longest])
            self._street(way.id, [ref for ref, _, _ in longest], positions, street, tags)

    def _street(
        self, way: int, refs: list[int], positions: np.ndarray, street: meaning.Street, tags: dict[str, str]
    ) -> None:
        self._counts["streets"] += 1
        spools = self.out.ways
        name = spools.names(tags.get("name", "")[:80])
        spools.ways.add((way, len(spools.refs), len(positions), street.flags, street.speed, name))
        spools.refs.extend(refs)
        stored = np.rint(positions * SCALE).astype(np.int32)
        spools.lon.extend(stored[:, 0].tolist())
        spools.lat.extend(stored[:, 1].tolist())
        low, high = positions.min(axis=0).tolist(), positions.max(axis=0).tolist()
        west, south, east, north = self._box
        self._box = [min(west, low[0]), min(south, low[1]), max(east, high[0]), max(north, high[1])]

    def _address(self, source: int, lat: int, lon: int, tags: dict[str, str], radius: int) -> None:
        self.out.addresses.add(
            source,
            lat,
            lon,
            tags["addr:housenumber"],
            tags.get("addr:street") or tags.get("addr:place", ""),
            unit=tags.get("addr:unit", ""),
            city=tags.get("addr:city", ""),
            state=tags.get("addr:state", ""),
            postcode=tags.get("addr:postcode", ""),
            radius=radius,
        )

    def _flush_houses(self) -> None:
        """Addresses of buildings, at the middle of their outlines."""
        if not self._houses:
            return
        middles = shapely.centroid(shapely.from_wkb([wkb for _, wkb, _ in self._houses], on_invalid="ignore"))
        x = np.rint(shapely.get_x(middles) * SCALE)
        y = np.rint(shapely.get_y(middles) * SCALE)
        for (source, _, tags), lon, lat in zip(self._houses, x.tolist(), y.tolist(), strict=True):
            if lon == lon and lat == lat:
                self._address(source, int(lat), int(lon), tags, BUILDING)
        self._houses.clear()

    def _multipolygons(self) -> None:
        """Areas of several rings: put together from their lines, holes as the nesting of the rings tells."""
        for relation, lines in self._rings.items():
            tags = self._relations[relation]
            area = shapely.build_area(shapely.MultiLineString(shapely.from_wkb(lines).tolist()))
            if area.is_empty:
                self._counts["cut"] += 1
                continue
            drawn = meaning.drawn_area(tags)
            if drawn:
                name = tags.get("name", "")[:80] or None
                self.out.features[drawn.layer].add(shapely.to_wkb(area), name, drawn.kind)
            if "addr:housenumber" in tags:
                self._houses.append((relation << 2 | 2, shapely.to_wkb(area), tags))
        self._flush_houses()


def _open_files() -> Iterator[Any]:
    """Files this process has open, with how far they have been read (Linux)."""
    try:
        yield from (found for found in psutil.Process().open_files() if hasattr(found, "position"))
    except (psutil.Error, OSError):
        return
