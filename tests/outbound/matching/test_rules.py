"""What two records are to each other: by evidence, and by what their door decides."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Invalid
from outbound.matching.facts import Facts, facts_of_door, facts_of_parts
from outbound.matching.keys import door_keys, slip_keys
from outbound.matching.pairs import Blocks
from outbound.matching.rarity import Rarity
from outbound.matching.rules import Outcome, Thresholds, checked_thresholds, compare, judge
from outbound.postal.rules import PostalParts

ANN = facts_of_parts(
    PostalParts("12", "Main Street", "", "Hollis", "NY", "11423"), first="Ann", last="Lee", phone="+17185550123"
)


def ann(**changes: str | float) -> Facts:
    return replace(ANN, **changes)


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (ann(), Outcome.SAME),
        (ann(phone=""), Outcome.SAME),
        (ann(first="", last="", phone=""), Outcome.SAME),
        (ann(first="annie", phone=""), Outcome.SAME),
        (ann(first="lee", last="ann", phone=""), Outcome.SAME),
        (ann(street="MIAN ST", phone=""), Outcome.SAME),
        (ann(number="", street="", postcode="", city=""), Outcome.SAME),
        (ann(first="bob", phone=""), Outcome.HOUSEHOLD),
        (ann(first="bob"), Outcome.HOUSEHOLD),
        (ann(first="bob", last="jones", phone=""), Outcome.UNSURE),
        (ann(number="", street="", postcode="", city="", first="", last=""), Outcome.UNSURE),
        (ann(number="99", street="OAK AVE"), Outcome.UNSURE),
        (ann(number="21", phone=""), Outcome.UNSURE),
        (ann(number="99", street="OAK AVE", first="bob", last="jones"), Outcome.NEW),
        (ann(number="14", phone=""), Outcome.NEW),
        (ann(street="MAINE ST", first="", last="", phone=""), Outcome.NEW),
        (ann(unit="# 2B", first="", last="", phone=""), Outcome.NEW),
    ],
)
def test_a_record_is_the_same_somebody_of_the_household_worth_a_question_or_new(other: Facts, outcome: Outcome) -> None:
    assert judge(ANN, other).outcome is outcome, judge(ANN, other)


def test_units_of_a_building_are_told_apart_whatever_else_is_shared() -> None:
    match = judge(ann(unit="# 2A"), ann(unit="# 2B"))
    assert (match.outcome, match.because) == (Outcome.NEW, "another unit of the building")


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("358-370", "358", "part"),
        ("8938-40", "8940", "part"),
        ("358-370", "359", "different"),
        ("358-370", "372", "different"),
        ("203-06", "203-08", "near"),
        ("203-06", "20306", "typo"),
    ],
)
def test_a_building_with_several_numbers_has_each_of_its_side(one: str, other: str, word: str) -> None:
    assert compare(ann(number=one), ann(number=other)).number == word


def test_a_number_of_a_building_alone_is_never_the_same_door() -> None:
    here, there = ann(number="12-16", phone=""), ann(number="14", phone="")
    assert judge(here, there).outcome is Outcome.UNSURE
    assert judge(replace(here, first="", last=""), there).outcome is Outcome.NEW


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("SOUTH FRANCISCO", "S FRANCISCO AVE", "core"),
        ("S FRANCISCO", "N FRANCISCO", "close"),
        ("SOUTH ST", "NORTH ST", "close"),
    ],
)
def test_a_direction_is_read_whole_or_short(one: str, other: str, word: str) -> None:
    assert compare(ann(street=one), ann(street=other)).street == word


def test_a_single_name_is_found_in_the_column_of_the_other() -> None:
    assert compare(ann(first="", last="ann"), ANN).last == "exchanged"
    assert compare(ann(first="lee", last=""), ANN).last == "exchanged"
    assert compare(ann(first="", last="lee"), ANN).last == "same"
    assert compare(ann(first="", last="bob"), ANN).last == "different"


def test_an_email_address_with_its_dot_at_another_place_is_alike() -> None:
    assert compare(ann(email="ann.lee@x.test"), ann(email="annlee@x.test")).email == "similar"
    assert compare(ann(email="ann.lee@xtest"), ann(email="ann@lee.x.test")).email == "similar"


def test_a_rare_name_tells_more_than_one_that_many_have() -> None:
    rarity = Rarity()
    for number in range(64):
        rarity.add(Facts(last="lee" if number % 2 else f"name {number}"))
    common, rare = Facts(last="lee"), Facts(last="name 2")
    assert rarity.bits(common, common) < 0 < rarity.bits(rare, rare)
    assert rarity.bits(rare, common) == 0 == rarity.bits(Facts(last="poe"), Facts(last="poe"))
    scores = [judge(ann(last=last), ann(last=last, phone=""), rarity=rarity).score for last in ("lee", "poe", "name 2")]
    assert scores == sorted(scores)


def test_a_name_that_all_have_adds_and_takes_nothing() -> None:
    rarity = Rarity()
    for _ in range(5):
        rarity.add(ANN)
    assert rarity.bits(ANN, ANN) == 0


def test_one_number_at_two_doors_of_a_list_is_no_question() -> None:
    owner = ann(number="99", street="OAK AVE")
    assert judge(ANN, owner).outcome is Outcome.UNSURE
    assert judge(ANN, owner, within_list=True).outcome is Outcome.NEW


def test_neighbours_of_nearly_one_name_are_two_doors_of_a_list() -> None:
    neighbour = ann(number="21", last="lees", phone="")
    assert judge(ANN, neighbour).outcome is Outcome.UNSURE
    assert judge(ANN, neighbour, within_list=True).outcome is Outcome.NEW


def test_a_street_alone_is_no_question() -> None:
    street = ann(number="", first="", last="", phone="")
    assert judge(street, street, within_list=True).outcome is Outcome.NEW
    assert judge(ANN, street).outcome is Outcome.NEW


PLACED = {"number": "", "street": "", "postcode": "", "phone": ""}


def test_a_name_and_a_town_that_are_shared_are_a_question_and_a_name_alone_is_none() -> None:
    match = judge(ANN, ann(**PLACED))
    assert (match.outcome, match.because) == (Outcome.UNSURE, "the name alone is shared")
    assert judge(ANN, ann(city="", **PLACED)).outcome is Outcome.NEW


def test_a_name_is_enough_where_something_else_of_the_two_is_alike() -> None:
    here = ann(email="ann.lee@example.com", **PLACED)
    assert judge(here, replace(here, email="ann.leee@example.com")).outcome is Outcome.SAME
    assert judge(ann(lat=40.7, lon=-73.7), ann(lat=40.7001, lon=-73.7, **PLACED)).outcome is Outcome.SAME


@pytest.mark.parametrize("others", ["109TH ST", "110TH AVE"])
def test_streets_that_are_written_nearly_alike_are_not_one(others: str) -> None:
    assert (
        judge(ann(street="109TH AVE", phone=""), ann(street=others, phone="", first="", last="")).outcome is Outcome.NEW
    )


def test_a_street_without_its_suffix_is_asked_about_where_both_stand_at_one_place() -> None:
    here = ann(street="MAIN", phone="", first="", last="", lat=40.7, lon=-73.7)
    assert judge(ann(lat=40.7001, lon=-73.7), here).outcome is Outcome.UNSURE
    assert judge(ann(lat=40.71, lon=-73.7), here).outcome is Outcome.NEW


def test_the_thresholds_decide_between_the_outcomes() -> None:
    jones = ann(first="bob", last="jones", phone="")
    assert judge(ANN, jones, Thresholds(same=0.95, unsure=0.6)).outcome is Outcome.NEW
    assert judge(ANN, ann(first="", last="", phone=""), Thresholds(same=1.0, unsure=0.5)).outcome is Outcome.UNSURE


@pytest.mark.parametrize(("same", "unsure"), [(0.4, 0.1), (0.9, 0.95), (1.1, 0.2), (0.9, -0.1), (float("nan"), 0.2)])
def test_thresholds_out_of_order_are_refused(same: float, unsure: float) -> None:
    with pytest.raises(Invalid):
        checked_thresholds(same, unsure)


def test_a_door_is_read_from_the_lines_that_are_stored() -> None:
    facts = facts_of_door("12 MAIN ST # 2B, 11423", "12 MAIN ST, 11423", postcode="11423-1234")
    assert (facts.number, facts.street, facts.unit, facts.postcode) == ("12", "MAIN ST", "# 2B", "11423")
    assert facts_of_door("PIN 0af3", "PIN 0af3").street == ""


@pytest.mark.parametrize("street", ["GUY R BREWER BLVD", "109TH AVE"])
def test_a_street_without_a_number_is_a_street_and_one_door_is_found_again(street: str) -> None:
    facts = facts_of_door(f"{street}, 11423", f"{street}, 11423", postcode="11423")
    assert (facts.number, facts.street) == ("", street)
    assert set(door_keys(facts))


words = st.sampled_from(["", "ann", "annie", "bob", "lee", "lees", "jones", "a b c realty llc", "é", "1"])
records = st.builds(
    Facts,
    number=st.sampled_from(["", "12", "21", "120", "203-06"]),
    street=st.sampled_from(["", "MAIN ST", "MAIN", "MIAN ST", "109TH AVE", "110TH AVE"]),
    unit=st.sampled_from(["", "# 2A", "# 2B"]),
    postcode=st.sampled_from(["", "11423", "11432", "90210"]),
    city=words,
    phone=st.sampled_from(["", "7185550123", "5550123", "7185550132", "1"]),
    email=st.sampled_from(["", "ann@x.test", "ann@y.test", "bob.lee@x.test", "@"]),
    first=words,
    last=words,
    lat=st.sampled_from([None, 40.7, 40.7001]),
    lon=st.sampled_from([None, -73.7]),
)


@given(records, records)
def test_it_makes_no_difference_which_record_comes_first(a: Facts, b: Facts) -> None:
    assert compare(a, b) == compare(b, a)
    rarity = Rarity()
    rarity.add(a)
    rarity.add(b)
    assert judge(a, b) == judge(b, a)
    assert judge(a, b, rarity=rarity) == judge(b, a, rarity=rarity)


@given(records)
def test_a_record_speaks_for_itself(record: Facts) -> None:
    assert all(word in ("same", "unknown", "none", "near") for word in compare(record, record))


@given(st.lists(records, max_size=30))
def test_records_that_share_a_key_are_compared_once(given_records: list[Facts]) -> None:
    blocks = Blocks()
    for record in given_records:
        blocks.add(record)
    found = [tuple(pair) for part in blocks.pairs() for pair in part.tolist()]
    keys = [{*door_keys(record), *slip_keys(record)} for record in given_records]
    wanted = {(i, j) for i, j in product(range(len(keys)), repeat=2) if i < j and keys[i] & keys[j]}
    assert len(found) == len(set(found))
    assert set(found) == wanted


def test_a_block_of_thousands_does_not_grow_with_its_square() -> None:
    blocks = Blocks(most=10)
    for number in range(5000):
        blocks.add(Facts(number=str(number), street="MAIN ST", phone="7185550123"))
    pairs = np.concatenate(list(blocks.pairs()))
    assert len(pairs) < 10_000


def test_records_full_of_slips_are_found_by_what_they_share_of_names_and_place() -> None:
    slips = ann(first="anne", last="leigh", number="21", street="MIAN ST", phone="")
    blocks = Blocks()
    blocks.add(ann())
    blocks.add(ann(first="zoe", last="poe", number="7", street="OAK AVE", postcode="90210", city="reno", phone=""))
    blocks.add(slips)
    assert [pair for part in blocks.pairs() for pair in part.tolist()] == [[0, 2]]


def test_of_a_long_list_those_are_compared_that_share_the_most() -> None:
    blocks = Blocks(most_by_slips=1)
    blocks.add(ann(number="1", street="OAK AVE", phone=""))
    blocks.add(ann(number="2", street="ELM ST", last="leigh", phone=""))
    blocks.add(ann(number="3", street="OAK AVE", postcode="11432", city="jamaica", phone=""))
    blocks.add(ann(number="4", street="ASH ST", postcode="11432", city="jamaica", first="zoe", last="poe", phone=""))
    assert [pair for part in blocks.pairs() for pair in part.tolist()] == [[0, 2]]
