"""Files kept by their hash: the same promises on this machine and in S3 (a local server that speaks it)."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from outbound.errors import Misconfigured, NotFound, TooLarge, Unavailable
from outbound.ids import uuid7
from outbound.settings import Settings, get_settings
from outbound.storage.blobs import Blob, BlobStore, open_store
from tests.support.s3 import CREDENTIALS, s3_server

MINE, THEIRS = uuid7(), uuid7()
LIMIT = 20_000_000


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server("files") as endpoint:
        yield endpoint


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    if request.param == "local":
        return open_store(Settings(home=tmp_path))
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    endpoint = request.getfixturevalue("s3")
    prefix = uuid.uuid4().hex
    return open_store(
        Settings(home=tmp_path, s3_url=f"s3://files/{prefix}", s3_endpoint=endpoint, s3_region="us-east-1")
    )


def content(store: BlobStore, blob: Blob, *part: int) -> bytes:
    return b"".join(store.read(MINE, blob.sha256, *part))


def test_what_is_put_is_read_back_under_the_hash_of_its_content(store: BlobStore):
    blob = store.put(MINE, io.BytesIO(b"a photo"), limit=LIMIT)
    assert blob == Blob(hashlib.sha256(b"a photo").hexdigest(), 7)
    assert content(store, blob) == b"a photo"
    assert content(store, blob, 2, 3) == b"pho"
    assert content(store, blob, 2) == b"photo"
    assert store.size(MINE, blob.sha256) == 7


def test_one_organisations_file_is_not_there_for_another(store: BlobStore):
    blob = store.put(MINE, io.BytesIO(b"a photo"), limit=LIMIT)
    assert store.size(THEIRS, blob.sha256) is None
    with pytest.raises(NotFound):
        store.read(THEIRS, blob.sha256)
    store.delete(THEIRS, blob.sha256)
    assert store.size(MINE, blob.sha256) == 7


def test_the_same_content_is_kept_once_and_counts_as_new(store: BlobStore):
    started = datetime.now(UTC) - timedelta(seconds=2)
    for _ in range(2):
        blob = store.put(MINE, io.BytesIO(b"a photo"), limit=LIMIT)
    found = list(store.walk(MINE))
    assert [(each.org_id, each.sha256, each.size) for each in found] == [(MINE, blob.sha256, 7)]
    assert found[0].modified_at >= started
    store.put(THEIRS, io.BytesIO(b"a photo"), limit=LIMIT)
    assert {each.org_id for each in store.walk()} == {MINE, THEIRS}


def test_a_deleted_file_is_gone_and_deleting_it_again_is_no_error(store: BlobStore):
    blob = store.put(MINE, io.BytesIO(b"a photo"), limit=LIMIT)
    for _ in range(2):
        store.delete(MINE, blob.sha256)
    assert list(store.walk(MINE)) == []
    with pytest.raises(NotFound):
        store.read(MINE, blob.sha256)


def test_more_than_the_limit_is_refused_without_reading_on_and_leaves_nothing(store: BlobStore):
    endless = Endless()
    with pytest.raises(TooLarge, match="larger than 1,000,000 bytes"):
        store.put(MINE, endless, limit=1_000_000)
    assert endless.given < 2_000_000
    assert list(store.walk()) == []
    assert list(store.workspace.iterdir()) == []


def test_a_file_of_several_parts_is_whole(store: BlobStore):
    plain = bytes(range(256)) * 70_000  # 18 MB: three parts
    blob = store.put(MINE, io.BytesIO(plain), limit=LIMIT)
    assert blob.size == len(plain)
    assert hashlib.sha256(content(store, blob)).hexdigest() == blob.sha256
    assert content(store, blob, 9_000_000, 10) == plain[9_000_000:9_000_010]


def test_what_is_staged_lies_apart_until_it_is_looked_at(store: BlobStore):
    name = uuid7()
    with pytest.raises(NotFound):
        store.read_staged(MINE, name)
    store.stage(MINE, name, io.BytesIO(b"unknown"), limit=LIMIT)
    assert list(store.walk()) == []
    assert [each.name for each in store.walk_staged(MINE)] == [name]
    assert list(store.walk_staged(THEIRS)) == []
    assert b"".join(store.read_staged(MINE, name)) == b"unknown"
    store.unstage(MINE, name)
    assert list(store.walk_staged(MINE)) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "/..", "\x00" * 64])
def test_only_a_hash_is_a_name(store: BlobStore, name: str):
    with pytest.raises(NotFound, match="SHA-256"):
        store.read(MINE, name)


def test_a_local_store_is_sent_to_through_the_api_alone(tmp_path: Path):
    store = open_store(Settings(home=tmp_path))
    assert store.upload_ticket(MINE, uuid7(), Blob("0" * 64, 1), 60) is None


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_a_ticket_lets_anyone_who_holds_it_send_and_an_address_lets_them_fetch(store: BlobStore):
    name, plain = uuid7(), b"sent directly"
    declared = Blob(hashlib.sha256(plain).hexdigest(), len(plain))
    ticket = store.upload_ticket(MINE, name, declared, 60)
    assert ticket is not None
    sent = httpx.request(ticket.method, ticket.url, headers=ticket.headers, content=plain)
    assert sent.status_code == 200
    assert "content-length" in ticket.url
    assert "x-amz-checksum-sha256" in ticket.url
    assert b"".join(store.read_staged(MINE, name)) == plain

    blob = store.put(MINE, io.BytesIO(plain), limit=LIMIT)
    url = store.download_url(MINE, blob.sha256, media_type="image/png", disposition="inline", seconds=60)
    assert url is not None
    fetched = httpx.get(url)
    assert (fetched.content, fetched.headers["content-type"]) == (plain, "image/png")
    assert fetched.headers["content-disposition"] == "inline"


def test_a_bucket_that_is_not_there_or_a_server_that_does_not_answer_is_one_sentence(
    tmp_path: Path, s3: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    nowhere = Settings(home=tmp_path, s3_url="s3://no-such-bucket", s3_endpoint=s3, s3_region="us-east-1")
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        open_store(nowhere).put(MINE, io.BytesIO(b"a"), limit=LIMIT)
    silent = Settings(home=tmp_path, s3_url="s3://files", s3_endpoint="http://127.0.0.1:9", s3_region="us-east-1")
    with pytest.raises(Unavailable, match="cannot be reached"):
        open_store(silent).put(MINE, io.BytesIO(b"a"), limit=LIMIT)


@pytest.mark.parametrize("url", ["files", "https://files", "s3://", "s3://UPPER", "s3://ab"])
def test_an_unusable_bucket_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str):
    monkeypatch.setenv("OUTBOUND_S3_URL", url)
    get_settings.cache_clear()
    with pytest.raises(Misconfigured, match="OUTBOUND_S3_URL"):
        get_settings()
    get_settings.cache_clear()


class Endless(io.RawIOBase):
    """A stream without end that counts what was taken from it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"\x00" * size
