"""Whatever is sent to whatever route: a problem that names the field, and never an error of ours.

A new route is covered by itself: its valid request is spoilt in every place, in turn.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.catalogue import Entry, entries
from outbound.settings import Settings
from tests.api import undone
from tests.api.conftest import Api
from tests.support import hostile
from tests.support.franchise import Franchise
from tests.support.ground import Ground, UnknownName
from tests.support.problems import assert_problem
from tests.support.valid_requests import NoExample, Request, build, with_value

pytestmark = pytest.mark.any_server("what is refused never reaches the server, or does in other tests")

PER_ITEM = frozenset({"send"})
"""Answers 200 and tells of each item what is wrong with it."""


class Spoiler:
    """Valid requests as the owner, to be spoilt; what came of it is kept, and told at the end."""

    def __init__(self, api: Api, client: TestClient, ground: Ground) -> None:
        self.api, self.ground = api, ground
        self.owner = ground.franchise.owner
        self.document = client.app.openapi()  # type: ignore[attr-defined]
        self.entries = [entry for entry in entries(client.app) if entry.in_schema and entry.signed_in]  # type: ignore[arg-type]
        self.wrong: list[str] = []

    def requests(self) -> Iterator[tuple[Entry, Request]]:
        for entry in self.entries:
            try:
                yield entry, build(self.document, entry.method, entry.path, self.ground, self.owner)
            except (NoExample, UnknownName):
                continue  # tests/api/test_openapi.py and test_every_route_as_every_role.py tell of it

    def send(self, request: Request, url: str | None = None, **options: Any) -> Response:
        options.setdefault("headers", {})
        return self.api.request(request.method, url or request.url, self.owner, **options)

    def judge(self, what: str, answer: Response, *, named: str | None = None, refused: bool = False) -> None:
        """``refused``: only a problem will do; ``named``: whose errors name this field."""
        try:
            assert answer.status_code < 500, answer.text[:300]
            if answer.status_code >= 400:
                assert_problem(answer, answer.status_code)
            else:
                assert not refused, f"taken: {answer.status_code}"
            if named is not None and answer.status_code == 422:
                fields = [error["field"] for error in answer.json().get("errors", [])]
                assert any(named in field for field in fields), f"the errors name {fields}, not {named}"
        except AssertionError as error:
            self.wrong.append(f"{what}: {str(error).splitlines()[0]}")

    def assert_withstood(self) -> None:
        assert not self.wrong, f"{len(self.wrong)}\n" + "\n".join(self.wrong[:60])


@pytest.fixture
def spoiler(api: Api, client: TestClient, franchise: Franchise, settings: Settings) -> Spoiler:
    undone.install(client.app)  # type: ignore[arg-type]
    client.event_hooks["response"].clear()  # told here, with what was sent
    ground = Ground(franchise)
    ground.keep_file(settings)
    return Spoiler(api, client, ground)


@pytest.mark.slow
def test_every_field_with_what_it_does_not_take(spoiler: Spoiler):
    kinds, naughty, unstorable, moments = map(
        itertools.cycle, (hostile.OF_ANOTHER_KIND, hostile.NAUGHTY, hostile.NEVER_STORED, hostile.MOMENTS)
    )
    for entry, request in spoiler.requests():
        body = request.options.get("json")
        judged_whole = entry.name not in PER_ITEM
        for trail, value in hostile.leaves(body) if isinstance(body, dict) else ():
            spoilt = list(itertools.islice(kinds, 2))
            if isinstance(value, str):
                spoilt += [*itertools.islice(naughty, 2), next(unstorable)]
                spoilt += itertools.islice(moments, 3 if _is_moment(value) else 0)
            for bad in spoilt:
                answer = spoiler.send(
                    request,
                    content=json.dumps(with_value(body, trail, bad)).encode(),
                    headers={**request.options["headers"], "content-type": "application/json"},
                    params=request.options["params"],
                )
                spoiler.judge(
                    f"{entry} with {'.'.join(map(str, trail))} = {bad!r:.60}",
                    answer,
                    named=str(trail[0]) if judged_whole else None,
                    refused=judged_whole and bad in hostile.NEVER_STORED,
                )
    spoiler.assert_withstood()


def test_every_body_that_is_none(spoiler: Spoiler):
    bodies = itertools.cycle(hostile.RAW_BODIES.items())
    for number, (entry, request) in enumerate(spoiler.requests()):
        if request.options.get("json") is None:
            continue
        for what, content in itertools.islice(bodies, len(hostile.RAW_BODIES) if number < 12 else 2):
            answer = spoiler.send(request, content=content, headers={"content-type": "application/json"})
            spoiler.judge(f"{entry} with {what}", answer)
        answer = spoiler.send(request, content=b"<a/>", headers={"content-type": "application/xml"})
        spoiler.judge(f"{entry} with XML", answer, refused=True)
    spoiler.assert_withstood()


def test_a_body_of_a_gigabyte_is_refused_before_it_is_read(spoiler: Spoiler):
    for entry, request in spoiler.requests():
        if entry.is_mutating:
            answer = spoiler.send(request, content=b"{}", headers={"content-length": str(1 << 30)})
            spoiler.judge(f"{entry} with a gigabyte", answer, refused=True)
            if answer.status_code != 413:
                spoiler.wrong.append(f"{entry} with a gigabyte: {answer.status_code}, not 413")
    spoiler.assert_withstood()


def test_every_path_that_names_nothing(spoiler: Spoiler):
    names = itertools.cycle(hostile.PATHS)
    for entry, request in spoiler.requests():
        for name, bad in itertools.product(request.named, itertools.islice(names, 3)):
            url = request.template.format(**{**request.path, name: bad})
            spoiler.judge(f"{entry} with {name} = {bad:.40}", spoiler.send(request, url), refused=True)
    spoiler.assert_withstood()


def test_every_question_that_makes_no_sense(spoiler: Spoiler):
    values = itertools.cycle(hostile.QUERIES)
    for entry, request in spoiler.requests():
        if entry.is_mutating:
            continue
        operation = spoiler.document["paths"][entry.path]["get"]
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for bad in itertools.islice(values, 3):
                try:
                    params = {**request.options["params"], parameter["name"]: bad.encode("utf-8", "surrogatepass")}
                    answer = spoiler.send(request, params=params)
                except UnicodeError:
                    continue  # no client can put it in an address
                spoiler.judge(f"{entry}?{parameter['name']}={bad!r:.40}", answer)
    spoiler.assert_withstood()


def test_every_edit_with_an_etag_that_none_gave(spoiler: Spoiler):
    for entry, request in spoiler.requests():
        operation = spoiler.document["paths"][entry.path][entry.method.lower()]
        if not any(each["name"].lower() == "if-match" for each in operation.get("parameters", [])):
            continue
        for bad in ("3", '"x"', '"-1"', f'"{"9" * 40}"', "*, *", ""):
            options = {**request.options, "headers": {"if-match": bad}}
            spoiler.judge(f"{entry} with If-Match {bad}", spoiler.send(request, **options))
        stale = spoiler.send(request, **{**request.options, "headers": {"if-match": '"999999999"'}})
        if stale.status_code not in {409, 412}:
            spoiler.wrong.append(f"{entry} with an ETag of long ago: {stale.status_code}, not 412")
    spoiler.assert_withstood()


def test_every_upload_with_a_name_that_leads_elsewhere(spoiler: Spoiler, settings: Settings):
    for entry, request in spoiler.requests():
        body = spoiler.document["paths"][entry.path][entry.method.lower()].get("requestBody", {"content": {}})
        if "multipart/form-data" not in body["content"]:
            continue
        for name in hostile.FILE_NAMES:
            given = request.options.get("files", {"file": ("", b"a,b\n1,2\n", "text/csv")})
            files = {field: (name, *rest) for field, (_, *rest) in given.items()}
            spoiler.judge(
                f"{entry} with the file {name!r:.40}", spoiler.send(request, **{**request.options, "files": files})
            )
    assert not list(settings.home.parent.rglob("*pwned*"))
    spoiler.assert_withstood()


def _is_moment(value: str) -> bool:
    return len(value) > 9 and value[4:5] == "-" and "T" in value
