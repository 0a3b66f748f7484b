from __future__ import annotations

import pytest

from ingest.regions import tags
from ingest.regions.tags import DRIVE, DRIVE_BACK, WALK

BOTH = DRIVE | DRIVE_BACK


@pytest.mark.parametrize(
    ("tagged", "flags"),
    [
        ({"highway": "residential"}, WALK | BOTH),
        ({"highway": "residential", "oneway": "yes"}, WALK | DRIVE),
        ({"highway": "residential", "oneway": "-1"}, WALK | DRIVE_BACK),
        ({"highway": "residential", "junction": "roundabout"}, WALK | DRIVE),
        ({"highway": "motorway"}, DRIVE),
        ({"highway": "motorway", "oneway": "no"}, BOTH),
        ({"highway": "trunk", "sidewalk": "both"}, WALK | BOTH),
        ({"highway": "footway"}, WALK),
        ({"highway": "steps"}, WALK),
        ({"highway": "service", "access": "private"}, None),
        ({"highway": "service", "access": "private", "foot": "yes"}, WALK),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, BOTH),
        ({"highway": "residential", "foot": "no"}, BOTH),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"highway": "proposed"}, None),
        ({}, None),
    ],
)
def test_who_may_use_a_way(tagged: dict[str, str], flags: int | None):
    street = tags.street(tagged)
    assert (street.flags if street else None) == flags


@pytest.mark.parametrize(
    ("limit", "speed"),
    [("25 mph", 40), ("40", 40), ("30 km/h", 30), ("none", 40), ("signals", 40), ("999 mph", 130), ("", 40)],
)
def test_a_speed_is_the_tagged_limit_or_the_usual_one(limit: str, speed: int):
    street = tags.street({"highway": "residential", "maxspeed": limit})
    assert street is not None
    assert street.speed == speed


@pytest.mark.parametrize(
    ("tagged", "layer"),
    [
        ({"building": "yes"}, "buildings"),
        ({"building": "no"}, None),
        ({"natural": "water"}, "water"),
        ({"leisure": "park", "name": "Green"}, "parks"),
        ({"landuse": "industrial"}, "blocks"),
        ({"amenity": "parking"}, None),
    ],
)
def test_what_the_map_draws_as_an_area(tagged: dict[str, str], layer: str | None):
    drawn = tags.drawn_area(tagged)
    assert (drawn.layer if drawn else None) == layer
