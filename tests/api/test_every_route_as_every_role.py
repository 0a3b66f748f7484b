"""Every route, as every role, on rows of its own organisation and of another.

Nobody: 401. A role that may not: 403. Rows out of reach, or foreign: 404. Otherwise it works. A new route is covered
by itself where its body has an example and its ids are known (``tests/support/ground.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.exc import DatabaseError

from api.catalogue import Entry, entries
from outbound.identity.permissions import Reach, may, reach
from outbound.settings import Settings
from tests.api import undone
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.ground import Ground, UnknownName
from tests.support.valid_requests import NoExample, Request, build, references, with_value

MEMBERS = ("owner", "head_manager", "manager", "rep", "helper", "ops")
WORKS = frozenset({200, 201, 202, 204, 304, 307, 409})
"""A conflict too: whether the state allows it is another question than whether the caller may."""
PER_ITEM = frozenset({"send", "report_positions"})
"""Operations that answer 200 and judge each item of their body by itself."""

REFUSED_FOR_ANOTHER_REASON = {
    ("delete_campaign", "manager"): "leads beyond a scoped manager's territories may refer to it",
}
"""Where a 403 is right though the role may do such things: by operation and member."""


class Everywhere:
    """Sends requests and keeps what came out otherwise than expected."""

    def __init__(self, api: Api, client: TestClient) -> None:
        self.api = api
        self.document = client.app.openapi()  # type: ignore[attr-defined]
        self.entries = [entry for entry in entries(client.app) if entry.in_schema and entry.signed_in]  # type: ignore[arg-type]
        self.wrong: list[str] = []

    def requests(self, ground: Ground, member: Member) -> Iterator[tuple[Entry, Request]]:
        """A valid request for every route."""
        for entry in self.entries:
            try:
                yield entry, build(self.document, entry.method, entry.path, ground, member)
            except (NoExample, UnknownName, DatabaseError) as error:
                self.wrong.append(f"{entry}: {error}")

    def send(self, request: Request, member: Member | None) -> Response:
        return self.api.request(request.method, request.url, member, **request.options)

    def expect(self, what: str, answer: Response, wanted: frozenset[int] | set[int]) -> None:
        if answer.status_code not in wanted:
            told = answer.text[:300]
            self.wrong.append(f"{what}: {answer.status_code}, not {'/'.join(map(str, sorted(wanted)))}: {told}")

    def assert_as_expected(self) -> None:
        assert not self.wrong, "\n" + "\n".join(self.wrong)


@pytest.fixture
def everywhere(api: Api, client: TestClient) -> Everywhere:
    undone.install(client.app)  # type: ignore[arg-type]
    return Everywhere(api, client)


@pytest.fixture
def ground(franchise: Franchise, settings: Settings) -> Ground:
    ground = Ground(franchise)
    ground.keep_file(settings)
    return ground


@pytest.fixture
def foreign(other_franchise: Franchise) -> Ground:
    return Ground(other_franchise)


def test_nobody_gets_anywhere(everywhere: Everywhere, ground: Ground):
    for entry, request in everywhere.requests(ground, ground.franchise.owner):
        everywhere.expect(str(entry), everywhere.send(request, None), {401})
    everywhere.assert_as_expected()


@pytest.mark.parametrize("name", MEMBERS)
def test_on_rows_of_their_own_organisation(everywhere: Everywhere, ground: Ground, name: str):
    member: Member = getattr(ground.franchise, name)
    for entry, request in everywhere.requests(ground, member):
        wanted = _wanted(entry, member, request)
        if (entry.name, name) in REFUSED_FOR_ANOTHER_REASON:
            wanted = frozenset({403})
        everywhere.expect(f"{entry} as {name}", everywhere.send(request, member), wanted)
    everywhere.assert_as_expected()


@pytest.mark.parametrize("name", MEMBERS)
def test_on_rows_of_another_organisation(everywhere: Everywhere, ground: Ground, foreign: Ground, name: str):
    member: Member = getattr(ground.franchise, name)
    theirs: Member = getattr(foreign.franchise, name)
    for entry, request in everywhere.requests(ground, member):
        allowed = _allowed(entry, member)
        for place in request.named:
            stranger = str(foreign.row(place, theirs).id)
            sent = Request(request.method, request.template, {**request.path, place: stranger}, {}, request.options)
            answer = everywhere.send(sent, member)
            everywhere.expect(f"{entry} as {name} with a foreign {place}", answer, {404} if allowed else {403})
    everywhere.assert_as_expected()


def test_a_body_cannot_name_rows_of_another_organisation(everywhere: Everywhere, ground: Ground, foreign: Ground):
    member, theirs = ground.franchise.owner, foreign.franchise.owner
    for entry, request in everywhere.requests(ground, member):
        if entry.name in PER_ITEM:
            continue
        body = request.options.get("json")
        for trail in references(body):
            key = next(step for step in reversed(trail) if isinstance(step, str))
            changed = with_value(body, trail, str(foreign.row(key, theirs).id))
            sent = Request(request.method, request.template, request.path, {}, {**request.options, "json": changed})
            answer = everywhere.send(sent, member)
            everywhere.expect(f"{entry} with a foreign {key} in its body", answer, {404, 409, 422})
    everywhere.assert_as_expected()


def _allowed(entry: Entry, member: Member) -> bool:
    return all(may(member.role, operation) for operation in entry.operations)


def _wanted(entry: Entry, member: Member, request: Request) -> frozenset[int]:
    if not _allowed(entry, member):
        return frozenset({403})
    if not all(request.named.values()):
        return frozenset({404})
    only_own = any(reach(member.role, operation) is Reach.OWN for operation in entry.operations)
    # A row they see may still be another's: then it is not there either.
    return WORKS | {404} if only_own and request.named else WORKS
