"""What OpenStreetMap's tags mean to us: who may use a way, how fast, and how the map draws a thing.

Pure. Meanings as documented on the OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:maxspeed).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Tags = Mapping[str, str]

WALK, DRIVE, DRIVE_BACK = 1, 2, 4
"""Who may use a stretch of street: on foot either way, by car along it, by car against it."""

_SPEEDS = {
    "motorway": 105, "trunk": 88, "primary": 64, "secondary": 56, "tertiary": 48, "unclassified": 40,
    "residential": 40, "living_street": 16, "service": 24, "road": 40,
    "motorway_link": 64, "trunk_link": 56, "primary_link": 48, "secondary_link": 40, "tertiary_link": 40,
}  # fmt: skip
"""km/h where no limit is tagged: usual limits in US towns."""
_ON_FOOT_ONLY = frozenset({"footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "track", "corridor"})
_NOT_ON_FOOT = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
_REFUSED = frozenset({"no", "private", "agricultural", "forestry", "delivery", "military"})
_SPEED = re.compile(r"(\d{1,3})(?:\.\d+)? ?(mph|km/h)?")


class Street(NamedTuple):
    """A way of the street graph. ``speed`` in km/h."""

    flags: int
    speed: int


def street(tags: Tags) -> Street | None:
    """Who may use a highway, and at what speed; None where nobody may, or it is no street."""
    highway = tags.get("highway", "")
    if highway not in _SPEEDS and highway not in _ON_FOOT_ONLY:
        return None
    if tags.get("area") == "yes":
        return None
    flags = WALK if _walkable(highway, tags) else 0
    if highway in _SPEEDS and _drivable(tags):
        flags |= _directions(highway, tags)
    return Street(flags, _speed(highway, tags)) if flags else None


def _walkable(highway: str, tags: Tags) -> bool:
    own = tags.get("foot", "")
    if own:
        return own not in _REFUSED and own != "use_sidepath"
    if tags.get("access", "") in _REFUSED:
        return False
    if highway in _NOT_ON_FOOT or tags.get("motorroad") == "yes":
        return tags.get("sidewalk", "no") not in ("no", "none", "separate")
    return True


def _drivable(tags: Tags) -> bool:
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):  # the most particular one decides
        if key in tags:
            return tags[key] not in _REFUSED
    return True


def _directions(highway: str, tags: Tags) -> int:
    oneway = tags.get("oneway", "")
    if oneway in ("-1", "reverse"):
        return DRIVE_BACK
    implied = highway == "motorway" or tags.get("junction") in ("roundabout", "circular")
    if oneway in ("yes", "true", "1") or (implied and oneway not in ("no", "false", "0")):
        return DRIVE
    return DRIVE | DRIVE_BACK


def _speed(highway: str, tags: Tags) -> int:
    match = _SPEED.fullmatch(tags.get("maxspeed", ""))
    usual = _SPEEDS.get(highway, 5)
    if match is None:
        return usual
    kmh = int(match.group(1)) * (1.609 if match.group(2) == "mph" else 1.0)
    return int(min(max(kmh, 5), 130))


class Drawn(NamedTuple):
    """A layer of the map, and the class within it."""

    layer: str
    kind: str


_STREETS = {
    **dict.fromkeys(("motorway", "trunk", "primary"), "primary"),
    **dict.fromkeys(("secondary", "tertiary", "motorway_link", "trunk_link", "primary_link"), "secondary"),
    **dict.fromkeys(("secondary_link", "tertiary_link"), "residential"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "road", "pedestrian"), "residential"),
    **dict.fromkeys(("service", "track"), "service"),
    **dict.fromkeys(("footway", "path", "cycleway", "steps", "bridleway"), "path"),
}
_GREEN = {
    "leisure": {"park", "golf_course", "pitch", "playground", "garden", "nature_reserve", "common", "dog_park"},
    "landuse": {"grass", "forest", "recreation_ground", "village_green", "cemetery", "meadow", "orchard"},
    "natural": {"wood", "grassland", "scrub"},
    "boundary": {"national_park"},
}
_WATER = {"natural": {"water"}, "waterway": {"riverbank", "dock"}, "landuse": {"reservoir", "basin"}}
_BLOCKS = {
    **dict.fromkeys(("commercial", "retail"), "downtown"),
    **dict.fromkeys(("industrial", "railway", "quarry", "landfill"), "industry"),
    "residential": "town",
}
_PLACES = {
    **dict.fromkeys(("city", "town"), "town"),
    **dict.fromkeys(("borough", "suburb", "village", "township"), "suburb"),
    **dict.fromkeys(("neighbourhood", "quarter", "hamlet"), "neighbourhood"),
}
AREA_LAYERS = frozenset({"buildings", "parks", "water", "blocks"})


def drawn_line(tags: Tags) -> Drawn | None:
    """How the map draws a way as a line; None where it does not."""
    kind = _STREETS.get(tags.get("highway", ""))
    if kind and tags.get("area") != "yes":
        return Drawn("streets", kind)
    if tags.get("waterway") in ("river", "canal", "stream"):
        return Drawn("waterways", "river" if tags["waterway"] != "stream" else "stream")
    if tags.get("railway") in ("rail", "light_rail", "subway") and tags.get("tunnel") != "yes":
        return Drawn("rails", "rail")
    return None


def drawn_area(tags: Tags) -> Drawn | None:
    """How the map draws a closed way or a multipolygon as an area; None where it does not."""
    if tags.get("building", "no") != "no":
        return Drawn("buildings", "building")
    if any(tags.get(key) in kinds for key, kinds in _WATER.items()):
        return Drawn("water", "water")
    if any(tags.get(key) in kinds for key, kinds in _GREEN.items()):
        return Drawn("parks", "park")
    kind = _BLOCKS.get(tags.get("landuse", ""))
    return Drawn("blocks", kind) if kind else None


def place_class(tags: Tags) -> str | None:
    """How the map writes a place's name; None where it does not."""
    return _PLACES.get(tags.get("place", "")) if tags.get("name") else None
