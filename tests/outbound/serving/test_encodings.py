"""Who wants an answer gzipped, by RFC 9110."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.serving.encodings import accepts_gzip, gzipped, names, prefers_gzip


@pytest.mark.parametrize(
    "asked",
    [
        "gzip",
        "GZip",
        "x-gzip",
        "gzip, deflate, br, zstd",
        "br;q=1.0, gzip;q=0.5",
        "gzip ; q=0.001",
        "*",
        "*;q=0.1",
        "identity;q=0, gzip",
        "identity;q=0.5, gzip;q=0.5",
        "unheard-of, gzip",
    ],
)
def test_gzip_is_sent_to_who_asks_for_it(asked: str):
    assert prefers_gzip(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "identity",
        "br, zstd",
        "gzip;q=0",
        "gzip;q=0.000",
        "GZIP;Q=0",
        "*;q=0",
        "*, gzip;q=0",
        "gzip;q=0, *;q=1",
        "identity, gzip;q=0.5",
        "identity;q=0",
        "notgzip",
        "gzip;q=2",
        "gzip;q=-1",
        "gzip;q=much",
        "gzip;level=9",
        ";;,,",
    ],
)
def test_nothing_is_packed_for_who_does_not(asked: str):
    assert not prefers_gzip(asked)


def test_a_header_that_comes_twice_is_one_list():
    assert accepts_gzip([(b"Accept-Encoding", b"br"), (b"accept-encoding", b"gzip")])
    assert not accepts_gzip([(b"accept-encoding", b"gzip;q=0"), (b"accept-encoding", b"gzip")])
    assert not accepts_gzip([(b"accept", b"gzip")])


@given(st.text(alphabet="gzip*identy;=q.,01 br\t", max_size=40))
def test_whatever_is_asked_is_answered(asked: str):
    assert prefers_gzip(asked) in (True, False)


@given(st.binary(max_size=5000), st.sampled_from([1, 9]))
def test_what_is_packed_is_what_it_was(body: bytes, level: int):
    assert gzip.decompress(gzipped(memoryview(body), level)) == body


def test_a_tag_is_named_whether_weak_or_strong():
    for given_ in ('"a"', 'W/"a"', '"b", W/"a"', "*", ' "a" '):
        assert names(given_, 'W/"a"')
        assert names(given_, '"a"')
    for given_ in (None, "", '"b"', "a", 'W/"ab"'):
        assert not names(given_, '"a"')
