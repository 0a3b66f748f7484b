"""Built files: packed once, and told apart from what they are packed from."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from outbound.serving import packed
from outbound.serving.packed import PackedFiles

SCRIPT = b"function knock(door) { return door }\n" * 400
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 5000
PLAIN = {"accept-encoding": "identity"}
GZIP = {"accept-encoding": "gzip"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.js").write_bytes(SCRIPT)
    (tmp_path / "tiny.js").write_bytes(b"1;\n")
    (tmp_path / "icon.png").write_bytes(PICTURE)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/", PackedFiles(directory=folder))])) as client:
        yield client


def test_a_script_comes_gzipped_to_who_accepts_it_and_as_it_is_to_who_does_not(client: TestClient):
    small = client.get("/app.js", headers=GZIP)
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(SCRIPT) / 10
    assert small.content == SCRIPT

    whole = client.get("/app.js", headers=PLAIN)
    assert "content-encoding" not in whole.headers
    assert (int(whole.headers["content-length"]), whole.content) == (len(SCRIPT), SCRIPT)

    assert small.headers["vary"] == whole.headers["vary"] == "Accept-Encoding"
    assert small.headers["etag"] == f"W/{whole.headers['etag']}"
    assert small.headers["content-type"] == whole.headers["content-type"]
    assert small.headers["last-modified"] == whole.headers["last-modified"]


@pytest.mark.parametrize("first", [GZIP, PLAIN])
@pytest.mark.parametrize("then", [GZIP, PLAIN])
def test_what_a_client_has_in_either_encoding_is_not_sent_again(
    client: TestClient, first: dict[str, str], then: dict[str, str]
):
    had = client.get("/app.js", headers=first).headers["etag"]
    again = client.get("/app.js", headers=then | {"if-none-match": had})
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", "Accept-Encoding")
    assert again.headers["etag"] == client.get("/app.js", headers=then).headers["etag"]
    assert client.get("/app.js", headers=then | {"if-none-match": '"another"'}).status_code == 200


@pytest.mark.parametrize("asked", [GZIP, PLAIN])
def test_head_says_what_get_would(client: TestClient, asked: dict[str, str]):
    got, told = client.get("/app.js", headers=asked), client.head("/app.js", headers=asked)
    assert told.content == b""
    for name in ("content-length", "content-encoding", "etag", "vary", "content-type"):
        assert told.headers.get(name) == got.headers.get(name)


def test_a_range_is_one_of_the_file_as_it_lies_there(client: TestClient):
    part = client.get("/app.js", headers=GZIP | {"range": "bytes=9-13"})
    assert (part.status_code, part.content) == (206, SCRIPT[9:14])
    assert "content-encoding" not in part.headers
    assert part.headers["content-range"] == f"bytes 9-13/{len(SCRIPT)}"

    packed_tag = client.get("/app.js", headers=GZIP).headers["etag"]
    whole = client.get("/app.js", headers=GZIP | {"range": "bytes=9-13", "if-range": packed_tag})
    assert (whole.status_code, whole.content) == (200, SCRIPT), "no piece of this fits to what was packed"


@pytest.mark.parametrize("name", ["tiny.js", "icon.png"])
def test_what_would_not_shrink_is_sent_as_it_is(client: TestClient, name: str):
    answer = client.get(f"/{name}", headers=GZIP)
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers
    assert not answer.headers["etag"].startswith("W/")


def test_a_file_is_packed_once_until_it_changes(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch):
    times = []

    def counted(body: bytes, level: int) -> bytes:
        times.append(len(body))
        return gzip.compress(body, level)

    monkeypatch.setattr(packed, "gzipped", counted)
    for _ in range(3):
        assert client.get("/app.js", headers=GZIP).content == SCRIPT
    assert len(times) == 1

    old = (folder / "app.js").stat().st_mtime
    (folder / "app.js").write_bytes(SCRIPT[::-1])
    os.utime(folder / "app.js", (old + 60, old + 60))
    assert client.get("/app.js", headers=GZIP).content == SCRIPT[::-1]
    assert len(times) == 2


@pytest.mark.parametrize("path", ["/nothing.js", "/../conftest.py", "/%2e%2e/conftest.py", "/app.js/x"])
def test_what_is_not_in_the_folder_is_not_found(client: TestClient, path: str):
    assert client.get(path, headers=GZIP).status_code == 404
