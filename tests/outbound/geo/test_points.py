"""The index of address points, asked about a small town that was loaded from a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingest.regions.load import load_region
from outbound.errors import Unavailable
from outbound.geo.planar import metres
from outbound.geo.points import How, PointIndex
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from tests.support.osm import Town, position


def town() -> Town:
    """109th Avenue with odd numbers on its south side and even ones north, 20 m apart; and streets around it."""
    town = Town()
    for step in range(1, 21):
        if step not in (5, 20):
            town.house(step * 20, -15, f"203-{2 * step - 1:02d}", "109th Avenue")
        if step != 10:
            town.house(step * 20, 15, f"203-{2 * step:02d}", "109th Avenue")
    town.door(900, 15, "204-02", "109th Avenue")
    town.door(0, 300, "117", "Main Street", "", **{"addr:city": "Springfield", "addr:state": "IL"})
    town.door(0, 5_000, "117", "Main Street", "", **{"addr:city": "Shelbyville", "addr:state": "IL"})
    for step, number in enumerate(("2", "4", "6", "10A", "12", "14-18", "20;22", "24")):
        town.door(2_000, step * 25, number, "Oak Lane", "11413", **({"addr:unit": "2B"} if number == "4" else {}))
    return town


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PointIndex:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    load_region(settings, town().write(home / "town.osm"))
    return PointIndex.open(settings.regions_dir)


def ask(index: PointIndex, number: str, street: str, postcode: str = "11412", **more: str):
    """How one address is found, its position and accuracy."""
    found = index.locate([normalise(PostalParts(number, street, postcode=postcode, **more))])
    return How(found.how[0]), (float(found.lat[0]), float(found.lon[0])), float(found.accuracy[0])


def off(found: tuple[float, float], east: float, north: float) -> float:
    """Metres from a place of the town."""
    return float(metres(*found, *position(east, north)))


class TestFind:
    @pytest.mark.parametrize("street", ["109th Avenue", "109 Ave", "109TH AV", "109th ave."])
    def test_a_known_door_is_found_however_its_street_is_written(self, index: PointIndex, street: str):
        how, where, accuracy = ask(index, "203-06", street)
        assert how is How.EXACT
        assert off(where, 60, 15) < 1
        assert accuracy == 10

    def test_another_spelling_is_told_from_the_exact_one(self, index: PointIndex):
        assert ask(index, "2", "Oaks Lane", "11413")[0] is How.NOWHERE
        assert ask(index, "203-06", "109th")[0] is How.ANOTHER_SPELLING
        assert ask(index, "10", "Oak Lane", "11413")[0] is How.ANOTHER_SPELLING  # it is 10A

    def test_the_next_zip_code_is_another_place(self, index: PointIndex):
        how, where, _ = ask(index, "203-06", "109th Avenue", "11413")
        assert how is How.ANOTHER_PLACE
        assert off(where, 60, 15) < 1

    def test_a_zip_code_that_is_nowhere_near_finds_nothing(self, index: PointIndex):
        assert ask(index, "203-06", "109th Avenue", "90210")[0] is How.NOWHERE

    def test_without_a_zip_code_the_city_tells_doors_of_one_name_apart(self, index: PointIndex):
        _, where, _ = ask(index, "117", "Main St", "", city="Shelbyville", state="IL")
        assert off(where, 0, 5_000) < 1
        assert ask(index, "117", "Main St", "", city="Capital City", state="IL")[0] is How.NOWHERE
        assert ask(index, "117", "Main St", "")[0] is How.NOWHERE  # there are two, and nothing tells which

    def test_several_numbers_of_one_building_are_each_a_door(self, index: PointIndex):
        for number in ("14", "16", "18", "20", "22"):
            assert ask(index, number, "Oak Lane", "11413")[0] is How.EXACT

    def test_numbers_with_a_hyphen_are_no_range_where_they_are_the_rule(self, index: PointIndex):
        assert ask(index, "204", "109th Avenue")[0] is not How.EXACT

    def test_a_unit_is_found_at_its_building(self, index: PointIndex):
        assert ask(index, "4", "Oak Lane", "11413", unit="Apt 9Z")[0] is How.EXACT

    def test_answers_stand_in_the_order_of_the_questions(self, index: PointIndex):
        asked = index.sample(30, seed=5)
        together = index.locate(asked)
        for at, parts in enumerate(asked):
            alone = index.locate([parts])
            assert (alone.lat[0], alone.lon[0], alone.how[0]) == (together.lat[at], together.lon[at], together.how[at])
        assert (together.how == How.EXACT).all()


class TestInterpolate:
    def test_a_missing_door_lies_between_its_neighbours_on_its_own_side(self, index: PointIndex):
        how, where, accuracy = ask(index, "203-20", "109th Avenue")
        assert how is How.BETWEEN
        assert off(where, 200, 15) < 2
        assert accuracy < 20
        _, odd, _ = ask(index, "203-09", "109th Avenue")
        assert off(odd, 100, -15) < 2

    def test_past_the_last_number_the_run_goes_on(self, index: PointIndex):
        how, where, accuracy = ask(index, "203-43", "109th Avenue")
        assert how is How.ALONG
        assert off(where, 440, -15) < 25
        assert accuracy >= 15

    def test_of_a_street_without_that_block_only_the_street_is_known(self, index: PointIndex):
        how, _, accuracy = ask(index, "250-01", "109th Avenue")
        assert how is How.STREET
        assert accuracy > 100

    def test_a_street_in_another_town_is_no_answer(self, index: PointIndex):
        assert ask(index, "203-09", "109th Avenue", "")[0] is How.NOWHERE
        assert ask(index, "1", "No Such Street")[0] is How.NOWHERE

    def test_doors_that_are_taken_out_are_guessed_near_where_they_are(self, index: PointIndex):
        asked = index.sample(200)
        known, fewer = index.locate(asked), index.without(0.2, seed=3)
        guessed = fewer.locate(asked)
        taken = guessed.how != How.EXACT
        assert 0 < taken.sum() < len(asked) / 2
        near = (guessed.how == How.BETWEEN) & taken
        assert (metres(known.lat, known.lon, guessed.lat, guessed.lon)[near] < 30).all()


class TestNearest:
    def test_the_nearest_door_is_named_as_people_write_it(self, index: PointIndex):
        found = index.nearest(*position(62, 17))
        assert found is not None
        assert found.parts == PostalParts("203-06", "109th Avenue", postcode="11412")
        assert 2 < found.metres < 4

    def test_far_from_any_door_there_is_none(self, index: PointIndex):
        assert index.nearest(*position(1_000, 1_000)) is None
        assert index.nearest(*position(1_000, 200), within=500) is not None
        assert index.nearest(89.0, 179.9) is None

    @given(st.floats(-50, 450), st.floats(-60, 60))
    @hypothesis_settings(max_examples=50, deadline=None)
    def test_it_is_nearer_than_every_other(self, index: PointIndex, east: float, north: float):
        lat, lon = position(east, north)
        found = index.nearest(lat, lon)
        columns = index._regions[0].columns
        assert found is not None
        assert abs(found.metres - metres(lat, lon, columns.lat / 1e7, columns.lon / 1e7).min()) < 0.01


class TestOpen:
    def test_an_empty_home_answers_nothing(self, tmp_path: Path):
        index = PointIndex.open(tmp_path / "regions")
        assert (len(index), index.version) == (0, "none")
        assert index.locate([PostalParts("1", "MAIN ST", postcode="11412")]).how.tolist() == [How.NOWHERE]
        assert index.nearest(0, 0) is None
        assert index.postcode_centre("11412") is None

    def test_the_middle_of_a_zip_code_is_that_of_its_doors(self, index: PointIndex):
        centre = index.postcode_centre("11413")
        assert centre is not None
        assert metres(centre.lat, centre.lon, *position(2_000, 125)) < 20
        assert index.postcode_centre("99999") is None
        assert index.postcode_centre("nonsense") is None

    def test_a_region_that_is_loaded_meanwhile_is_seen_and_costs_one_opening(self, tmp_path: Path):
        settings = Settings(home=tmp_path)
        load_region(settings, town().write(tmp_path / "town.osm"))
        before = PointIndex.open(settings.regions_dir)
        assert PointIndex.open(settings.regions_dir) is before
        other = town()
        other.door(1_500, 0, "1", "Fir Lane")
        load_region(settings, other.write(tmp_path / "town.osm"))
        after = PointIndex.open(settings.regions_dir)
        assert ask(after, "1", "Fir Lane")[0] is How.EXACT
        assert after.version != before.version
        assert ask(before, "203-06", "109th Avenue")[0] is How.EXACT  # who reads the old one reads on

    def test_a_damaged_file_is_named_with_what_to_do(self, tmp_path: Path):
        settings = Settings(home=tmp_path)
        region = load_region(settings, town().write(tmp_path / "town.osm")).region
        (region.points_dir / "key.npy").write_bytes(b"nonsense")
        with pytest.raises(Unavailable, match="load the region again"):
            PointIndex.open(settings.regions_dir)

    def test_hostile_questions_find_nothing_and_break_nothing(self, index: PointIndex):
        texts = ["", "0", "-1", "9" * 500, "ÿ" * 100, "\x00", "203-06'; drop table", "🏠", "1" * 6 + "-" + "9" * 6]
        asked = [PostalParts(text, other, text, other, text, other) for text in texts for other in texts]
        assert not index.locate(asked).found.any()
