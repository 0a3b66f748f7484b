"""Positions open for the row they were sealed for, with the keys of this installation, and for nothing else."""

from __future__ import annotations

import json
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Misconfigured
from outbound.storage.crypto import KeyRing, open_position, seal_position

RING = KeyRing({1: b"k" * 32})
ORG, ROW = uuid.uuid4(), uuid.uuid4()
DEGREES = {"lat": st.floats(-90, 90), "lon": st.floats(-180, 180)}


@given(org_id=st.uuids(), row_id=st.uuids(), **DEGREES)
def test_what_is_sealed_opens_exactly(org_id: uuid.UUID, row_id: uuid.UUID, lat: float, lon: float):
    blob = seal_position(RING, org_id, row_id, lat, lon)
    assert open_position(RING, org_id, row_id, blob) == (lat, lon)


@given(**DEGREES)
def test_the_same_position_never_looks_the_same_twice(lat: float, lon: float):
    assert seal_position(RING, ORG, ROW, lat, lon) != seal_position(RING, ORG, ROW, lat, lon)


@given(other=st.uuids())
def test_a_value_copied_to_another_row_or_organisation_does_not_open(other: uuid.UUID):
    blob = seal_position(RING, ORG, ROW, 41.6, -93.6)
    for org_id, row_id in ((ORG, other), (other, ROW), (ROW, ORG)):
        with pytest.raises(Misconfigured, match="does not open: it is not this row's"):
            open_position(RING, org_id, row_id, blob)


@given(byte=st.integers(4, 47), flip=st.integers(1, 255))
def test_a_value_changed_in_any_byte_does_not_open(byte: int, flip: int):
    blob = bytearray(seal_position(RING, ORG, ROW, 41.6, -93.6))
    assert len(blob) == 48
    blob[byte] ^= flip
    with pytest.raises(Misconfigured):
        open_position(RING, ORG, ROW, bytes(blob))


@given(garbage=st.binary(max_size=60))
def test_what_was_never_sealed_is_refused_in_a_sentence(garbage: bytes):
    with pytest.raises(Misconfigured):
        open_position(RING, ORG, ROW, garbage)


@given(garbage=st.binary(max_size=60))
def test_what_was_never_sealed_is_refused_even_when_it_names_a_key(garbage: bytes):
    with pytest.raises(Misconfigured):
        open_position(RING, ORG, ROW, b"\0\0\0\1" + garbage)


def test_the_newest_key_seals_and_older_ones_still_open():
    old = seal_position(RING, ORG, ROW, 41.6, -93.6)
    rotated = KeyRing({1: b"k" * 32, 2: b"n" * 32})
    new = seal_position(rotated, ORG, ROW, 41.6, -93.6)
    assert new[:4] == b"\0\0\0\2"
    assert open_position(rotated, ORG, ROW, old) == open_position(rotated, ORG, ROW, new)


def test_a_lost_key_is_told_in_a_sentence():
    sealed = seal_position(KeyRing({2: b"n" * 32}), ORG, ROW, 41.6, -93.6)
    with pytest.raises(Misconfigured, match="a key that the key ring does not hold"):
        open_position(RING, ORG, ROW, sealed)


def test_the_ring_is_made_at_first_use_readable_by_its_owner_only(tmp_path: Path):
    folder = tmp_path / "keys"
    first = KeyRing.open(folder)
    assert stat.S_IMODE((folder / "ring.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    sealed = seal_position(first, ORG, ROW, 41.6, -93.6)
    assert open_position(KeyRing.open(folder), ORG, ROW, sealed) == (41.6, -93.6)


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.open(tmp_path / "keys"), range(16)))
    sealed = seal_position(rings[0], ORG, ROW, 41.6, -93.6)
    assert {open_position(ring, ORG, ROW, sealed) for ring in rings} == {(41.6, -93.6)}
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["ring.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no json",
        "[]",
        "{}",
        json.dumps({"1": "no base64!"}),
        json.dumps({"1": "c2hvcnQ="}),
        json.dumps({"one": "a" * 44}),
        json.dumps({"1": 7}),
        "\xff",
    ],
)
def test_a_damaged_ring_is_refused_in_a_sentence_and_left_as_it_is(tmp_path: Path, content: str):
    (tmp_path / "ring.json").write_text(content, encoding="latin-1")
    with pytest.raises(Misconfigured, match=r"ring\.json cannot be read .*; restore it from its backup"):
        KeyRing.open(tmp_path)
    assert (tmp_path / "ring.json").read_text(encoding="latin-1") == content
