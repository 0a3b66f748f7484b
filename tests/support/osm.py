"""Small towns as OpenStreetMap files (XML), laid out in metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

METRE = 1 / 111_194.93
"""Degrees of latitude in a metre; at the equator of longitude too."""
LAT, LON = 0.1, 0.1
"""Where (0, 0) of a town lies. Near the equator a degree is as long either way."""


@dataclass
class Town:
    """Collects what is written: positions are metres east and north."""

    timestamp: str = "2026-01-01T00:00:00Z"
    _nodes: list[str] = field(default_factory=list)
    _ways: list[str] = field(default_factory=list)
    _relations: list[str] = field(default_factory=list)
    _at: dict[tuple[float, float], int] = field(default_factory=dict)

    def node(self, east: float, north: float, **tags: str) -> int:
        """A node; an untagged one is shared by all who name its place."""
        known = self._at.get((east, north))
        if known is not None and not tags:
            return known
        number = len(self._nodes) + 1
        if not tags:
            self._at[east, north] = number
        place = f'lat="{LAT + north * METRE:.7f}" lon="{LON + east * METRE:.7f}"'
        self._nodes.append(f'<node id="{number}" version="1" {place}>{_tags(tags)}</node>')
        return number

    def door(self, east: float, north: float, number: str, street: str, postcode: str = "11412", **more: str) -> int:
        """An address node."""
        tags = {"addr:housenumber": number, "addr:street": street, "addr:postcode": postcode}
        return self.node(east, north, **{key: value for key, value in tags.items() if value}, **more)

    def way(self, *places: tuple[float, float] | int, **tags: str) -> int:
        """A way through places, or nodes by number."""
        number = len(self._ways) + 1
        nodes = [place if isinstance(place, int) else self.node(*place) for place in places]
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self._ways.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        return number

    def house(self, east: float, north: float, number: str, street: str, postcode: str = "11412") -> int:
        """A building of 10 × 10 m around a place, with its address."""
        corners = [(east + x, north + y) for x, y in ((-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5))]
        tags = {"addr:housenumber": number, "addr:street": street, "addr:postcode": postcode, "building": "yes"}
        return self.way(*corners, **{key: value for key, value in tags.items() if value})

    def area(self, outer: list[int], inner: list[int], **tags: str) -> None:
        """A multipolygon of ways."""
        members = "".join(
            f'<member type="way" ref="{way}" role="{role}"/>'
            for role, ways in (("outer", outer), ("inner", inner))
            for way in ways
        )
        number = len(self._relations) + 1
        self._relations.append(
            f'<relation id="{number}" version="1">{members}{_tags({"type": "multipolygon", **tags})}</relation>'
        )

    def write(self, path: Path) -> Path:
        content = "\n".join([*self._nodes, *self._ways, *self._relations])
        path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6">\n{content}\n</osm>\n', "utf-8")
        return path


def position(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude of a place in metres."""
    return LAT + north * METRE, LON + east * METRE


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
