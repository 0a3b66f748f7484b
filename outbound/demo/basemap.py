"""The town's own basemap as PMTiles, so that every map is whole with no internet.

GDAL writes one archive a layer; their tiles are then joined, which in the vector tile format is plain
concatenation: a tile is a sequence of layers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
from shapely import to_wkb

from outbound.demo.town import Town
from outbound.geo.vector_tiles import join_archives
from outbound.storage.home import private_folder

MIN_ZOOM, MAX_ZOOM = 10, 16
ATTRIBUTION = "Fictional demo town"
FILE_NAME = "basemap.pmtiles"
MOST_BUILDINGS = 60_000
"""Towns with more buildings show none: the file and the time to write it stay bounded."""
DETAIL_DOORS = 150_000
"""Towns with more doors stop one zoom earlier; maps stretch the last level."""


@dataclass(frozen=True)
class _Layer:
    name: str
    geometry: np.ndarray
    fields: dict[str, np.ndarray]
    kind: str
    zooms: tuple[int, int]


def write_basemap(towns: Sequence[Town], maps_dir: Path) -> Path:
    """Write one basemap of all these towns to `maps_dir`/basemap.pmtiles and return its path.

    The first town names it and is what maps open at.
    The file appears whole or not at all: it is written beside its place and renamed into it.
    """
    private_folder(maps_dir)
    target = maps_dir / FILE_NAME
    with tempfile.TemporaryDirectory(dir=maps_dir, prefix=".basemap-") as folder:
        work = Path(folder)
        last = MAX_ZOOM if len(towns[0].doors) <= DETAIL_DOORS else MAX_ZOOM - 2
        layers = [layer for town in towns for layer in _layers(town, last)]
        parts = [_write_layer(layer, work / f"{i}.pmtiles") for i, layer in enumerate(layers)]
        whole = work / "whole.pmtiles"
        _join([part for part in parts if part], whole, towns[0], last)
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.replace(target)
    return target


def _layers(town: Town, last: int) -> list[_Layer]:
    """What the archive holds; one source a range of zooms, so that far zooms stay light."""
    main = town.line_class != "residential"
    names = town.street_names[town.line_street].astype(object)
    layers = [
        _Layer("blocks", town.blocks, {"kind": town.block_kind}, "Polygon", (MIN_ZOOM, last)),
        _Layer("parks", town.parks, {"name": town.park_names}, "Polygon", (MIN_ZOOM, last)),
        _Layer("water", town.water, {}, "Polygon", (MIN_ZOOM, last)),
        _Layer(
            "streets",
            town.lines[main],
            {"name": names[main], "class": town.line_class[main]},
            "LineString",
            (MIN_ZOOM, 11),
        ),
        _Layer("streets", town.lines, {"name": names, "class": town.line_class}, "LineString", (12, last)),
        _Layer(
            "places",
            town.places,
            {"name": town.place_names, "class": town.place_class},
            "Point",
            (MIN_ZOOM, last),
        ),
    ]
    if len(town.buildings) <= MOST_BUILDINGS:
        layers.append(_Layer("buildings", town.buildings, {}, "Polygon", (14, last)))
    return layers


def _write_layer(layer: _Layer, path: Path) -> Path | None:
    if not len(layer.geometry):
        return None
    columns = {k: np.asarray(v, dtype=object) for k, v in layer.fields.items()}
    kind = layer.kind
    if kind == "Polygon" and any(g.geom_type == "MultiPolygon" for g in layer.geometry):
        kind = "Unknown"
    pyogrio.raw.write(
        path,
        to_wkb(layer.geometry),
        list(columns.values()),
        list(columns),
        layer=layer.name,
        driver="PMTiles",
        geometry_type=kind,
        crs="EPSG:4326",
        MINZOOM=str(layer.zooms[0]),
        MAXZOOM=str(layer.zooms[1]),
        NAME=layer.name,
        MAX_SIZE="2000000",
        MAX_FEATURES="500000",
    )
    return path


def _join(parts: list[Path], target: Path, town: Town, last: int) -> None:
    facts = {
        "name": town.name,
        "attribution": ATTRIBUTION,
        "bounds": town.bounds,
        "layers": ("blocks", "parks", "water", "streets", "buildings", "places"),
    }
    join_archives(parts, target, facts, zooms=(MIN_ZOOM, last))
