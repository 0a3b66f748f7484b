"""Some rows in one statement: whatever stands in them arrives as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from outbound.storage.bulk import driver_of
from outbound.storage.database import Database
from outbound.storage.rowset import array_of
from tests.support.examples import examples

letters = st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"])
answers = st.dictionaries(st.sampled_from('ab"\\{},'), st.integers() | st.just('"\\'))
zones = st.just(timezone(timedelta(hours=5)))
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 (the zone is drawn)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, max_size=5)


@settings(max_examples=examples(30))
@given(
    texts=some(st.text(letters)),
    blobs=some(st.binary(max_size=20)),
    objects=some(answers),
    moments=some(times),
    uuids=some(st.uuids()),
    flags=some(st.booleans()),
    numbers=some(st.integers(-(2**63), 2**63 - 1)),
)
def test_arrays_arrive_as_they_were(database: Database, **given: list[Any]):
    types = dict(zip(given, ("text", "bytea", "jsonb", "timestamptz", "uuid", "boolean", "bigint"), strict=True))
    with database.admin_engine.connect() as connection:
        driver: psycopg.Connection = driver_of(connection)
        for name, values in given.items():
            type_ = types[name]
            (arrived,) = driver.execute(f"select %s::{type_}[]", [array_of(values, type_)]).fetchone() or ([],)
            if type_ == "timestamptz":
                values = [each and each.astimezone(UTC) for each in values]
            if type_ == "jsonb":
                arrived = [json.loads(json.dumps(each)) for each in arrived]
            assert arrived == values
