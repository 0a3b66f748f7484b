"""What a key does not carry it does not do, by whatever route: every act that does more than its route is named for,
with each scope missing; every list that tells of something else besides."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.catalogue import entries
from outbound.identity.models import ApiKey, Membership, User
from outbound.identity.permissions import NEVER_A_KEYS, Operation
from outbound.ids import uuid7
from outbound.sync.operations import Arrival
from outbound.sync.sweep import sweep
from outbound.vocabulary import Role
from tests.api import undone
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.ground import Ground
from tests.support.problems import assert_problem
from tests.support.valid_requests import build

OP = Operation


class Keys:
    """Keys of the franchise, as they are stored: of an owner's rights, each carrying what is named."""

    def __init__(self, client: TestClient, franchise: Franchise) -> None:
        self.client = client
        self.franchise = franchise

    def make(self, scopes: Iterable[str], role: Role = Role.FRANCHISE_OWNER) -> Key:
        machine, key, secret = uuid7(), uuid7(), secrets.token_urlsafe(32)
        with self.franchise.admin() as session:
            session.add(User(id=machine, name="CRM", is_machine=True))
            session.flush()
            session.add(Membership(org_id=self.franchise.org_id, user_id=machine, role=role))
            session.flush()
            session.add(
                ApiKey(
                    org_id=self.franchise.org_id,
                    id=key,
                    user_id=machine,
                    name="CRM",
                    scopes=sorted(map(str, scopes)),
                    secret_hash=hashlib.sha256(secret.encode()).digest(),
                    created_by_id=self.franchise.owner.id,
                )
            )
        return Key(self.client, f"ob_{key.hex}_{secret}", machine)


@dataclass(frozen=True)
class Key:
    client: TestClient
    secret: str
    machine: uuid.UUID

    def ask(self, method: str, path: str, **options: Any) -> Response:
        headers = {**options.pop("headers", {}), "authorization": f"Bearer {self.secret}"}
        return self.client.request(method, path, headers=headers, **options)

    def sync(self, kind: str, data: dict[str, Any], operation_id: uuid.UUID | None = None) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        one = {"id": str(operation_id or uuid7()), "kind": kind, "occurred_at": now, "data": data}
        answer = self.ask("POST", "/api/sync", json={"client_sent_at": now, "operations": [one]})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]


@pytest.fixture
def keys(client: TestClient, franchise: Franchise) -> Keys:
    return Keys(client, franchise)


@dataclass(frozen=True)
class Act:
    """Something that takes more than the operation of its route."""

    needs: frozenset[Operation]
    request: Callable[[Ground, dict[str, Any]], tuple[str, str, dict[str, Any]]]


def bulk(path: str, action: str, params: dict[str, Any], **leads: Any) -> Callable[[Ground, dict[str, Any]], Any]:
    def request(ground: Ground, _: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        found = leads or {"ids": [str(lead_of(ground))]}
        given = {name: str(ground.franchise.rep.id) if value == "rep" else value for name, value in params.items()}
        return "POST", path, {"json": {"action": action, "params": given, **found}}

    return request


def lead_of(ground: Ground) -> uuid.UUID:
    return ground.franchise.leads_in(ground.franchise.north_west)[0]


def valid(method: str, path: str, **body: Any) -> Callable[[Ground, dict[str, Any]], Any]:
    """The request that the document's own example makes, with more in its body."""

    def request(ground: Ground, document: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        found = build(document, method, path, ground, ground.franchise.owner)
        if body:
            named = {name: value(ground) if callable(value) else value for name, value in body.items()}
            found.options["json"] = found.options.get("json", {}) | named
        return method, found.url, found.options

    return request


def to_rep(ground: Ground) -> str:
    return str(ground.franchise.rep.id)


IMPORT = "/api/prospect-imports/{import_id}"
ACTS = {
    "many leads to another owner": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_REASSIGN}), bulk("/api/leads/bulk", "reassign", {"owner_id": "rep"})
    ),
    "a look at the same": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_REASSIGN}), bulk("/api/leads/bulk/preview", "reassign", {"owner_id": "rep"})
    ),
    "many leads to another stage": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_WRITE}), bulk("/api/leads/bulk", "stage", {"stage": "CONTACTED"})
    ),
    "many leads tagged": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_WRITE}), bulk("/api/leads/bulk", "tag", {"tag": "spring"})
    ),
    "many leads put into a campaign": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_WRITE}), bulk("/api/leads/bulk", "campaign", {"campaign_id": None})
    ),
    "many leads found by a filter": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_WRITE, OP.LEADS_READ}),
        bulk("/api/leads/bulk/preview", "tag", {"tag": "spring"}, filter={"q": "515"}),
    ),
    "a bulk change taken back": Act(
        frozenset({OP.LEADS_BULK, OP.LEADS_WRITE}), valid("POST", "/api/leads/bulk/{bulk_id}/undo")
    ),
    "a lead to another owner": Act(
        frozenset({OP.LEADS_WRITE, OP.LEADS_REASSIGN}), valid("PATCH", "/api/leads/{lead_id}", owner_id=to_rep)
    ),
    "a new lead for somebody else": Act(
        frozenset({OP.LEADS_WRITE, OP.LEADS_REASSIGN}), valid("POST", "/api/leads/outbound", owner_id=to_rep)
    ),
    "an activity with photos": Act(
        frozenset({OP.ACTIVITIES_WRITE, OP.ATTACHMENTS_WRITE}),
        valid("POST", "/api/leads/{lead_id}/activities", attachments=lambda ground: [str(uuid7())]),
    ),
    "an import whose leads are enrolled": Act(
        frozenset({OP.IMPORTS_WRITE, OP.ENROLLMENTS_WRITE}),
        valid("POST", f"{IMPORT}/commit", cadence_id=lambda ground: str(ground.everything.cadence_id)),
    ),
    "an import taken back": Act(frozenset({OP.IMPORTS_WRITE, OP.LEADS_DELETE}), valid("POST", f"{IMPORT}/undo")),
    "two leads said to be one": Act(
        frozenset({OP.LEADS_MERGE, OP.LEADS_READ}), valid("PUT", "/api/matches/{match_id}/decision")
    ),
    "two leads looked at side by side": Act(frozenset({OP.LEADS_MERGE, OP.LEADS_READ}), valid("GET", "/api/matches")),
    "what a template says to a lead": Act(
        frozenset({OP.CADENCES_READ, OP.LEADS_READ}), valid("POST", "/api/templates/{template_id}/preview")
    ),
}


def test_an_act_that_takes_several_scopes_takes_each_of_them(client: TestClient, franchise: Franchise, keys: Keys):
    undone.install(client.app)  # type: ignore[arg-type]
    document = client.app.openapi()  # type: ignore[attr-defined]
    ground = Ground(franchise)
    wrong = []
    for name, each in ACTS.items():
        for missing in sorted(each.needs):
            method, url, options = each.request(ground, document)
            answer = keys.make(set(Operation) - {missing}).ask(method, url, **options)
            if answer.status_code != 403 or missing not in answer.json()["detail"]:
                wrong.append(f"{name} without {missing}: {answer.status_code} {answer.text[:200]}")
        method, url, options = each.request(ground, document)
        answer = keys.make(each.needs).ask(method, url, **options)
        if not answer.is_success:
            wrong.append(f"{name} with all it needs: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


class TestWhatNoKeyDoes:
    def test_it_is_refused_when_a_key_is_made(self, api: Api, franchise: Franchise):
        for operation in NEVER_A_KEYS:
            body = {"name": "x", "role": "FRANCHISE_OWNER", "scopes": ["leads:read", operation]}
            assert_problem(api.post("/api/api-keys", franchise.owner, body), 422, operation)

    def test_it_is_refused_of_a_key_that_carries_it_all_the_same(
        self, client: TestClient, franchise: Franchise, keys: Keys
    ):
        undone.install(client.app)  # type: ignore[arg-type]
        document = client.app.openapi()  # type: ignore[attr-defined]
        ground, key = Ground(franchise), keys.make(Operation)
        asked = [entry for entry in entries(client.app) if NEVER_A_KEYS & set(entry.operations)]  # type: ignore[arg-type]
        for entry in asked:
            request = build(document, entry.method, entry.path, ground, franchise.owner)
            assert_problem(key.ask(request.method, request.url, **request.options), 403, "No API key")
        assert {"/api/sign-in-provider", "/api/api-keys", "/api/invitations", "/api/organisation/deletion"} <= {
            entry.path for entry in asked
        }

    def test_rules_alone_name_nobody_who_lets_people_in(self, keys: Keys):
        body = {
            "issuer": "https://id.example.com",
            "client_id": "x",
            "client_secret": "y",
            "allowed_domain": "example.com",
        }
        answer = keys.make([OP.RULES_WRITE, OP.RULES_READ]).ask("PUT", "/api/sign-in-provider", json=body)
        assert_problem(answer, 403, "No API key")

    def test_a_key_says_of_itself_only_what_it_may_use(self, keys: Keys):
        key = keys.make([OP.PROFILE, OP.LEADS_READ, OP.MEMBERS_WRITE])
        assert key.ask("GET", "/api/me").json()["scopes"] == ["leads:read", "profile"]


READS = {
    "territories": OP.TERRITORIES_READ,
    "assignments": OP.TERRITORIES_READ,
    "leads": OP.LEADS_READ,
    "tasks": OP.TASKS_READ,
    "enrollments": OP.ENROLLMENTS_READ,
    "trips": OP.TRIPS_READ,
    "stops": OP.TRIPS_READ,
}
RULES = {
    "outcomes": OP.RULES_READ,
    "stage_policies": OP.RULES_READ,
    "cadences": OP.CADENCES_READ,
    "cadence_steps": OP.CADENCES_READ,
    "templates": OP.CADENCES_READ,
    "members": OP.MEMBERS_READ,
}


class TestSync:
    def test_a_key_pulls_what_its_scopes_let_it_read(self, franchise: Franchise, keys: Keys):
        Ground(franchise)
        for scope in {None, *READS.values(), *RULES.values()}:
            key = keys.make([OP.SYNC, *([scope] if scope else [])])
            first = key.ask("GET", "/api/sync").json()
            assert {name for name in READS if first[name]} == {name for name, needs in READS.items() if needs is scope}
            assert set(first["rules"] or {}) == {name for name, needs in RULES.items() if needs is scope}
            assert (first["activities"], first["gone"]) == ([], [])

    def test_what_goes_is_told_to_who_could_read_it(self, franchise: Franchise, keys: Keys):
        blind, seeing = keys.make([OP.SYNC]), keys.make([OP.SYNC, OP.LEADS_READ])
        cursors = {key: key.ask("GET", "/api/sync").json()["cursor"] for key in (blind, seeing)}
        gone = franchise.leads_in(franchise.north_west)[0]
        with franchise.admin() as session:
            session.get_one(type(franchise.lead(gone)), (franchise.org_id, gone)).archived_at = datetime.now(UTC)
        told = {key: key.ask("GET", "/api/sync", params={"cursor": at}).json()["gone"] for key, at in cursors.items()}
        assert told == {blind: [], seeing: [{"kind": "lead", "id": str(gone)}]}

    def test_a_key_pushes_what_its_scopes_let_it_write(self, franchise: Franchise, keys: Keys):
        lead = str(franchise.leads_in(franchise.north_west)[0])
        rep = str(franchise.rep.id)
        for kind, data, needs in (
            ("stage", {"lead_id": lead, "stage": "CONTACTED"}, [OP.LEADS_WRITE]),
            ("lead.update", {"lead_id": lead, "owner_id": rep}, [OP.LEADS_WRITE, OP.LEADS_REASSIGN]),
            ("task.create", {"lead_id": lead, "title": "Call"}, [OP.TASKS_WRITE]),
            ("activity", {"lead_id": lead, "type": "CALL"}, [OP.ACTIVITIES_WRITE]),
            (
                "activity",
                {"lead_id": lead, "type": "CALL", "attachments": [str(uuid7())]},
                [OP.ACTIVITIES_WRITE, OP.ATTACHMENTS_WRITE],
            ),
        ):
            for missing in needs:
                result = keys.make({OP.SYNC, *needs} - {missing}).sync(kind, data)
                assert (result["status"], missing in (result["reason"] or "")) == ("rejected", True), result
            result = keys.make({OP.SYNC, *needs}).sync(kind, data)
            assert (result["status"], result["state"]) == ("applied", {}), result  # and is told no row it may not read

    def test_what_waited_is_applied_by_what_its_key_carries(
        self, api: Api, franchise: Franchise, keys: Keys, clock: Clock
    ):
        lead, key = uuid7(), keys.make([OP.SYNC, OP.LEADS_WRITE])
        update = {"lead_id": str(lead), "owner_id": str(franchise.rep.id)}
        assert key.sync("lead.update", update)["status"] == "deferred"
        api.post("/api/leads/outbound", franchise.owner, {"id": str(lead), "phone": "+15155550123"})
        assert sweep(franchise.database, Arrival(clock.now)).settled == 1
        assert franchise.lead(lead).owner_id == franchise.owner.id


class TestWhatIsToldBesides:
    """Rows that stand in another's answer, without the scope that reads them, and with it."""

    def test_a_lead_in_a_handoff(self, franchise: Franchise, keys: Keys):
        ground = Ground(franchise)
        path = f"/api/handoffs/{ground.row('handoff_id', franchise.owner).id}"
        assert keys.make([OP.HANDOFFS_READ]).ask("GET", path).json()["lead"] is None
        assert keys.make([OP.HANDOFFS_READ, OP.LEADS_READ]).ask("GET", path).json()["lead"] is not None

    def test_leads_at_a_door(self, franchise: Franchise, keys: Keys):
        door = franchise.lead(franchise.leads_in(franchise.north_west)[0]).address_id
        for path, leads_of in (
            (f"/api/addresses/{door}", lambda body: body["leads"]),
            (f"/api/addresses/{door}/units", lambda body: body["items"][0]["leads"]),
        ):
            assert leads_of(keys.make([OP.ADDRESSES_READ]).ask("GET", path).json()) == []
            assert leads_of(keys.make([OP.ADDRESSES_READ, OP.LEADS_READ]).ask("GET", path).json())

    def test_doors_of_a_trip(self, franchise: Franchise, keys: Keys):
        body = {"stops": [{"lead_id": str(franchise.leads_in(franchise.north_west)[0])}]}
        (stop,) = keys.make([OP.TRIPS_WRITE]).ask("POST", "/api/trips", json=body).json()["stops"]
        assert (stop["line"], stop["position"]) == (None, None)
        (stop,) = keys.make([OP.TRIPS_WRITE, OP.ADDRESSES_READ]).ask("POST", "/api/trips", json=body).json()["stops"]
        assert stop["line"]

    def test_the_lead_of_an_activity_and_likely_ones_of_a_new_lead(self, franchise: Franchise, keys: Keys):
        lead = franchise.leads_in(franchise.north_west)[0]
        call = {"type": "CALL", "occurred_at": datetime.now(UTC).isoformat()}
        path = f"/api/leads/{lead}/activities"
        assert keys.make([OP.ACTIVITIES_WRITE]).ask("POST", path, json=call).json()["lead"] is None
        told = keys.make([OP.ACTIVITIES_WRITE, OP.LEADS_READ]).ask("POST", path, json=call).json()["lead"]
        assert told["id"] == str(lead)
        captured = {"first_name": "Ada", "last_name": "Lovelace", "phone": "+15155550123"}
        keys.make([OP.LEADS_WRITE]).ask("POST", "/api/leads/outbound", json=captured)
        again = keys.make([OP.LEADS_WRITE]).ask("POST", "/api/leads/outbound", json=captured).json()
        assert again["likely_duplicates"] == []

    def test_the_story_of_a_lead(self, franchise: Franchise, keys: Keys):
        ground = Ground(franchise)
        found = {
            "activity": OP.ACTIVITIES_READ,
            "stage_change": OP.LEADS_READ,
            "message": OP.MESSAGES_READ,
            "task": OP.TASKS_READ,
        }
        lead = ground.everything.lead_id
        for kind, scope in found.items():
            story = keys.make([OP.ACTIVITIES_READ, scope]).ask("GET", f"/api/leads/{lead}/timeline").json()["items"]
            assert {each["kind"] for each in story} <= {"activity", kind}
        whole = keys.make(Operation).ask("GET", f"/api/leads/{lead}/timeline").json()["items"]
        assert {each["kind"] for each in whole} >= {"activity"}

    def test_rows_of_lists_among_leads_that_may_be_one(self, franchise: Franchise, keys: Keys):
        ground = Ground(franchise)
        ground.change("prospect_imports", status="ready")
        ground.change("import_rows", line=2, fate="unsure", matched_lead_id=None)
        ground.change("match_pairs", decision=None, decided_at=None, decided_by=None, merged_id=None)
        blind = keys.make([OP.LEADS_MERGE, OP.LEADS_READ])
        seeing = keys.make([OP.LEADS_MERGE, OP.LEADS_READ, OP.IMPORTS_READ])
        assert "row" not in {each["kind"] for each in blind.ask("GET", "/api/matches").json()["items"]}
        assert_problem(blind.ask("GET", "/api/matches", params={"kind": "row"}), 403, "imports:read")
        (row,) = seeing.ask("GET", "/api/matches", params={"kind": "row"}).json()["items"]
        assert_problem(blind.ask("GET", f"/api/matches/{row['id']}"), 403, "imports:read")
        answer = seeing.ask("PUT", f"/api/matches/{row['id']}/decision", json={"decision": "new"})
        assert_problem(answer, 403, "imports:write")
