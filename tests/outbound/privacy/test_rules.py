"""A person is found however they are written, and nobody else is taken for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.privacy.files import names
from outbound.privacy.rules import ERASED, mentions, person_of, scrubbed, scrubbed_text, ways_to_write

FORMER, PRESENT = uuid.UUID(int=1), uuid.UUID(int=2)
ADA = {"first_name": "Ada", "last_name": "Lovelace", "phone": "+15155550123", "email": "ada@engine.example"}
PERSON = person_of({FORMER: PRESENT}, [ADA])


@pytest.mark.parametrize(
    "written",
    ["+15155550123", "15155550123", "5155550123", "(515) 555-0123", "515-555-0123", "515.555.0123", "515 555 0123"],
)
def test_a_number_is_found_as_people_write_it(written: str):
    assert written in ways_to_write(ADA["phone"])
    assert scrubbed_text(f"call {written} later", PERSON) == f"call {ERASED} later"


@pytest.mark.parametrize(
    "written", ["Ada Lovelace", "ada lovelace", "LOVELACE, ADA", "ADA@Engine.example", str(FORMER)]
)
def test_a_text_that_names_them_is_known(written: str):
    assert mentions(f"… {written} …", PERSON)
    assert not mentions(scrubbed_text(f"… {written} …", PERSON), PERSON)


@pytest.mark.parametrize("written", ["Ada Byron", "515-555-0124", "ada@engine.example.org".replace("ada@", "eda@"), ""])
def test_somebody_else_is_left_alone(written: str):
    assert not mentions(written, PERSON)
    assert scrubbed_text(written, PERSON) == written


def test_a_document_keeps_its_shape():
    before = {"into": str(FORMER), "who": ["Ada", {"last": "lovelace", "tel": "515-555-0123"}], "n": 3, "none": None}
    after = {"into": str(PRESENT), "who": [ERASED, {"last": ERASED, "tel": ERASED}], "n": 3, "none": None}
    assert scrubbed(before, PERSON) == after


_documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(sorted(PERSON.needles)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(document=_documents)
def test_whatever_the_document_nothing_of_them_is_left_and_the_second_time_changes_nothing(document: object):
    once = scrubbed(document, PERSON)
    assert not mentions(str(once), PERSON)
    assert scrubbed(once, PERSON) == once


@given(
    before=st.integers(0, 3000),
    after=st.integers(0, 3000),
    size=st.integers(700, 2000),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "cp1252"]),
)
def test_a_list_is_searched_across_the_edges_of_its_pieces(before: int, after: int, size: int, encoding: str):
    content = ("x" * before + "ada@engine.example" + "y" * after).encode(encoding)
    assert names(_cut(content, size), PERSON)
    assert not names(_cut(content.replace("engine".encode(encoding), "hinges".encode(encoding)), size), PERSON)


def test_names_in_columns_of_their_own_are_found_and_a_workbook_goes_unread():
    assert names([b"first;last\nGrace;Hopper\nADA;", b"Lovelace\n"], PERSON)
    assert not names([b"first;last\nAda;Byron\nKate;Lovelace\n"], PERSON)
    assert names([b"PK\x03\x04 whatever"], PERSON)


def _cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))
