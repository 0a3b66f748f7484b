"""Whose a territory's new leads are, by its rule."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from outbound.territories.rules import OwnerChooser, Worker
from outbound.vocabulary import AssignmentRole, OwnerRule

TURF, OTHER = uuid.UUID(int=100), uuid.UUID(int=200)
ANN, BEN, CAT = (uuid.UUID(int=number) for number in (1, 2, 3))


def worker(user_id: uuid.UUID, role: str = "OWNER", *, primary: bool = False, day: int = 1) -> Worker:
    return Worker(user_id, AssignmentRole(role), primary, datetime(2026, 1, day, tzinfo=UTC))


def given_away(rule: OwnerRule, workers: list[Worker], count: int, **kept: dict) -> list[uuid.UUID | None]:
    chooser = OwnerChooser(kept.get("loads", {}), kept.get("last", {}))
    return [chooser.choose(TURF, rule, workers) for _ in range(count)]


def test_a_fixed_owner_is_the_primary_one_else_the_one_there_longest():
    assert given_away(OwnerRule.FIXED, [worker(ANN), worker(BEN, primary=True, day=9)], 2) == [BEN, BEN]
    assert given_away(OwnerRule.FIXED, [worker(ANN, day=9), worker(BEN)], 1) == [BEN]
    assert given_away(OwnerRule.FIXED, [worker(ANN, "CONTRIBUTOR")], 1) == [None]


def test_in_turn_everyone_who_may_work_it_is_given_the_next():
    workers = [worker(CAT), worker(ANN, "CONTRIBUTOR"), worker(BEN)]
    assert given_away(OwnerRule.ROUND_ROBIN, workers, 4) == [ANN, BEN, CAT, ANN]


def test_the_turn_goes_on_after_the_one_who_had_the_last_lead_even_if_they_have_left():
    assert given_away(OwnerRule.ROUND_ROBIN, [worker(ANN), worker(CAT)], 2, last={TURF: BEN}) == [CAT, ANN]
    assert given_away(OwnerRule.ROUND_ROBIN, [worker(ANN), worker(BEN)], 2, last={TURF: CAT}) == [ANN, BEN]


def test_who_has_the_fewest_open_leads_is_given_the_next_until_all_are_even():
    found = given_away(OwnerRule.LEAST_LOADED, [worker(ANN), worker(BEN)], 5, loads={ANN: 3})
    assert found == [BEN, BEN, BEN, ANN, BEN]


def test_leads_of_another_territory_count_towards_the_load():
    chooser = OwnerChooser({}, {})
    assert chooser.choose(OTHER, OwnerRule.FIXED, [worker(ANN)]) == ANN
    assert chooser.choose(TURF, OwnerRule.LEAST_LOADED, [worker(ANN), worker(BEN)]) == BEN


def test_a_viewer_or_nobody_is_given_none():
    for rule in OwnerRule:
        assert given_away(rule, [worker(ANN, "VIEWER")], 1) == [None]
        assert given_away(rule, [], 1) == [None]


@given(
    st.sets(st.integers(1, 9), min_size=1), st.integers(0, 50), st.dictionaries(st.integers(1, 9), st.integers(0, 9))
)
def test_shares_differ_by_one_at_most_in_turn_and_loads_are_levelled(people: set[int], count: int, had: dict[int, int]):
    workers = [worker(uuid.UUID(int=number)) for number in people]
    shares = Counter(given_away(OwnerRule.ROUND_ROBIN, workers, count))
    in_turn = [shares[each.user_id] for each in workers]
    assert max(in_turn) - min(in_turn) <= 1
    loads = {uuid.UUID(int=number): open_ for number, open_ in had.items()}
    after = Counter(loads) + Counter(given_away(OwnerRule.LEAST_LOADED, workers, count, loads=loads))
    gained = [each.user_id for each in workers if after[each.user_id] > loads.get(each.user_id, 0)]
    lowest = min(after[each.user_id] for each in workers)
    assert all(after[user_id] <= lowest + 1 for user_id in gained)
