"""Distances along the streets of a small town: a square of 400 m with a cross, a motorway and an island."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.regions.load import load_region
from outbound.errors import Invalid, Unavailable
from outbound.geo.streets import Mode, StreetGraph
from outbound.settings import Settings
from tests.support.osm import Town, position


def town() -> Town:
    town = Town()
    street = {"highway": "residential"}
    town.way((0, 0), (200, 0), (400, 0), name="South Street", **street)
    town.way((400, 0), (400, 400), name="East Street", **street)
    town.way((400, 400), (200, 400), (0, 400), name="North Street", **street)
    town.way((0, 400), (0, 0), name="West Street", oneway="yes", **street)
    town.way((200, 0), (200, 400), name="Garden Path", highway="footway")
    town.way((0, -50), (400, -50), name="Expressway", highway="motorway")
    town.way((0, -50), (0, 0), highway="motorway_link")
    town.way((400, 0), (400, -50), highway="motorway_link")
    town.way((400, 400), (500, 400), name="Private Road", highway="service", access="private")
    town.way((5_000, 0), (5_100, 0), name="Island Street", **street)
    town.door(10, 10, "1", "West Street")
    return town


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> StreetGraph:
    home = tmp_path_factory.mktemp("home")
    region = load_region(Settings(home=home), town().write(home / "town.osm")).region
    return StreetGraph.open(region.streets_dir, region.version)


def distances(graph: StreetGraph, *places: tuple[float, float], mode: Mode = Mode.WALK, **more: float) -> np.ndarray:
    at = np.array([position(*place) for place in places])
    return graph.matrix(at[:, 0], at[:, 1], mode=mode, **more).metres


class TestMatrix:
    def test_on_foot_the_way_leads_along_streets_and_paths(self, graph: StreetGraph):
        found = distances(graph, (100, 0), (200, 300), (390, 400))
        expected = [[0, 400, 690], [400, 0, 290], [690, 290, 0]]
        assert np.allclose(found, expected, atol=1)

    def test_by_car_a_one_way_street_is_driven_one_way(self, graph: StreetGraph):
        north, south = (0, 300), (0, 100)
        found = distances(graph, north, south, mode=Mode.DRIVE)
        assert found[0, 1] == pytest.approx(200, abs=1)
        # Back around: south end, along the street or the motorway, up East Street and along North Street.
        assert found[1, 0] == pytest.approx(100 + 400 + 400 + 400 + 100, abs=1)
        assert distances(graph, north, south)[1, 0] == pytest.approx(200, abs=1)

    def test_paths_are_not_driven_and_motorways_not_walked(self, graph: StreetGraph):
        assert distances(graph, (200, 0), (200, 400), mode=Mode.DRIVE)[0, 1] == pytest.approx(800, abs=1)
        at = np.array([position(200, -45)])
        on_foot = graph.matrix(at[:, 0], at[:, 1], mode=Mode.WALK).sources
        by_car = graph.matrix(at[:, 0], at[:, 1], mode=Mode.DRIVE).sources
        assert on_foot.away[0] == pytest.approx(45, abs=1)
        assert by_car.away[0] == pytest.approx(5, abs=1)

    def test_two_doors_on_one_stretch_are_as_far_as_they_are_apart(self, graph: StreetGraph):
        assert distances(graph, (400, 100), (400, 130))[0, 1] == pytest.approx(30, abs=0.5)

    def test_beyond_the_limit_there_is_no_way(self, graph: StreetGraph):
        assert np.isinf(distances(graph, (100, 0), (390, 400), limit=500)[0, 1])

    def test_a_street_that_is_joined_to_nothing_is_on_no_way(self, graph: StreetGraph):
        at = np.array([position(100, 0), position(5_050, 0)])
        found = graph.matrix(at[:, 0], at[:, 1], limit=20_000)
        assert np.isinf(found.metres[0, 1])
        assert found.sources.stretch[1] == -1
        assert np.isinf(found.metres[1, 1])

    def test_sources_and_targets_may_differ(self, graph: StreetGraph):
        one, two = np.array([position(100, 0)]), np.array([position(200, 100), position(300, 0), position(400, 0)])
        found = graph.matrix(one[:, 0], one[:, 1], to_lat=two[:, 0], to_lon=two[:, 1])
        assert np.allclose(found.metres, [[200, 200, 300]], atol=1)
        assert len(found.targets.away) == 3

    def test_no_way_is_shorter_than_the_straight_line(self, graph: StreetGraph):
        chance = np.random.default_rng(4)
        places = chance.uniform(0, 400, (40, 2))
        at = np.array([position(*place) for place in places])
        found = graph.matrix(at[:, 0], at[:, 1])
        straight = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        walked = found.metres + found.sources.away[:, None] + found.targets.away[None]
        assert (walked - straight > -1)[~np.eye(40, dtype=bool)].all()
        assert np.allclose(found.metres, found.metres.T)

    @pytest.mark.parametrize(
        ("lat", "lon", "limit"),
        [([91.0], [0.0], 100), ([0.0], [0.0, 1.0], 100), ([0.0], [0.0], 1e9), ([0.0], [0.0], 0)],
    )
    def test_what_cannot_be_asked_is_refused(self, graph: StreetGraph, lat: list, lon: list, limit: float):
        with pytest.raises(Invalid):
            graph.matrix(np.array(lat), np.array(lon), limit=limit)

    def test_of_nothing_there_are_no_distances(self, graph: StreetGraph):
        assert graph.matrix(np.empty(0), np.empty(0)).metres.shape == (0, 0)


def test_private_roads_are_in_no_graph(graph: StreetGraph):
    assert b"Private Road" not in set(graph.columns.names[graph.columns.name].tolist())
    assert b"Island Street" in set(graph.columns.names[graph.columns.name].tolist())


def test_a_damaged_graph_is_named_with_what_to_do(tmp_path: Path):
    region = load_region(Settings(home=tmp_path), town().write(tmp_path / "town.osm")).region
    (region.streets_dir / "first.npy").unlink()
    with pytest.raises(Unavailable, match="load the region again"):
        StreetGraph.open(region.streets_dir)
