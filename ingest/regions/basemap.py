"""The basemap of a region: GDAL draws each layer into an archive of tiles, and the archives are joined.

Drawing is what costs; so each layer's archive is kept beside the map, that of buildings and of small streets in pieces
of half a degree, and a newer extract takes over every piece in which nothing has changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyogrio

from ingest.regions.spool import FEATURES, FeatureSpool
from outbound.geo.vector_tiles import join_archives

ATTRIBUTION = "© OpenStreetMap contributors"
ZOOMS = (6, 14)
"""At 14 a tile's grid is finer than half a metre here; maps stretch it for what is nearer."""
_BATCH = 10_000
_FORMAT = 1
"""Of the drawing; another one draws every layer again."""


@dataclass(frozen=True)
class Drawing:
    """One archive: a layer in a range of zooms, of some classes (none: all)."""

    layer: str
    kind: str
    zooms: tuple[int, int]
    classes: tuple[str, ...] = ()
    in_pieces: bool = False


DRAWINGS = (
    Drawing("blocks", "Unknown", (10, 14)),
    Drawing("parks", "Unknown", (9, 14)),
    Drawing("water", "Unknown", (6, 14)),
    Drawing("waterways", "LineString", (9, 12), ("river",)),
    Drawing("waterways", "LineString", (13, 14)),
    Drawing("rails", "LineString", (11, 14)),
    Drawing("streets", "LineString", (6, 8), ("primary",)),
    Drawing("streets", "LineString", (9, 11), ("primary", "secondary")),
    Drawing("streets", "LineString", (12, 12), ("primary", "secondary", "residential")),
    Drawing("streets", "LineString", (13, 14), in_pieces=True),
    Drawing("buildings", "Unknown", (14, 14), in_pieces=True),
    Drawing("places", "Point", (8, 14)),
)


@dataclass(frozen=True)
class Drawn:
    """Pieces of the map: drawn now, and taken over from the version before."""

    drawn: int
    kept: int


def draw_layers(
    features: dict[str, FeatureSpool], folder: Path, before: Path | None, told: Callable[[str, int, int], None]
) -> Drawn:
    """Write an archive for each piece that shows anything to ``folder``.

    Archives of ``before`` (the same folder of the region's earlier version) whose features have not changed are taken
    over.
    """
    folder.mkdir(parents=True)
    drawn = kept = 0
    pyogrio.set_gdal_config_options({"GDAL_NUM_THREADS": "1"})  # handing features to others costs it a fifth more time
    for drawing in DRAWINGS:
        spool = features[drawing.layer]
        pieces = [[cell] for cell in spool.cells] if drawing.in_pieces else [spool.cells]
        for at, cells in enumerate(pieces):
            told(f"drawing {drawing.layer}: {at + 1:,} of {len(pieces):,} pieces", at, len(pieces))
            mark = _mark(drawing, spool, cells)
            if mark is None:
                continue
            target = folder / f"{mark}-{drawing.layer}.pmtiles"
            if before is not None and (before / target.name).is_file():
                os.link(before / target.name, target)
                kept += 1
            else:
                _draw(drawing, spool, cells, target)
                drawn += 1
    return Drawn(drawn, kept)


def join_layers(folder: Path, target: Path, name: str, bounds: list[float]) -> int:
    """One archive of all drawings; returns its tiles. Writes nothing where there are none."""
    parts = sorted(folder.glob("*.pmtiles"))
    if not parts:
        return 0
    layers = list(dict.fromkeys(drawing.layer for drawing in DRAWINGS))
    facts = {"name": name, "attribution": ATTRIBUTION, "bounds": bounds, "layers": layers}
    return join_archives(parts, target, facts, zooms=ZOOMS)


def _mark(drawing: Drawing, spool: FeatureSpool, cells: list[int]) -> str | None:
    """Names a piece by what is drawn and how; none where it shows nothing."""
    digest = hashlib.sha256(f"{_FORMAT} {drawing}".encode())
    rows = 0
    for batch in spool.batches(cells, _BATCH, drawing.classes):
        digest.update(batch.serialize())
        rows += batch.num_rows
    return digest.hexdigest()[:20] if rows else None


def _draw(drawing: Drawing, spool: FeatureSpool, cells: list[int], target: Path) -> None:
    """One archive of a piece, whose features are handed over as they are read."""
    pyogrio.raw.write_arrow(
        pa.RecordBatchReader.from_batches(FEATURES, spool.batches(cells, _BATCH, drawing.classes)),
        target,
        layer=drawing.layer,
        driver="PMTiles",
        geometry_name="geometry",
        geometry_type=drawing.kind,
        crs="EPSG:4326",
        MINZOOM=str(drawing.zooms[0]),
        MAXZOOM=str(drawing.zooms[1]),
        NAME=drawing.layer,
        MAX_SIZE="2000000",
        MAX_FEATURES="500000",
    )
