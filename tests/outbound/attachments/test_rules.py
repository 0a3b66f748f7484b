"""What a file is, and what it may be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.attachments.rules import byte_range, media_type_of, safe_name, why_not
from outbound.vocabulary import MediaType
from tests.support.photos import PDF, photo


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo("JPEG"), MediaType.JPEG),
        (photo("PNG"), MediaType.PNG),
        (photo("WEBP"), MediaType.WEBP),
        (PDF, MediaType.PDF),
        (b"GIF89a", None),
        (b"", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90", None),
        (b"\x00\x00\x00\x18ftypheic", None),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, kind: MediaType | None):
    assert media_type_of(content[:64]) == kind


def test_a_refusal_says_what_to_do():
    assert "send it as JPEG" in why_not(b"\x00\x00\x00\x18ftypheic")
    assert "scripts" in why_not(b"\xef\xbb\xbf  <!DOCTYPE html>")
    assert "scripts" in why_not(b"<?xml version='1.0'?><svg/>")
    assert "JPEG, PNG or WebP" in why_not(b"MZ")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("front yard.JPG", "front yard.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini", "boot.jpg"),
        ("invoice.pdf.exe", "invoice.pdf.jpg"),
        ("evil\u202egpj.exe", "evilgpj.jpg"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie x=1.jpg"),
        ("...", "photo.jpg"),
        ("", "photo.jpg"),
        (None, "photo.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("Jardín de María.jpeg", "Jardín de María.jpg"),
        ("x" * 300, "x" * 95 + ".jpg"),
        ("\ud800", "photo.jpg"),
    ],
)
def test_a_name_names_no_place_and_ends_as_what_it_is(given_name: str | None, kept: str):
    assert safe_name(given_name, MediaType.JPEG) == kept


@given(st.text(max_size=400), st.sampled_from(list(MediaType)))
def test_any_name_becomes_a_harmless_one(name: str, kind: MediaType):
    kept = safe_name(name, kind)
    assert 5 <= len(kept) <= 100
    assert not set(kept) & set('/\\<>:"|?*;%\r\n\0')
    assert not kept.startswith(".")
    assert safe_name(kept, kind) == kept


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=2-", (2, 8)),
        ("bytes=2-5", (2, 4)),
        ("bytes=5-100", (5, 5)),
        ("bytes=-3", (7, 3)),
        ("bytes=-30", (0, 10)),
        ("bytes=0-1,4-5", None),
        ("bytes=5-2", None),
        ("lines=1-2", None),
        ("bytes=-", None),
        ("bytes=" + "9" * 400 + "-", None),
    ],
)
def test_a_single_range_is_understood_and_others_are_answered_whole(header: str | None, part: tuple[int, int] | None):
    assert byte_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_outside_is_refused(header: str):
    with pytest.raises(ValueError, match="range"):
        byte_range(header, 10)


@given(st.integers(1, 1000), st.text(alphabet="bytes=-,0123456789 ", max_size=30))
def test_any_range_lies_within_the_file(size: int, header: str):
    try:
        part = byte_range(header, size)
    except ValueError:
        return
    assert part is None or (part[0] >= 0 and part[1] >= 1 and sum(part) <= size)
