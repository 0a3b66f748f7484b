"""Identifiers are UUIDv7: they sort by the moment they were made and never repeat."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outbound.ids import uuid7, uuid7_array, uuid7_at

EPOCH_MS = st.integers(0, 2**47)


def milliseconds_of(value: uuid.UUID) -> int:
    return value.int >> 80


def test_a_new_identifier_is_of_version_7_and_tells_the_time():
    before = datetime.now(UTC)
    value = uuid7()
    assert isinstance(value, uuid.UUID)
    assert (value.version, value.variant) == (7, uuid.RFC_4122)
    made = datetime.fromtimestamp(milliseconds_of(value) / 1000, UTC)
    assert before - timedelta(milliseconds=1) <= made <= datetime.now(UTC)


def test_new_identifiers_differ_and_follow_each_other():
    values = [uuid7() for _ in range(5000)]
    assert len(set(values)) == 5000
    assert [milliseconds_of(value) for value in values] == sorted(milliseconds_of(value) for value in values)


@given(times=st.lists(EPOCH_MS, max_size=50), seed=st.integers(0, 2**32))
def test_many_at_given_times_are_each_of_their_time_and_reproducible(times: list[int], seed: int):
    epoch_ms = np.array(times, dtype=np.int64)
    rows = uuid7_array(epoch_ms, np.random.default_rng(seed))
    values = [uuid.UUID(bytes=row.tobytes()) for row in rows]
    assert [milliseconds_of(value) for value in values] == times
    assert {value.version for value in values} <= {7}
    assert {value.variant for value in values} <= {uuid.RFC_4122}
    assert len(set(values)) == len(times)
    np.testing.assert_array_equal(rows, uuid7_array(epoch_ms, np.random.default_rng(seed)))


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(3000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_one_at_a_moment_tells_that_moment(moment: datetime):
    value = uuid7_at(moment, np.random.default_rng(1))
    told = datetime.fromtimestamp(milliseconds_of(value) / 1000, UTC)
    assert timedelta(0) <= moment - told < timedelta(milliseconds=2)
