"""From street ways to the street graph: cut at crossings, measured, with the part that is connected."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ingest.regions.osm import Ways
from outbound.geo.planar import metres, to_degrees
from outbound.geo.point_file import encoded
from outbound.geo.streets import DRIVE, DRIVE_BACK, MAIN_DRIVE, MAIN_WALK, WALK, StreetColumns

_NAME_WIDTH = 96
_LARGE = 150
"""Nodes of a part that counts beside the largest one: the streets of an island, or of a town apart from the others."""


def build_streets(gathered: Ways) -> StreetColumns:
    """Stretches between nodes that several ways share, or where a way ends."""
    rows = gathered.ways.finished()
    refs, lat, lon = gathered.refs.finished(), gathered.lat.finished(), gathered.lon.finished()
    nodes, at, uses = np.unique(refs, return_inverse=True, return_counts=True)
    ends = np.concatenate([rows["start"], rows["start"] + rows["count"] - 1]).astype(np.int64)
    is_node = uses > 1
    is_node[at[ends]] = True
    cuts = np.flatnonzero(is_node[at])
    way = np.searchsorted(rows["start"], cuts, "right") - 1
    together = way[1:] == way[:-1]
    begin, end, way = cuts[:-1][together], cuts[1:][together], way[:-1][together]
    kept = np.flatnonzero(is_node)
    number = np.cumsum(is_node) - 1
    place = np.zeros(len(nodes), dtype=np.int64)
    place[at] = np.arange(len(refs))
    walked = np.zeros(len(lat))
    if len(lat) > 1:
        y, x = to_degrees(lat), to_degrees(lon)
        walked[1:] = np.cumsum(metres(y[:-1], x[:-1], y[1:], x[1:]))
    columns = StreetColumns(
        node_lat=np.asarray(lat[place[kept]]),
        node_lon=np.asarray(lon[place[kept]]),
        node_main=np.zeros(len(kept), dtype=np.uint8),
        first=number[at[begin]].astype(np.int32),
        last=number[at[end]].astype(np.int32),
        length=(walked[end] - walked[begin]).astype(np.float32),
        flags=rows["flags"][way],
        speed=rows["speed"][way],
        name=rows["name"][way],
        way=rows["id"][way],
        shape_first=begin.astype(np.int64),
        shape_last=end.astype(np.int64),
        shape_lat=np.asarray(lat),
        shape_lon=np.asarray(lon),
        names=encoded(gathered.names.texts, _NAME_WIDTH),
    )
    columns.node_main = _main_parts(columns)
    return columns


def _main_parts(columns: StreetColumns) -> np.ndarray:
    """Which nodes belong to the largest part, or another large one: on foot joined somehow, by car there and back."""
    size = len(columns.node_lat)
    main = np.zeros(size, dtype=np.uint8)
    walk = (columns.flags & WALK) > 0
    ahead, back = (columns.flags & DRIVE) > 0, (columns.flags & DRIVE_BACK) > 0
    on_foot = (columns.first[walk], columns.last[walk])
    by_car = (
        np.concatenate([columns.first[ahead], columns.last[back]]),
        np.concatenate([columns.last[ahead], columns.first[back]]),
    )
    for (start, end), bit, connection in ((on_foot, MAIN_WALK, "weak"), (by_car, MAIN_DRIVE, "strong")):
        if not len(start):
            continue
        graph = coo_matrix((np.ones(len(start), dtype=np.int8), (start, end)), shape=(size, size)).tocsr()
        _, label = connected_components(graph, directed=True, connection=connection)
        touched = np.unique(np.concatenate([start, end]))
        sizes = np.bincount(label[touched])
        large = sizes >= min(_LARGE, int(sizes.max()))
        main[touched[large[label[touched]]]] |= bit
    return main
