"""Many rows at once: what is written is what is read, and the policies hold."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from outbound.ids import uuid7, uuid7_array
from outbound.storage.bulk import (
    Copied,
    copy_columns,
    copy_rows,
    driver_of,
    hold_statistics,
    staged_columns,
    uuid_column,
)
from outbound.storage.database import Database
from outbound.storage.pgcopy import ARROW_TYPES
from tests.support.examples import examples
from tests.support.franchise import Franchise

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids(),
    "text": _texts,
    "bytea": st.binary(max_size=20),
    "jsonb": st.dictionaries(_texts, st.integers(-1000, 1000) | _texts | st.none(), max_size=3),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "double precision": st.floats(allow_nan=False),
    "real": st.integers(-8000, 8000).map(lambda eighths: eighths / 8),  # told in six digits
    "boolean": st.booleans(),
    "timestamp with time zone": _moments,
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "time without time zone": st.times(),
}
_rows = st.lists(st.tuples(*(st.none() | values for values in _VALUES.values())), min_size=1, max_size=20)


@settings(max_examples=examples(50))
@given(_rows)
def test_every_type_and_null_is_read_back_as_it_was_written(
    scratch: psycopg.Connection[Any], rows: list[tuple[Any, ...]]
) -> None:
    names = [f"c{number}" for number in range(len(_VALUES))]
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    with staged_columns(scratch, columns, dict(zip(names, _VALUES, strict=True))) as name:
        found = scratch.execute(sql.SQL("select * from pg_temp.{}").format(sql.Identifier(name))).fetchall()
    assert found == rows


@pytest.fixture(scope="module")
def scratch(server: Any) -> Any:
    with server.clone() as url:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, options="-c timezone=UTC") as connection:
            yield connection


def test_every_known_type_has_a_test() -> None:
    assert set(_VALUES) | {"character varying"} == set(ARROW_TYPES)


def test_numpy_arrow_python_and_single_values_may_stand_side_by_side(scratch: psycopg.Connection[Any]) -> None:
    ids = uuid7_array(np.array([0, 1]), np.random.default_rng(1))
    columns = {
        "id": ids,
        "at": np.array(["2026-01-01T00:00:00", "2026-07-01T12:00:00.5"], dtype="datetime64[us]"),
        "amount": pa.array([1, None], pa.int64()),
        "name": pa.array(["a", "b"]).dictionary_encode(),
        "all": True,
        "none": None,
    }
    types = {
        "id": "uuid", "at": "timestamp with time zone", "amount": "bigint", "name": "text", "all": "boolean",
        "none": "text",
    }  # fmt: skip
    with staged_columns(scratch, columns, types):
        found = scratch.execute("select * from pg_temp.staged").fetchall()
    assert found == [
        (uuid.UUID(bytes=ids[0].tobytes()), datetime(2026, 1, 1, tzinfo=UTC), 1, "a", True, None),
        (uuid.UUID(bytes=ids[1].tobytes()), datetime(2026, 7, 1, 12, 0, 0, 500000, UTC), None, "b", True, None),
    ]


def test_a_float_that_is_no_number_stays_one(scratch: psycopg.Connection[Any]) -> None:
    with staged_columns(scratch, {"x": np.array([math.nan, math.inf])}, {"x": "double precision"}):
        found = [x for (x,) in scratch.execute("select x from pg_temp.staged")]
    assert math.isnan(found[0])
    assert math.isinf(found[1])


def test_columns_of_different_lengths_are_refused(scratch: psycopg.Connection[Any]) -> None:
    with (
        pytest.raises(ValueError, match="one length"),
        staged_columns(scratch, {"a": [1, 2], "b": [1]}, {"a": "bigint", "b": "bigint"}),
    ):
        pass


def _doors(franchise: Franchise, count: int) -> dict[str, Any]:
    return {
        "org_id": franchise.org_id,
        "id": uuid_column(uuid7() for _ in range(count)),
        "canonical": [f"{number} BULK ST" for number in range(count)],
    }


def test_a_job_writes_many_rows_of_its_organisation(database: Database, franchise: Franchise) -> None:
    with database.as_job(franchise.org_id) as session:
        assert copy_columns(session, "addresses", _doors(franchise, 500)) == Copied(500, 500)
        written = session.scalar(text("select count(*) from outbound.addresses where canonical like '%BULK ST'"))
    assert written == 500


def test_rows_of_another_organisation_are_refused_and_nothing_is_written(
    database: Database, franchise: Franchise, other_franchise: Franchise
) -> None:
    with (
        pytest.raises((DBAPIError, psycopg.errors.InsufficientPrivilege)),
        database.as_job(franchise.org_id) as session,
    ):
        copy_columns(session, "addresses", _doors(other_franchise, 3))
    with other_franchise.as_job() as session:
        assert not session.scalar(text("select count(*) from outbound.addresses where canonical like '%BULK ST'"))


def test_rows_that_are_there_already_are_left_as_they_are(database: Database, franchise: Franchise) -> None:
    rows = [(franchise.org_id, uuid7(), f"{number} TWICE ST") for number in range(10)]
    columns = ["org_id", "id", "canonical"]
    with database.as_job(franchise.org_id) as session:
        first = copy_rows(session, "addresses", columns, rows[:6], on_conflict="nothing")
        second = copy_rows(session, "addresses", columns, rows, on_conflict="nothing")
    assert (first.inserted, second.inserted, second.there_already) == (6, 4, 6)


def test_the_administrator_copies_straight_into_the_table(database: Database, franchise: Franchise) -> None:
    with database.admin_engine.begin() as connection:
        assert copy_columns(connection, "addresses", _doors(franchise, 5)).inserted == 5
        assert not _temporary_tables(connection)


def test_no_temporary_table_outlives_the_call(database: Database, franchise: Franchise) -> None:
    with database.as_job(franchise.org_id) as session:
        copy_columns(session, "addresses", _doors(franchise, 5))
        assert not _temporary_tables(session.connection())


def test_an_unknown_column_is_named(database: Database, franchise: Franchise) -> None:
    with database.as_job(franchise.org_id) as session, pytest.raises(ValueError, match="no column colour"):
        copy_columns(session, "addresses", {"colour": ["red"]})


def test_a_failed_copy_leaves_the_transaction_to_its_owner(database: Database, franchise: Franchise) -> None:
    def broken() -> Any:
        yield (franchise.org_id, uuid7(), "1 BROKEN ST")
        raise RuntimeError("the file ended")

    with pytest.raises(RuntimeError), database.as_job(franchise.org_id) as session:
        copy_rows(session, "addresses", ["org_id", "id", "canonical"], broken())
    with database.as_job(franchise.org_id) as session:
        assert not session.scalar(text("select count(*) from outbound.addresses where canonical like '%BROKEN%'"))


def _temporary_tables(connection: Connection) -> list[Any]:
    return driver_of(connection).execute(
        "select relname from pg_class where relpersistence = 't' and relkind = 'r'"
    ).fetchall()  # fmt: skip


def test_no_analyze_counts_the_rows_of_an_unfinished_bulk_write(database: Database, franchise: Franchise) -> None:
    with database.as_job(franchise.org_id) as session:
        hold_statistics(session, "addresses")
        copy_columns(session, "addresses", _doors(franchise, 5))
        with database.admin_engine.connect() as other:
            other.execute(text("set lock_timeout = '100ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                other.execute(text("analyze outbound.addresses"))
            other.rollback()
            assert other.scalar(text("select count(*) from outbound.addresses where canonical like '%BULK ST'")) == 0
