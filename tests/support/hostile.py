"""What nobody should send, and somebody will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = Any
NUL = "a\x00b"
LONE_SURROGATE = "\ud800"
LONG = "x" * 100_001

NAUGHTY = [
    "",
    " ",
    "\ufeff",
    "\u202etxet",
    "Z\u0351\u036b\u0343a\u0329\u034al\u0356g\u0344o",
    "👩‍👩‍👧‍👦" * 40,
    "'; drop table outbound.leads; --",
    "<svg/onload=alert(1)>",
    "{{ 7 * 7 }}${7*7}%s%n",
    "../../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\r\nSet-Cookie: a=b",
    "null",
    "ﬀ ß İ ı",
    LONG,
]
"""Texts that are texts: taken or refused, but never the end of the request."""

NEVER_STORED = [NUL, LONE_SURROGATE]
"""Texts that PostgreSQL cannot hold: refused, with the field's name."""

OF_ANOTHER_KIND: list[Json] = [{"a": 1}, [[]], True, -(10**30), 1e308, 10**18]
"""Values that hardly any field takes."""

MOMENTS = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1970-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-05-04T25:00:00Z",
    "2026-05-04T12:00:00",
    "now",
    "1e400",
    10**20,
    -1,
]

RAW_BODIES = {
    "nothing": b"",
    "half an object": b'{"id": ',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "no UTF-8": b"\xff\xfe{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"id": NaN}',
    "a number of 5,000 digits": b'{"id": ' + b"9" * 5_000 + b"}",
    "a number beyond every float": b'{"id": 1e999999}',
    "100,000 lists in each other": b"[" * 100_000,
    "20,000 objects in each other": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "the same key 50,000 times": b"{" + b'"a": 1, ' * 50_000 + b'"a": 1}',
    "a surrogate as a key": b'{"\\ud800": 1}',
}

PATHS = [
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "%ff",
    "not-an-id",
    "00000000-0000-0000-0000-000000000000",
    "-1",
    "x" * 3_000,
    "{lead_id}",
    "' or 1=1 --",
    "٣",
]

QUERIES = ["", "\x00", "%", "-1", "9" * 400, "nan", "x" * 5_000, "[]", "null", "\ud83d", "0001-01-01T00:00:00+23:59"]

FILE_NAMES = ["../../../../tmp/pwned.csv", "..\\..\\pwned.csv", "/etc/passwd", "a\x00.csv", "", "." * 300, "x" * 5_000]


def leaves(value: Json, trail: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Json]]:
    """Every place of a body, with what stands there."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*trail, key))
            if isinstance(each, dict | list):
                yield (*trail, key), each
    elif isinstance(value, list):
        for place, each in enumerate(value[:2]):
            yield from leaves(each, (*trail, place))
    else:
        yield trail, value
