"""Joining vector tiles without drawing them again, and archives of them without holding them in memory.

A tile is a protocol buffer of layers (Mapbox Vector Tile 2.1). Layers of different names are joined by writing one
tile behind the other; of one name by appending the features of the second, whose keys and values then count from
where the first's end.
"""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, deserialize_header, zxy_to_tileid
from pmtiles.writer import Writer

_LAYERS = 3
_NAME, _FEATURES, _KEYS, _VALUES, _EXTENT = 1, 2, 3, 4, 5
_TAGS = 2
_HEADER = 127


def join_tiles(parts: Sequence[bytes]) -> bytes:
    """One tile that shows all of these (unpacked). Raises ValueError where one is no vector tile."""
    names = [name for part in parts for name in _names(part)]
    if len(set(names)) == len(names):
        return b"".join(parts)
    layers: dict[tuple[bytes, int], _Layer] = {}
    for part in parts:
        for number, value in _fields(part):
            if number == _LAYERS and isinstance(value, bytes):
                layer = _Layer.read(value)
                known = layers.get((layer.name, layer.extent))
                if known is None:
                    layers[layer.name, layer.extent] = layer
                else:
                    known.take(layer)
    return b"".join(_message(_LAYERS, layer.written()) for layer in layers.values())


def _names(tile: bytes) -> Iterator[bytes]:
    """The names of a tile's layers."""
    for number, value in _fields(tile):
        if number == _LAYERS and isinstance(value, bytes):
            yield next((name for inner, name in _fields(value) if inner == _NAME and isinstance(name, bytes)), b"")


class _Layer:
    def __init__(self, name: bytes, extent: int) -> None:
        self.name, self.extent = name, extent
        self.features: list[bytes] = []
        self.keys: list[bytes] = []
        self.values: list[bytes] = []

    @classmethod
    def read(cls, message: bytes) -> _Layer:
        layer = cls(b"", 4096)
        kinds = {_FEATURES: layer.features, _KEYS: layer.keys, _VALUES: layer.values}
        for number, value in _fields(message):
            if number == _NAME and isinstance(value, bytes):
                layer.name = value
            elif number == _EXTENT and isinstance(value, int):
                layer.extent = value
            elif number in kinds and isinstance(value, bytes):
                kinds[number].append(value)
        return layer

    def take(self, other: _Layer) -> None:
        """Append another's features."""
        keys, values = len(self.keys), len(self.values)
        self.features += [_renumbered(feature, keys, values) for feature in other.features]
        self.keys += other.keys
        self.values += other.values

    def written(self) -> bytes:
        return b"".join(
            [
                b"\x78\x02",  # version 2
                _message(_NAME, self.name),
                *(_message(_FEATURES, feature) for feature in self.features),
                *(_message(_KEYS, key) for key in self.keys),
                *(_message(_VALUES, value) for value in self.values),
                _varint(_EXTENT << 3) + _varint(self.extent),
            ]
        )


def _renumbered(feature: bytes, keys: int, values: int) -> bytes:
    """A feature whose tags (pairs of key and value) count from elsewhere."""
    out = []
    for number, value in _fields(feature):
        if number == _TAGS and isinstance(value, bytes):
            numbers = list(_varints(value))
            moved = (tag + (values if at % 2 else keys) for at, tag in enumerate(numbers))
            value = b"".join(_varint(tag) for tag in moved)
        out.append(_message(number, value) if isinstance(value, bytes) else _varint(number << 3) + _varint(value))
    return b"".join(out)


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == 2:
            length, at = _read_varint(message, at)
            if at + length > len(message):
                raise ValueError("a vector tile is cut short")
            yield number, message[at : at + length]
            at += length
        elif wire == 0:
            value, at = _read_varint(message, at)
            yield number, value
        else:
            raise ValueError("a vector tile holds a field of an unknown kind")


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if at >= len(message):
            raise ValueError("a vector tile is cut short")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a vector tile holds a number without an end")


def _varints(message: bytes) -> Iterator[int]:
    at = 0
    while at < len(message):
        value, at = _read_varint(message, at)
        yield value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _message(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def join_archives(parts: Sequence[Path], target: Path, facts: dict[str, Any], *, zooms: tuple[int, int]) -> int:
    """Write one PMTiles archive of all these; tiles that several have are joined. Returns the tiles written.

    ``facts``: name, attribution, bounds (west, south, east, north), center (longitude, latitude), layers. Memory holds
    one tile a part and the directory.
    """
    files = [part.open("rb") for part in parts]
    count = 0
    try:
        with target.open("wb") as file:
            writer = Writer(file)
            streams = [_tiles(source, order) for order, source in enumerate(files)]
            for tile_id, found in groupby(heapq.merge(*streams), key=lambda entry: entry[0]):
                tiles = [data for _, _, data in found]
                data = tiles[0] if len(tiles) == 1 else gzip.compress(
                    join_tiles([gzip.decompress(tile) for tile in tiles]), 6, mtime=0
                )  # fmt: skip
                writer.write_tile(tile_id, data)
                count += 1
            writer.finalize(*_described(facts, zooms))
    finally:
        for source in files:
            source.close()
    return count


def _tiles(file: Any, order: int) -> Iterator[tuple[int, int, bytes]]:
    """The tiles of an archive in the order of their numbers, packed."""
    source = MmapSource(file)
    packed = deserialize_header(source(0, _HEADER))["tile_compression"] == Compression.GZIP
    for (z, x, y), data in all_tiles(source):
        yield zxy_to_tileid(z, x, y), order, data if packed else gzip.compress(data, 6, mtime=0)


def _described(facts: dict[str, Any], zooms: tuple[int, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    west, south, east, north = facts["bounds"]
    lon, lat = facts.get("center") or ((west + east) / 2, (south + north) / 2)
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": zooms[0],
        "max_zoom": zooms[1],
        "min_lon_e7": round(west * 1e7),
        "min_lat_e7": round(south * 1e7),
        "max_lon_e7": round(east * 1e7),
        "max_lat_e7": round(north * 1e7),
        "center_zoom": 13,
        "center_lon_e7": round(lon * 1e7),
        "center_lat_e7": round(lat * 1e7),
    }
    metadata = {
        "name": facts["name"],
        "attribution": facts["attribution"],
        "vector_layers": [
            {"id": layer, "minzoom": zooms[0], "maxzoom": zooms[1], "fields": {}} for layer in facts["layers"]
        ],
        **facts.get("more", {}),
    }
    return header, metadata
