"""Loading a region: an extract tiled to any size, the time and memory of its load per million objects, and what the
loaded region then answers.

``OUTBOUND_BENCH_REGION_OBJECTS`` (10,000,000): objects of the tiled extract. ``OUTBOUND_BENCH_DATA``: the folder of
real data that it is tiled from.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import osmium
import psutil
from osmium.osm.mutable import Node, Relation, Way

from outbound.geo.points import How, PointIndex
from outbound.geo.regions import current_regions
from outbound.geo.streets import Mode, StreetGraph

DATA = Path(os.environ.get("OUTBOUND_BENCH_DATA", Path(__file__).parents[2] / "shared/data"))
SOURCE = DATA / "osm/queens_village_ny.osm.pbf"
OBJECTS = int(os.environ.get("OUTBOUND_BENCH_REGION_OBJECTS", "10000000"))
LOOKUPS = int(os.environ.get("OUTBOUND_BENCH_LOOKUPS", "100000"))
COLUMNS = 8
"""Copies beside each other; further ones stand in rows below."""
_STEP = 0.06
"""Degrees between copies: a little more than the town is wide."""
_ID_STEP = 10_000_000_000


def main() -> None:
    if not SOURCE.is_file():
        print(f"skipped: there is no extract {SOURCE}; set OUTBOUND_BENCH_DATA.")
        return
    with tempfile.TemporaryDirectory(prefix="outbound-region-") as folder:
        work = Path(folder)
        tiled = work / "tiled.osm.pbf"
        started = time.monotonic()
        objects = tile(SOURCE, tiled, OBJECTS)
        millions = objects / 1e6
        print(f"tiled: {objects:,} objects, {tiled.stat().st_size / 1e6:,.0f} MB, {time.monotonic() - started:.0f} s")
        home = work / "home"
        seconds, peak = _load(tiled, home)
        print(
            f"load: {seconds:,.1f} s ({seconds / millions:.1f} s per million objects), peak memory {peak:,.0f} MB "
            f"({peak / millions:.0f} MB per million)"
        )
        for phase, spent in current_regions(home / "regions")[0].facts["phases"].items():
            print(f"  {phase}: {spent:,.1f} s")
        again, _ = _load(tiled, home)
        print(f"the same file again: {again:.1f} s")
        size = sum(path.stat().st_size for path in (home / "regions").rglob("*") if path.is_file())
        print(f"on disk: {size / 1e6:,.0f} MB ({size / 1e6 / millions:.0f} MB per million objects)")
        _ask(home / "regions")


def tile(source: Path, target: Path, objects: int) -> int:
    """Write copies of an extract side by side until there are that many objects; returns how many there are.

    Copies keep their shape and their texts, but for ZIP codes: each has its own, as towns of a state have.
    """
    nodes, ways, relations = [], [], []
    for thing in osmium.FileProcessor(str(source)):
        tags = dict(thing.tags) if len(thing.tags) else {}
        if isinstance(thing, osmium.osm.Node):
            nodes.append((thing.id, thing.location.lon, thing.location.lat, tags))
        elif isinstance(thing, osmium.osm.Way):
            ways.append((thing.id, [node.ref for node in thing.nodes], tags))
        elif isinstance(thing, osmium.osm.Relation):
            relations.append((thing.id, [(one.type, one.ref, one.role) for one in thing.members], tags))
    inside = len(nodes) + len(ways) + len(relations)
    copies = range(max(1, -(-objects // inside)))
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:  # as extracts are sorted: nodes, ways, relations
        for copy in copies:
            ids, east, south = copy * _ID_STEP, copy % COLUMNS * _STEP, copy // COLUMNS * _STEP
            node = Node(version=1)
            for number, lon, lat, tags in nodes:
                node.id, node.location, node.tags = number + ids, (lon + east, lat - south), _own(tags, copy)
                writer.add_node(node)
        for copy in copies:
            ids = copy * _ID_STEP
            for number, refs, tags in ways:
                writer.add_way(Way(id=number + ids, nodes=[ref + ids for ref in refs], tags=_own(tags, copy)))
        for copy in copies:
            ids = copy * _ID_STEP
            for number, members, tags in relations:
                moved = [(kind, ref + ids, role) for kind, ref, role in members]
                writer.add_relation(Relation(id=number + ids, members=moved, tags=_own(tags, copy)))
    return inside * len(copies)


def _own(tags: dict[str, str], copy: int) -> dict[str, str]:
    """A copy's tags: its ZIP codes are its own."""
    if not copy or "addr:postcode" not in tags:
        return tags
    ending = tags["addr:postcode"][-2:]
    return {**tags, "addr:postcode": f"{10_000 + copy * 100 + int(ending):05d}" if ending.isdigit() else ""}


def _load(file: Path, home: Path) -> tuple[float, float]:
    """Seconds and peak memory (MB) of `outbound region load`, a process of its own."""
    started = time.monotonic()
    command = [str(Path(sys.executable).with_name("outbound")), "region", "load", str(file), "--name", "tiled"]
    child = psutil.Popen(command, env={**os.environ, "OUTBOUND_HOME": str(home)}, stdout=subprocess.PIPE, text=True)
    output, _ = child.communicate()
    if child.returncode:
        raise SystemExit("error: the region was not loaded.")
    print("  " + output.strip().splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return time.monotonic() - started, peak


def _ask(regions_dir: Path) -> None:
    started = time.monotonic()
    index = PointIndex.open(regions_dir)
    print(f"index opened in {(time.monotonic() - started) * 1000:.0f} ms: {len(index):,} points")
    chance = np.random.default_rng(7)
    asked = index.sample(LOOKUPS)
    started = time.monotonic()
    located = index.locate(asked)
    seconds = time.monotonic() - started
    exact = int((located.how == How.EXACT).sum())
    print(f"{len(asked):,} known addresses: {seconds:.2f} s ({len(asked) / seconds:,.0f} a second), {exact:,} exact")
    fewer = index.without(0.1)
    started = time.monotonic()
    guessed = fewer.locate(asked)
    seconds = time.monotonic() - started
    print(f"the same with a tenth of the doors taken out: {seconds:.2f} s, {int(guessed.found.sum()):,} found")
    graph = StreetGraph.open(current_regions(regions_dir)[0].streets_dir)
    some = chance.choice(np.flatnonzero(located.found), 1)[0]
    near = np.flatnonzero(np.hypot(located.lat - located.lat[some], located.lon - located.lon[some]) < 0.02)[:200]
    for mode in Mode:
        started = time.monotonic()
        graph.matrix(located.lat[near], located.lon[near], mode=mode)
        print(f"matrix {len(near)} × {len(near)}, {mode}: {time.monotonic() - started:.2f} s")


if __name__ == "__main__":
    main()
