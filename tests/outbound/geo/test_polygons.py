from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Invalid
from outbound.geo.polygons import read_turf
from tests.support.shapes import comb, sieve, triangles, turned

SQUARE = [[-86.0, 39.0], [-85.0, 39.0], [-85.0, 40.0], [-86.0, 40.0], [-86.0, 39.0]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_polygon_becomes_a_multipolygon_wound_counter_clockwise():
    turf = read_turf(polygon(SQUARE[::-1]))
    assert turf.geometry["type"] == "MultiPolygon"
    assert shapely.LinearRing(turf.geometry["coordinates"][0][0]).is_ccw
    assert turf.bbox == (-86.0, 39.0, -85.0, 40.0)
    json.dumps(turf.geometry)


def test_an_area_is_the_spheres():
    expected = 6_371_008.8**2 * math.radians(1) * (math.sin(math.radians(40)) - math.sin(math.radians(39)))
    assert read_turf(polygon(SQUARE)).area_square_metres == pytest.approx(expected, rel=1e-9)


def test_a_feature_is_read_for_its_geometry_and_altitudes_are_dropped():
    raised = [[*p, 210.0] for p in SQUARE]
    turf = read_turf({"type": "Feature", "properties": {}, "geometry": polygon(raised)})
    assert not turf.shape.has_z


def test_a_normal_form_is_its_own_normal_form():
    once = read_turf(polygon(SQUARE)).geometry
    assert read_turf(once).geometry == once


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (None, "is missing"),
        ("POLYGON((0 0, 1 1, 1 0, 0 0))", "is missing"),
        ({"type": "Point", "coordinates": [0, 0]}, "not Point"),
        ({"type": {}}, "not nothing of that kind"),
        ({"type": "Polygon"}, "has no coordinates"),
        ({"type": "Polygon", "coordinates": []}, "has no coordinates"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "polygon 1 has no rings"),
        (polygon([[0, 0], [1, 0], [0, 0]]), "has 3 positions; a closed ring needs at least four"),
        (polygon(SQUARE[:-1]), r"not closed: it starts at -86\.0+, 39\.0+ and ends at -86\.0+, 40\.0+"),
        (polygon([[0, 0], [0, 0], [1, 1], [0, 0]]), "fewer than three different positions"),
        (polygon([[0, 0], ["1", 0], [1, 1], [0, 0]]), "position 2 is not a pair of numbers"),
        (polygon([[0, 0], [True, 0], [1, 1], [0, 0]]), "position 2 is not a pair of numbers"),
        (polygon([[0, 0], [float("nan"), 0], [1, 1], [0, 0]]), "position 2 is not a pair of numbers"),
        (polygon([[0, 0], [10**400, 0], [1, 1], [0, 0]]), "position 2 is not a pair of numbers"),
        (polygon([[39, -86], [40, -86], [40, -95], [39, -86]]), "latitude -95, outside -90 to 90"),
        (polygon([[181, 0], [182, 0], [182, 1], [181, 0]]), "longitude 181, outside"),
        (polygon([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]), "crosses the antimeridian"),
        (polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]), r"crosses itself near 1\.0+, 1\.0+"),
        (polygon(SQUARE, [[10, 10], [11, 10], [11, 11], [10, 10]]), "has a hole that lies outside"),
        (polygon([[0, 0], [1, 0], [2, 0], [0, 0]]), "(crosses itself|no area)"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, "(crosses itself|clean area|twice)"),
    ],
)
def test_what_is_not_a_clean_area_is_refused_in_one_sentence(geometry: Any, sentence: str):
    with pytest.raises(Invalid, match=sentence) as caught:
        read_turf(geometry)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith((".", ")."))


def test_an_endless_outline_is_refused():
    ring = [[i * 1e-6, 0] for i in range(100_001)]
    with pytest.raises(Invalid, match="more than 100,000 positions"):
        read_turf(polygon([*ring, ring[0]]))


@pytest.mark.parametrize("shape", [triangles(1_001), triangles(9_000), sieve(1_000, 0, 0, 1, 1)])
def test_a_swarm_of_polygons_or_holes_is_refused(shape: dict[str, Any]):
    with pytest.raises(Invalid, match="more than 1,000 polygons and holes; leave the smallest out"):
        read_turf(shape)


def test_long_lines_side_by_side_are_refused_before_anything_is_compared():
    upright = comb(4_000, 0, 0, 0.2, 0.2)
    assert shapely.is_valid(read_turf(upright).shape)
    with pytest.raises(Invalid, match="long lines lie too close together to be looked at; simplify it first"):
        read_turf(turned(upright))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.sampled_from(["Polygon", "MultiPolygon", "Feature", "Point"]), JSON)
def test_no_json_whatever_gets_past_as_anything_but_a_valid_area(kind: str, coordinates: Any):
    try:
        turf = read_turf({"type": kind, "coordinates": coordinates, "geometry": coordinates})
    except Invalid:
        return
    assert shapely.is_valid(turf.shape)
    assert turf.shape.area > 0


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(-60, 60)), min_size=3, max_size=9))
def test_any_ring_is_either_refused_or_keeps_its_exact_area(points: list[tuple[int, int]]):
    ring = [list(p) for p in [*points, points[0]]]
    try:
        turf = read_turf(polygon(ring))
    except Invalid:
        return
    assert turf.shape.area == pytest.approx(shapely.Polygon(ring).area)


REFUSED = ("self_intersection", "unclosed", "less_three", "outside_lat_lon", "antimeridian", "inner_and_exterior")


def test_published_bad_geometries_are_refused_and_good_ones_kept(shared_data: Path):
    folder = shared_data / "polygons" / "geojson-invalid-geometry"
    seen = 0
    for path in sorted([*folder.glob("*_geometries/*.geojson"), *folder.glob("valid/*polygon.geojson")]):
        document = json.loads(path.read_text())
        for feature in document.get("features", [document]):
            geometry = feature.get("geometry", feature)
            if not isinstance(geometry, dict) or "olygon" not in str(geometry.get("type")):
                continue
            seen += 1
            if any(word in path.name for word in REFUSED):
                with pytest.raises(Invalid):
                    read_turf(geometry)
            else:
                assert read_turf(geometry).shape.is_valid, path.name
    assert seen > 10


def test_no_file_of_bad_geojson_is_read_as_anything_but_a_valid_area(shared_data: Path):
    folder = shared_data / "polygons"
    for path in [*(folder / "geojsonhint").glob("*/*.geojson"), *(folder / "earcut").glob("*.json")]:
        try:
            document = json.loads(path.read_text())
        except json.JSONDecodeError:
            continue
        candidates = [document, {"type": "Polygon", "coordinates": document}]
        for candidate in candidates:
            try:
                turf = read_turf(candidate)
            except Invalid:
                continue
            assert turf.shape.is_valid, path.name


@pytest.mark.parametrize("name", ["over-180", "crossing-latitude", "extra-crossing", "multi-split"])
def test_antimeridian_crossers_are_refused(shared_data: Path, name: str):
    geometry = json.loads((shared_data / "polygons" / "antimeridian" / "input" / f"{name}.json").read_text())
    with pytest.raises(Invalid):
        read_turf(geometry)


@pytest.mark.parametrize("name", ["election_districts", "neighbourhoods", "zip_modzcta", "census_tracts"])
def test_real_turf_of_queens_village_is_accepted_whole(shared_data: Path, name: str):
    document = json.loads((shared_data / "polygons" / f"queens_village_{name}.geojson").read_text())
    turfs = [read_turf(feature) for feature in document["features"] if feature["properties"]["_valid"]]
    assert len(turfs) >= 10
    assert all(1e3 < turf.area_square_metres < 1e8 for turf in turfs)


def test_of_the_city_neighbourhoods_exactly_those_with_tangled_borders_are_refused(shared_data: Path):
    tangled, refused = [], []
    for path in (shared_data / "polygons" / "neighbourhoods").glob("*.geojson"):
        for feature in json.loads(path.read_text())["features"]:
            name = feature["properties"]["name"]
            if not shapely.is_valid(shapely.geometry.shape(feature["geometry"])):
                tangled.append(name)
            try:
                read_turf(feature)
            except Invalid:
                refused.append(name)
    assert refused == tangled
    assert 0 < len(refused) < 10
