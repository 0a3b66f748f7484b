from __future__ import annotations

from gzip import decompress
from pathlib import Path

import pytest
from pmtiles.tile import deserialize_header

from outbound.demo.basemap import write_basemap
from outbound.demo.town import Town, build_town
from outbound.geo.maps import Basemap


@pytest.fixture(scope="module")
def town() -> Town:
    return build_town(300, seed=3)


def layers_of(tile: bytes) -> list[str]:
    """Layer names of a vector tile, read by hand: field 3 of the tile, field 1 of each layer."""
    names, at = [], 0
    while at < len(tile):
        assert tile[at] == 0x1A
        length, at = varint(tile, at + 1)
        layer = tile[at : at + length]
        at += length
        inner = layer.index(0x0A)
        size, start = varint(layer, inner + 1)
        names.append(layer[start : start + size].decode())
    return names


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def test_the_basemap_holds_every_layer_once_a_tile_and_says_it_is_fiction(town: Town, tmp_path: Path):
    path = write_basemap([town], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["basemap.pmtiles"]
    archive = Basemap(tmp_path).archive()
    assert archive is not None
    assert archive.zooms == (10, 16)
    assert archive.metadata["attribution"] == "Fictional demo town"
    assert deserialize_header(path.read_bytes()[:127])["clustered"]
    seen: set[str] = set()
    lon, lat = town.doors.lon[0], town.doors.lat[0]
    for zoom in range(10, 17):
        x, y = tile_at(lon, lat, zoom)
        data = archive.tile(zoom, x, y)
        assert data is not None
        names = layers_of(decompress(data))
        assert len(names) == len(set(names))
        seen |= set(names)
    assert {"streets", "buildings", "blocks"} <= seen


def test_a_new_basemap_takes_the_place_of_the_old_one_at_once(town: Town, tmp_path: Path):
    basemap = Basemap(tmp_path)
    assert basemap.archive() is None
    write_basemap([town], tmp_path)
    first = basemap.archive()
    write_basemap([build_town(300, seed=4)], tmp_path)
    second = basemap.archive()
    assert first is not None
    assert second is not None
    assert first.tag != second.tag
    assert first.metadata["name"] != second.metadata["name"]


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    import math

    n = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return int((lon + 180) / 360 * n), int(y)
