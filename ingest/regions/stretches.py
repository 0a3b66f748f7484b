"""OpenStreetMap's addr:interpolation: ways along which the numbers between two numbered nodes lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ingest.regions.addresses import Gathered
from outbound.geo.housenumbers import place_of
from outbound.postal.rules import PostalParts, normalise

SIDES = {"odd": 1, "even": 2, "all": 0}


@dataclass(frozen=True)
class Stretch:
    """One such way: its nodes, and their positions (longitude, latitude) in stored units."""

    nodes: list[int]
    positions: np.ndarray
    tags: dict[str, str]


def add_stretches(gathered: Gathered, stretches: Sequence[Stretch]) -> None:
    """A range for each piece between two nodes that have a number; all points have been gathered before."""
    if not stretches:
        return
    rows = gathered.points.finished()
    numbered = rows[(rows["source"] > 0) & (rows["source"] & 3 == 0)]  # nodes
    if not len(numbered):
        return
    order = np.argsort(numbered["source"], kind="stable")
    sources = numbered["source"][order]
    numbers, streets, codes = gathered.numbers.texts, gathered.streets.texts, gathered.postcodes.texts
    for stretch in stretches:
        wanted = np.array(stretch.nodes, dtype=np.int64) << 2
        at = np.minimum(np.searchsorted(sources, wanted), len(sources) - 1)
        ends = np.flatnonzero(sources[at] == wanted).tolist()
        for begin, end in pairwise(ends):
            first, last = numbered[order[at[begin]]], numbered[order[at[end]]]
            gathered.add_range(
                _packed(numbers[first["number"]]),
                _packed(numbers[last["number"]]),
                stretch.tags.get("addr:street") or streets[first["street"]],
                codes[first["postcode"]],
                SIDES[stretch.tags["addr:interpolation"]],
                stretch.positions[begin : end + 1, 1],
                stretch.positions[begin : end + 1, 0],
            )


def _packed(number: str) -> int:
    return place_of(normalise(PostalParts(house_number=number)).house_number).packed
