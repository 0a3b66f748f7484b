"""What PostgreSQL can keep of a text."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.errors import Invalid
from outbound.identity.service import add_member
from outbound.storage.database import Database
from outbound.texts import is_storable, storable
from outbound.vocabulary import Role


@given(st.text(st.characters(exclude_categories=[]), max_size=20))
def test_what_is_kept_can_be_kept(given: str):
    kept = storable(given)
    assert is_storable(kept)
    assert is_storable(given) is (kept == given)
    kept.encode()


@pytest.mark.parametrize("bad", ["a\x00b", "\x00", "\ud800", "a\udcff.csv", "\ude00\ud83d"])
def test_neither_nul_nor_half_a_pair_is_storable(bad: str):
    assert not is_storable(bad)


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800"])
@pytest.mark.parametrize(
    "statement",
    [
        "select cast(:value as text)",
        "select outbound.person_of(:value)",
        "select * from outbound.organisations where name = :value",
        "select cast(:value as jsonb)",
    ],
)
def test_what_no_door_refused_is_refused_by_the_last_one(database: Database, bad: str, statement: str):
    value = f'"{bad}"'.replace("\x00", "\\u0000").replace("\ud800", "\\ud800") if "jsonb" in statement else bad
    with pytest.raises(Invalid, match="cannot be stored"), database.as_job(uuid.uuid4()) as session:
        session.execute(text(statement), {"value": value}).all()


@pytest.mark.parametrize("values", [{"name": "No\x00ra"}, {"name": "No\udcffra"}, {"email": "no\x00ra@example.com"}])
def test_nobody_is_added_by_a_text_that_cannot_be_stored(database: Database, values: dict[str, str]):
    person = {"email": "nora@example.com", "name": "Nora", "password": "a long enough one"} | values
    with pytest.raises(Invalid):
        add_member(database, uuid.uuid4(), role=Role.OPS, **person)
