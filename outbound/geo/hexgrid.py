"""H3 cells of millions of positions: the same cells as the h3 library's, by numpy, some ten times as fast.

Pure: no database, no clock. H3 lays its hexagons on the twenty faces of an icosahedron, each seen from the globe's
middle (gnomonic); on one face they are a plain hexagonal lattice. So a position is projected onto its face, rounded
to the nearest lattice point, and its digits follow by integer arithmetic (aperture 7, h3geo.org/docs/core-library).
Which base cell a face's patch is, and how its digits are turned there, is asked of the library once a patch. What
lies so close to an edge that rounding may decide, or in one of the twelve pentagons, is asked of the library itself.
"""

from __future__ import annotations

import math
from itertools import combinations, product

import h3.api.basic_int as h3
import numpy as np

RESOLUTION = 9
"""Of every stored cell; about 0.1 km², a few dozen to a hundred doors."""
_CHUNK = 1 << 16
"""Positions a pass: what is worked on stays near the processor."""
_NEAR = 1e-5
"""Of the distance between two cells' middles (3 mm): as near to an edge as that, the library decides."""
_NEAR_FACE = 1e-9
"""Difference of cosines to two faces' middles under which the library decides."""

_GOLDEN = (1 + math.sqrt(5)) / 2
_SCALE = _GOLDEN**2 * math.sqrt(7) ** RESOLUTION
"""Cells between a face's middle and a point one globe's radius away from it on its plane."""
_TURN = math.asin(math.sqrt(3 / 28))
"""By how much the lattice of an odd resolution is turned against that of an even one."""
_HALF_ROOT_3 = math.sqrt(3) / 2
_SIGNATURES = np.array([1, 3, 0, 5, 0, 2, 0, 4, 6], dtype=np.int32)
"""H3's digit of a step of −1, 0 or 1 along each of two axes 120° apart: place 3 · (a + 1) + (b + 1)."""
_SIXTH = (0, 5, 3, 1, 6, 4, 2)
"""Each digit's direction a sixth of a turn further, counter-clockwise."""
_REACH = 2
"""Base cells lie at most so many steps from a face's middle along each axis."""
_SIDE = 2 * _REACH + 1
_UNKNOWN, _ASK = -1, -2
_SURE = 0.9342
"""Cosine of 20.9°, a face's inner radius: as near to its middle as that, no other is nearer."""
_NEVER = 0.79
"""Cosine of a face's outer radius, 37.4°, and a little less: further from its middle than that, another is nearer."""
_EMPTY = (1 << 59) | (RESOLUTION << 52) | ((1 << 3 * (15 - RESOLUTION)) - 1)
"""A cell's bits but for base cell and digits: its kind, its resolution, and ones where finer digits would stand."""
Spot = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Positions on a globe of radius 1."""


def _triples() -> np.ndarray:
    """Every three digits, turned by 0 to 5 sixths."""
    turns = [list(range(7))]
    for _ in range(5):
        turns.append([_SIXTH[digit] for digit in turns[-1]])
    triples = np.zeros((6, 512), dtype=np.int32)
    for sixth, turned in enumerate(turns):
        for first, second, third in product(range(7), repeat=3):
            triples[sixth, first << 6 | second << 3 | third] = turned[first] << 6 | turned[second] << 3 | turned[third]
    return triples.ravel()


def _frames() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middles of the faces and the two axes of the lattice on each, (20, 3): found from the pentagons, which are the
    icosahedron's corners. Which of a face's three corners the first axis points to makes no difference: the lattice
    is the same, and the digits' turn is asked of the library."""
    corners = [_unit(*h3.cell_to_latlng(cell)) for cell in sorted(h3.get_pentagons(0))]
    faces = [
        three
        for three in combinations(corners, 3)
        if all(np.dot(one, other) > 0.4 for one, other in combinations(three, 2))
    ]
    middles = np.array([np.sum(three, axis=0) / np.linalg.norm(np.sum(three, axis=0)) for three in faces])
    corner = np.array([three[0] for three in faces])
    towards = corner - middles * np.sum(middles * corner, axis=1, keepdims=True)
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    aside = np.cross(middles, towards)
    first = math.cos(_TURN) * towards + math.sin(_TURN) * aside
    return middles, first, np.cross(middles, first)


def _unit(lat: float, lon: float) -> np.ndarray:
    y, x = math.radians(lat), math.radians(lon)
    return np.array([math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)])


_MIDDLES, _FIRST, _SECOND = _frames()
_TRIPLES = _triples()
_PATCHES = np.full(len(_MIDDLES) * _SIDE * _SIDE, _UNKNOWN, dtype=np.int64)
"""By face and step from its middle: 6 · base cell + sixths of a turn, or why there is none. Filled as asked."""


def cells_of(lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    """Resolution-9 cells, int64, of positions on Earth in degrees."""
    out = np.empty(len(lats), dtype=np.int64)
    for start in range(0, len(lats), _CHUNK):
        stop = min(start + _CHUNK, len(lats))
        out[start:stop] = _cells(lats[start:stop], lons[start:stop])
    return out


def _cells(lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    y, x = np.radians(lats), np.radians(lons)
    level = np.cos(y)
    spot = (level * np.cos(x), level * np.sin(x), np.sin(y))
    face = _nearest(*(float(part[0]) for part in spot))
    best = _along(_MIDDLES[face], spot)
    if best.min() > _SURE:
        cells, unsure = _cells_on(face, best, spot, lats, lons)
    else:
        faces, unsure = _faces(spot)
        cells = np.empty(len(lats), dtype=np.int64)
        for face in np.unique(faces).tolist():
            at = np.flatnonzero(faces == face)
            part = (spot[0][at], spot[1][at], spot[2][at])
            cells[at], edge = _cells_on(face, _along(_MIDDLES[face], part), part, lats[at], lons[at])
            unsure[at] |= edge
    for number in np.flatnonzero(unsure).tolist():
        cells[number] = h3.latlng_to_cell(float(lats[number]), float(lons[number]), RESOLUTION)
    return cells


def _nearest(*spot: float) -> int:
    return int(np.argmax(_MIDDLES @ np.array(spot)))


def _along(axis: np.ndarray, spot: Spot) -> np.ndarray:
    """How far positions on the globe reach along an axis."""
    return axis[0] * spot[0] + axis[1] * spot[1] + axis[2] * spot[2]


def _faces(spot: Spot) -> tuple[np.ndarray, np.ndarray]:
    """The face whose middle is nearest to each position, and whether another is as near."""
    face = np.zeros(len(spot[0]), dtype=np.int8)
    best, second = np.full(len(face), -2.0), np.full(len(face), -2.0)
    for number, middle in enumerate(_MIDDLES):
        nearness = _along(middle, spot)
        if nearness.max() < _NEVER:
            continue
        face[nearness > best] = number
        second = np.maximum(second, np.minimum(best, nearness))
        best = np.maximum(best, nearness)
    return face, best - second < _NEAR_FACE


def _cells_on(
    face: int, best: np.ndarray, spot: Spot, lats: np.ndarray, lons: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cells of positions on one face, and which of them the library has to be asked about."""
    a, b, unsure = _rounded(_along(_FIRST[face], spot) / best * _SCALE, _along(_SECOND[face], spot) / best * _SCALE)
    digits = np.zeros(len(best), dtype=np.int32)
    for place in range(RESOLUTION):
        a, b, digit = _coarser(a, b, odd=(RESOLUTION - place) % 2 == 1)
        digits |= digit << np.int32(3 * place)
    patch = (face * _SIDE + a.clip(-_REACH, _REACH) + _REACH) * _SIDE + b.clip(-_REACH, _REACH) + _REACH
    _learn(patch, digits, lats, lons, unsure)
    known = _PATCHES[patch]
    unsure |= known < 0
    turned = _turned(digits, known % 6)
    return (_EMPTY | turned << (3 * (15 - RESOLUTION))) + (known // 6 << 45), unsure


def _turned(digits: np.ndarray, sixths: np.ndarray) -> np.ndarray:
    """All digits of each cell turned by so many sixths: three digits are looked up at a time."""
    row = sixths << 9
    out = _TRIPLES[row + (digits & 511)].astype(np.int64)
    out |= _TRIPLES[row + (digits >> 9 & 511)].astype(np.int64) << 9
    return out | _TRIPLES[row + (digits >> 18)].astype(np.int64) << 18


def _rounded(along: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nearest lattice point on two axes 120° apart, and whether another is as near."""
    r = across / _HALF_ROOT_3
    q = along - r / 2
    near_q, near_r = np.rint(q), np.rint(r)
    q -= near_q
    r -= near_r
    # Rounded each by itself; then the one that is further off takes the step that the other asks for.
    more_q = np.abs(q) >= np.abs(r)
    step_q, step_r = np.rint(q + r / 2) * more_q, np.rint(r + q / 2) * ~more_q
    near_q += step_q
    near_r += step_r
    q -= step_q
    r -= step_r
    # Distances to the borders with the six neighbours, half a step away each.
    reach = np.maximum(np.abs(q + r / 2), np.maximum(np.abs(q / 2 + r), np.abs(q - r) / 2))
    return (near_q + near_r).astype(np.int32), near_r.astype(np.int32), reach > 0.5 - _NEAR


def _coarser(a: np.ndarray, b: np.ndarray, *, odd: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cell of the next coarser resolution that holds each, and each one's digit within it."""
    if odd:
        up_a, up_b = _sevenths(3 * a - b), _sevenths(a + 2 * b)
        step = 3 * (a - 2 * up_a - up_b) + b + up_a - 3 * up_b
    else:
        up_a, up_b = _sevenths(2 * a + b), _sevenths(3 * b - a)
        step = 3 * (a - 3 * up_a + up_b) + b - up_a - 2 * up_b
    return up_a, up_b, _SIGNATURES[step + 4]


def _sevenths(value: np.ndarray) -> np.ndarray:
    """Divided by seven, to the nearest whole number; a half cannot occur."""
    return (2 * value + 7) // 14


def _learn(patch: np.ndarray, digits: np.ndarray, lats: np.ndarray, lons: np.ndarray, unsure: np.ndarray) -> None:
    """Asks the library about patches not met before, each by one of its positions that lies off its middle."""
    missing = _PATCHES[patch] == _UNKNOWN
    if not missing.any():
        return
    new = np.flatnonzero(missing & ~unsure & (digits > 0))
    for number, first in zip(*np.unique(patch[new], return_index=True), strict=True):
        at = int(new[first])
        cell = h3.latlng_to_cell(float(lats[at]), float(lons[at]), RESOLUTION)
        base = h3.get_base_cell_number(cell)
        theirs = cell >> 3 * (15 - RESOLUTION) & (1 << 3 * RESOLUTION) - 1
        fitting = [sixth for sixth in range(6) if int(_turned(digits[at : at + 1], np.array([sixth]))[0]) == theirs]
        pentagon = h3.is_pentagon(h3.cell_to_parent(cell, 0))
        _PATCHES[number] = 6 * base + fitting[0] if fitting and not pentagon else _ASK
