"""Shifts fit together in whatever order they became known."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Invalid
from outbound.shifts.rules import Span, fitted, refuse_impossible_times, shift_at

MORNING = datetime(2026, 5, 4, 14, tzinfo=UTC)


def hours(number: float) -> datetime:
    return MORNING + timedelta(hours=number)


spans = st.builds(
    lambda id_, start, length: Span(id_, hours(start), None if length is None else hours(start + length)),
    st.uuids(),
    st.integers(0, 100),
    st.none() | st.integers(0, 12),
)
days = st.lists(spans, max_size=8, unique_by=lambda span: span.id)


@given(days, st.randoms())
def test_the_order_of_arrival_tells_nothing(day, random):
    shuffled = list(day)
    random.shuffle(shuffled)
    assert fitted(shuffled) == fitted(day)
    known: list[Span] = []
    for span in shuffled:  # one by one, each seeing what the earlier ones became
        known = fitted([*known, span])
    assert known == fitted(day)


@given(days)
def test_at_most_the_last_is_open_and_what_was_said_stands(day):
    out = fitted(day)
    assert [span for span in out[:-1] if span.ended_at is None] == []
    said = {span.id: span for span in day if span.is_ended}
    assert {span.id: span for span in out if span.is_ended} == said
    assert all(span.ended_at is None or span.ended_at >= span.started_at for span in out)


def test_a_moment_belongs_to_the_shift_that_began_last():
    early, late = Span(uuid.uuid4(), hours(0), hours(8)), Span(uuid.uuid4(), hours(4))
    assert shift_at([early, late], hours(5)) == late
    assert shift_at([early, late], hours(2)) == early
    assert shift_at([early, late], hours(-1)) is None
    assert shift_at([early], hours(8)) == early
    assert shift_at([early], hours(9)) is None


def test_times_set_by_hand_run_forward_and_lie_behind():
    refuse_impossible_times(hours(0), hours(8), hours(9))
    for start, end in ((hours(2), hours(1)), (hours(10), None), (hours(0), hours(10))):
        with pytest.raises(Invalid) as refused:
            refuse_impossible_times(start, end, hours(9))
        assert refused.value.errors[0]["field"].startswith("body.")
