from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, all_tiles

from outbound.geo.maps import FILE_NAME, Basemap
from outbound.geo.vector_tiles import join_archives, join_tiles

FACTS = {"name": "Both", "attribution": "© somebody", "bounds": [0, 0, 1, 1], "layers": ["streets"]}


def archive(path: Path, layer: str, names: list[str], lat: float) -> Path:
    """An archive of short streets beside each other, drawn by GDAL."""
    lines = [shapely.LineString([(0.5, lat + at / 1e4), (0.502, lat + at / 1e4)]) for at in range(len(names))]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(lines)), [np.array(names, dtype=object)], ["name"], layer=layer, driver="PMTiles",
        geometry_type="LineString", crs="EPSG:4326", MINZOOM="10", MAXZOOM="12", NAME=layer,
    )  # fmt: skip
    return path


def shown(path: Path, z: int, layer: str) -> list[str]:
    """The names that GDAL reads from the tiles of one zoom."""
    found = []
    with path.open("rb") as file:
        tiles = [data for (zoom, _, _), data in all_tiles(MmapSource(file)) if zoom == z]
    for data in tiles:
        tile = path.with_suffix(".mvt")
        tile.write_bytes(gzip.decompress(data))
        if layer in [name for name, _ in pyogrio.list_layers(tile)]:
            found += pyogrio.raw.read(tile, layer=layer)[3][-1].tolist()
    return sorted(found)


def test_archives_that_share_tiles_show_all_that_each_showed(tmp_path: Path):
    one = archive(tmp_path / "one.pmtiles", "streets", ["Elm", "Oak"], 0.5)
    two = archive(tmp_path / "two.pmtiles", "streets", ["Oak", "Ash"], 0.501)
    three = archive(tmp_path / "three.pmtiles", "parks", ["Green"], 0.5)
    whole = tmp_path / FILE_NAME
    join_archives([one, two, three], whole, FACTS, zooms=(10, 12))
    for z in (10, 12):
        assert shown(whole, z, "streets") == ["Ash", "Elm", "Oak", "Oak"]
        assert shown(whole, z, "parks") == ["Green"]
    served = Basemap(tmp_path).archive()
    assert served is not None
    assert served.metadata["attribution"] == "© somebody"
    assert served.zooms == (10, 12)


def test_an_archive_alone_is_taken_as_it_is(tmp_path: Path):
    one = archive(tmp_path / "one.pmtiles", "streets", ["Elm"], 0.5)
    join_archives([one], tmp_path / "whole.pmtiles", FACTS, zooms=(10, 12))
    with one.open("rb") as source, (tmp_path / "whole.pmtiles").open("rb") as whole:
        assert list(all_tiles(MmapSource(source))) == list(all_tiles(MmapSource(whole)))


@given(st.binary(max_size=200))
def test_what_is_no_tile_is_joined_or_refused_and_nothing_else(noise: bytes):
    with suppress(ValueError):
        join_tiles([noise, noise])


def test_a_tile_that_is_cut_short_is_refused():
    with pytest.raises(ValueError, match="cut short"):
        join_tiles([b"\x1a\x7fab", b"\x1a\x7fab"])
