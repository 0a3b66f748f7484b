"""What a position is worth: of a file, of a geocoder, of a ZIP code."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.addresses.rules import PostalParts, normalise
from outbound.geocoding.alternatives import MOST, alternatives
from outbound.geocoding.rules import (
    COARSE_METRES,
    FILE_CONFIDENCE,
    Answer,
    Area,
    Nonsense,
    Position,
    better,
    improves_on,
    is_coarse,
    judge,
    judge_file,
    middle,
    next_attempt,
    retry_pause,
    same_street,
)
from outbound.geocoding.states import state_of_postcode, within_state
from outbound.vocabulary import AnswerKind, LocationSource

ASKED = normalise(PostalParts("203-06", "109th Ave", "", "Queens", "NY", "11412"))
AREA = Area(40.7, -73.76, 1500)
HERE = (40.7078, -73.7549)


def answer(kind: AnswerKind = AnswerKind.DOOR, **parts: str) -> Answer:
    said = {"house_number": "203-06", "street": "109th Avenue", "state": "NY", "postcode": "11412"} | parts
    return Answer(*HERE, kind, PostalParts(**said))


class TestAnAnswer:
    def test_of_the_door_is_exact(self) -> None:
        found = judge(answer(), ASKED, AREA)
        assert found is not None
        assert (found.source, found.is_coarse, found.confidence) == (LocationSource.GEOCODER, False, 0.95)

    @pytest.mark.parametrize(
        "parts",
        [
            {"house_number": "203-08"},
            {"street": "109th Road"},
            {"street": "110th Avenue"},
            {"state": "NJ"},
        ],
    )
    def test_of_another_address_is_none(self, parts: dict[str, str]) -> None:
        assert judge(answer(**parts), ASKED, AREA) is None

    @pytest.mark.parametrize("parts", [{"house_number": "20306"}, {"street": "109 AVE"}, {"state": "New York"}])
    def test_written_otherwise_is_the_same(self, parts: dict[str, str]) -> None:
        assert judge(answer(**parts), ASKED, AREA) is not None

    def test_with_another_zip_code_is_worth_less(self) -> None:
        first, second = judge(answer(), ASKED, AREA), judge(answer(postcode="11423"), ASKED, AREA)
        assert first is not None
        assert second is not None
        assert second.confidence < first.confidence

    def test_without_a_number_is_of_the_street_and_coarse(self) -> None:
        found = judge(answer(house_number=""), ASKED, AREA)
        assert found is not None
        assert found.is_coarse

    def test_far_from_the_zip_code_is_none(self) -> None:
        far = Answer(41.5, -74.0, AnswerKind.DOOR, answer().parts)
        assert judge(far, ASKED, AREA) is None
        assert judge(far, ASKED, None) is not None  # nobody knows where the ZIP code lies

    @pytest.mark.parametrize("at", [(0, 0), (math.nan, 1), (math.inf, 1), (999, 1), (1, 181), (40.7, 0)])
    def test_of_no_place_is_nonsense(self, at: tuple[float, float]) -> None:
        with pytest.raises(Nonsense):
            judge(Answer(*at, AnswerKind.DOOR), ASKED, AREA)

    @given(st.floats(), st.floats(), st.sampled_from(AnswerKind), st.text(max_size=20), st.text(max_size=20))
    def test_whatever_it_says_is_judged(
        self, lat: float, lon: float, kind: AnswerKind, number: str, street: str
    ) -> None:
        try:
            found = judge(Answer(lat, lon, kind, PostalParts(number, street), 7.0), ASKED, AREA)
        except Nonsense:
            return
        assert found is None or (0 <= found.confidence <= 1 and found.accuracy > 0)


class TestTheFilesOwn:
    def test_fits_its_state_and_zip_code(self) -> None:
        judged = judge_file(*HERE, ASKED, AREA, None)
        assert judged.fault is None
        assert judged.position is not None
        assert judged.position.source == LocationSource.FILE

    @pytest.mark.parametrize("at", [(40.0, -70.0), (HERE[1], HERE[0]), (42.9, -78.8), (34.05, -118.24), (40.71, 73.75)])
    def test_in_the_sea_in_another_state_or_town_is_left_out(self, at: tuple[float, float]) -> None:
        judged = judge_file(*at, ASKED, AREA, None)
        assert judged.position is None
        assert judged.fault is not None
        assert not any(char.isdigit() for char in judged.fault)

    def test_far_from_its_known_door_makes_way_for_it(self) -> None:
        door = Position(40.71, -73.75, LocationSource.ADDRESS_POINT, 5, 0.99)
        assert judge_file(40.73, -73.75, ASKED, AREA, door).position == door
        assert judge_file(40.7101, -73.75, ASKED, AREA, door).position != door

    @given(st.floats(-60, 60), st.floats(-179, 179), st.booleans())
    def test_once_judged_is_never_judged_again(self, lat: float, lon: float, knows: bool) -> None:
        judged = judge_file(lat, lon, ASKED, AREA if knows else None, None)
        assert judged.position is None or judged.position.confidence != FILE_CONFIDENCE


def test_a_zip_code_s_middle_is_coarse_however_small_it_is() -> None:
    assert middle(Area(1, 1, 10)).is_coarse
    assert is_coarse(LocationSource.ZIP_CENTROID, 1)
    assert is_coarse(LocationSource.INTERPOLATED, COARSE_METRES + 1)
    assert not is_coarse(LocationSource.FILE, None)


def test_the_more_exact_of_two_is_the_better() -> None:
    rough, fine = middle(AREA), Position(1, 1, LocationSource.GEOCODER, 10, 0.5)
    assert better(rough, fine) == better(fine, rough) == fine
    assert better(None, rough) == better(rough, None) == rough


def test_a_door_moves_for_a_metre_and_not_for_the_noise_of_a_sum() -> None:
    found = Position(41.6, -93.6, LocationSource.ZIP_CENTROID, 2072.1742607078377, 0.1)
    assert not improves_on(found, 2072.1742607086203)
    assert improves_on(found, 2073.2)
    assert not improves_on(found, None)  # somebody stood there


def test_doors_are_looked_for_ever_more_rarely() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    waits = [next_attempt(attempts, now) - now for attempts in range(1, 9)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(days=1), timedelta(days=90))


def test_a_geocoder_is_given_the_time_it_asks_for() -> None:
    assert [retry_pause(attempt, None) for attempt in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert retry_pause(1, 20) == 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("109TH AVE", "109TH AVE", True),
        ("MC LAUGHLIN AVE", "MCLAUGHLIN AVE", True),
        ("WHITEHALL", "WHITEHALL TER", True),
        ("109TH AVE", "109TH RD", False),
        ("109TH", "110TH AVE", False),
        ("", "110TH AVE", False),
    ],
)
def test_streets_that_are_one(one: str, other: str, same: bool) -> None:
    assert same_street(one, other) is same


@pytest.mark.parametrize(("postcode", "state"), [("11427", "NY"), ("50309", "IA"), ("00501", "NY"), ("96799", "")])
def test_a_zip_code_names_its_state(postcode: str, state: str) -> None:
    assert state_of_postcode(postcode) == state


def test_a_state_holds_its_cities_and_not_its_neighbours() -> None:
    assert within_state("NY", 40.7, -73.7)
    assert within_state("AK", 52.9, 173.2)
    assert within_state("NY", 27.9, -82.4) is False
    assert within_state("ZZ", 1, 1) is None


class TestAlternatives:
    @pytest.mark.parametrize(
        ("number", "meant"),
        [
            ("8034", "80-34"),
            ("20620", "206-20"),
            ("115107", "115-107"),
            ("1151-16", "115-116"),
            ("90-12/14", "90-12"),
            ("203-06", "20306"),
            ("8034A", "80-34A"),
        ],
    )
    def test_a_number_may_be_meant_otherwise(self, number: str, meant: str) -> None:
        found = alternatives(normalise(PostalParts(number, "Hollis Avenue", postcode="11427")))
        assert meant in {each.parts.house_number for each in found}

    @pytest.mark.parametrize(("street", "meant"), [("207", "207TH"), ("Hollis Court", "HOLLIS COURT BLVD")])
    def test_so_may_a_street(self, street: str, meant: str) -> None:
        found = alternatives(normalise(PostalParts("88-39", street, postcode="11427")))
        assert meant in {each.parts.street for each in found}

    @given(st.text(max_size=12), st.text(max_size=30))
    def test_there_are_few_and_each_is_worth_less_than_what_was_written(self, number: str, street: str) -> None:
        asked = normalise(PostalParts(number, street, postcode="11427"))
        found = alternatives(asked)
        assert len(found) <= MOST
        assert all(0 < each.worth < 1 and each.parts != asked for each in found)
        assert [each.worth for each in found] == sorted((each.worth for each in found), reverse=True)
