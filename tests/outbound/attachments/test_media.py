"""Photos are written anew: upright, in every screen's colours, and with nothing hidden in them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from outbound.attachments import rules
from outbound.attachments.media import MAX_EDGE, cleaned, rewrite, thumbnail
from outbound.errors import Invalid
from outbound.vocabulary import MediaType
from tests.support.photos import PDF, SECRETS, photo, png_of

PIXELS = 1_000_000


def clean(content: bytes, tmp_path: Path, *, pixels: int = PIXELS) -> tuple[bytes, MediaType, int | None, int | None]:
    path = tmp_path / "sent"
    path.write_bytes(content)
    with cleaned(path, tmp_path, max_pixels=pixels) as made:
        answer = made.path.read_bytes(), made.media_type, made.width, made.height
    assert list(tmp_path.iterdir()) == [path]
    return answer


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_was_hidden_in_a_photo_is_kept(tmp_path: Path, kind: str):
    sent = photo(kind)
    assert any(secret in sent for secret in SECRETS)
    content, media_type, width, height = clean(sent, tmp_path)
    assert not [secret for secret in SECRETS if secret in content]
    image = Image.open(io.BytesIO(content))
    assert (image.format, media_type) == (kind, f"image/{kind.lower()}")
    assert (width, height) == image.size == (64, 48)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_lay_on_its_side_stands_upright(tmp_path: Path, kind: str):
    content, _, width, height = clean(photo(kind, orientation=6), tmp_path)
    assert (width, height) == (48, 64)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    top, bottom = image.getpixel((24, 8)), image.getpixel((24, 56))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_a_script_behind_the_end_of_a_photo_is_gone(tmp_path: Path):
    content, *_ = clean(photo("JPEG", tail=b"<script>alert(1)</script>PK\x03\x04"), tmp_path)
    assert b"script" not in content
    assert b"PK\x03\x04" not in content


def test_a_colour_profile_is_applied_and_left_out(tmp_path: Path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = io.BytesIO()
    Image.new("RGB", (20, 20), (200, 30, 40)).save(made, "JPEG", icc_profile=profile, quality=95)
    content, *_ = clean(made.getvalue(), tmp_path)
    image = Image.open(io.BytesIO(content))
    assert "icc_profile" not in image.info
    pixel = image.getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 6 for a, b in zip(pixel, (200, 30, 40), strict=True))


def test_a_broken_colour_profile_loses_no_photo(tmp_path: Path):
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(made, "PNG", icc_profile=b"nonsense" * 40)
    assert clean(made.getvalue(), tmp_path)[2:] == (20, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(tmp_path: Path, mode: str):
    made = io.BytesIO()
    Image.new(mode, (20, 10)).save(made, "PNG")
    assert clean(made.getvalue(), tmp_path)[1:] == (MediaType.PNG, 20, 10)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_taken(tmp_path: Path, mode: str):
    made = io.BytesIO()
    Image.new(mode, (20, 10)).save(made, "JPEG")
    assert clean(made.getvalue(), tmp_path)[1:] == (MediaType.JPEG, 20, 10)


def test_a_photo_larger_than_anyone_needs_is_scaled_down(tmp_path: Path):
    _, _, width, height = clean(photo("JPEG", (9000, 3000)), tmp_path, pixels=30_000_000)
    assert width == MAX_EDGE
    assert height in (1365, 1366)


def test_a_pdf_stays_as_it_is(tmp_path: Path):
    assert clean(PDF, tmp_path) == (PDF, MediaType.PDF, None, None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (photo("JPEG", (400, 300))[:2000], "cut off"),
        (photo("PNG", (400, 300))[:300], "cut off"),
        (photo("WEBP", (400, 300))[:100], "cut off"),
        (PDF[:-8], "cut off"),
        (b"\xff\xd8\xff" + b"\x00" * 500, "broken"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "broken"),
        (png_of(60_000, 60_000), "3,600,000,000 pixels"),
        (b"<svg onload='alert(1)'/>", "scripts"),
        (b"<html><script>", "scripts"),
        (b"GIF89a" + b"\x00" * 100, "no type that is taken"),
        (b"PK\x03\x04", "no type that is taken"),
        (b"\x00\x00\x00\x18ftypheic\x00", "HEIC"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence_that_names_the_field(
    tmp_path: Path, content: bytes, reason: str
):
    with pytest.raises(Invalid, match=reason) as refused:
        clean(content, tmp_path)
    assert refused.value.errors[0]["field"] == "file"


@given(
    st.sampled_from([photo("JPEG"), photo("PNG"), photo("WEBP")]),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=20),
    st.integers(0, 800),
)
def test_whatever_is_broken_in_a_photo_it_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, changes: list[tuple[int, int]], length: int
):
    spoiled = bytearray(content)
    for place, value in changes:
        if place < len(spoiled):
            spoiled[place] = value
    path = tmp_path_factory.mktemp("photo") / "sent"
    for sent in (bytes(spoiled), content[:length]):
        path.write_bytes(sent)
        kind = rules.media_type_of(sent[: rules.HEAD_BYTES])
        if kind in (None, MediaType.PDF):
            continue
        try:
            rewrite(path, kind, io.BytesIO(), PIXELS)  # as the child does: a process each would take minutes
        except Invalid:
            continue


def test_a_thumbnail_is_a_small_jpeg(tmp_path: Path):
    content, *_ = clean(photo("PNG", (640, 480)), tmp_path)
    image = Image.open(io.BytesIO(thumbnail(io.BytesIO(content), 320)))
    assert (image.format, image.size) == ("JPEG", (320, 240))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_photo_that_is_made_smaller_in_bands_looks_as_if_it_were_made_at_once(tmp_path: Path, mode: str):
    ramp = Image.linear_gradient("L").resize((5_000, 300)).rotate(3)
    sent = Image.merge(mode, [ramp] * len(Image.new(mode, (1, 1)).getbands()))
    made = io.BytesIO()
    sent.save(made, "PNG")
    content, _, width, height = clean(made.getvalue(), tmp_path, pixels=2_000_000)
    assert (width, height) == (4096, 246)
    white = Image.new("RGBA", (4096, 246), "white")
    kept = Image.alpha_composite(white, Image.open(io.BytesIO(content)).convert("RGBA"))
    whole = Image.alpha_composite(white, sent.resize((4096, 246), Image.Resampling.LANCZOS).convert("RGBA"))
    assert max(highest for _, highest in ImageChops.difference(kept, whole).getextrema()) <= 2
