"""Waiting after failed sign-ins: who guesses waits ever longer, who is guessed at hardly at all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api.dependencies import get_now
from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Clock
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

Somewhere = dict[str, TestClient]


@pytest.fixture
def somewhere(settings: Settings, database: Database, clock: Clock) -> Iterator[Somewhere]:
    """The application, as reached from three addresses."""
    app = create_app(settings, database)
    app.dependency_overrides[get_now] = clock
    clients = {
        address: TestClient(app, base_url=settings.api_url, client=(address, 1), raise_server_exceptions=False)
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    }
    with clients["192.0.2.1"]:  # one start of the application serves all
        yield clients


def attempt(client: TestClient, member: Member, password: str = "wrong password", path: str = "sign-in") -> Response:  # noqa: S107
    client.cookies.clear()
    return client.post(f"/api/auth/{path}", json={"email": member.email, "password": password})


def test_failures_from_one_address_make_it_wait_ever_longer(somewhere: Somewhere, franchise: Franchise, clock: Clock):
    client, waits = somewhere["192.0.2.1"], []
    for _ in range(5):
        assert_problem(attempt(client, franchise.rep), 401)
    for _ in range(5):
        assert_problem(attempt(client, franchise.rep), 401)
        answer = attempt(client, franchise.rep, PASSWORD)  # the right one does not help now
        assert_problem(answer, 429, "wait")
        waits.append(int(answer.headers["retry-after"]))
        clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16]


def test_who_knows_the_password_waits_a_minute_at_most(somewhere: Somewhere, franchise: Franchise, clock: Clock):
    client, right = somewhere["192.0.2.1"], 0
    for number in range(45):
        answer = client.post("/api/auth/sign-in", json={"email": f"p{number}@example.com", "password": "x"})
        clock.advance(seconds=int(answer.headers.get("retry-after", 0)))
    for _ in range(20):
        answer = attempt(client, franchise.rep)
        clock.advance(seconds=int(answer.headers.get("retry-after", 0)))
    answer = attempt(client, franchise.rep, PASSWORD)
    if answer.status_code == 429:
        right = int(answer.headers["retry-after"])
    assert right <= 60
    clock.advance(seconds=right)
    assert attempt(client, franchise.rep, PASSWORD).status_code == 200


def test_a_clock_that_is_set_back_holds_nobody_up(somewhere: Somewhere, franchise: Franchise, clock: Clock):
    client = somewhere["192.0.2.1"]
    for _ in range(8):
        attempt(client, franchise.rep)
    for number in range(35):
        client.post("/api/auth/sign-in", json={"email": f"p{number}@example.com", "password": "x"})
    assert_problem(attempt(client, franchise.rep, PASSWORD), 429)
    clock.advance(days=-2)
    assert attempt(client, franchise.rep, PASSWORD).status_code == 200


def test_letters_that_two_programs_fold_otherwise_are_no_way_around(somewhere: Somewhere, franchise: Franchise):
    """Each spelling that finds a person counts as that person."""
    with franchise.admin() as session:
        session.execute(text("update outbound.users set email = 'kim@i.test' where id = :id"), {"id": franchise.rep.id})
    client = somewhere["192.0.2.1"]
    for _ in range(6):
        client.post("/api/auth/sign-in", json={"email": "kim@i.test", "password": "wrong password"})
    for spelt in ("KIM@I.TEST", " kim@i.test ", "\u212aim@i.test", "kim@\u0130.test", "k\u0131m@i.test"):
        answer = client.post("/api/auth/sign-in", json={"email": spelt, "password": PASSWORD})
        assert answer.status_code in (401, 429), spelt


def test_tokens_count_with_sessions(somewhere: Somewhere, franchise: Franchise):
    client = somewhere["192.0.2.1"]
    for path in ("sign-in", "token") * 3:
        assert_problem(attempt(client, franchise.rep, path=path), 401)
    assert_problem(attempt(client, franchise.rep, path="token"), 429)


def test_a_success_begins_anew(somewhere: Somewhere, franchise: Franchise):
    client = somewhere["192.0.2.1"]
    for _ in range(3):
        for _ in range(5):
            attempt(client, franchise.rep)
        assert attempt(client, franchise.rep, PASSWORD).status_code == 200


def test_somebody_elses_failures_elsewhere_lock_nobody_out_for_long(
    somewhere: Somewhere, franchise: Franchise, clock: Clock
):
    for _ in range(40):
        answer = attempt(somewhere["192.0.2.1"], franchise.rep)
        clock.advance(seconds=int(answer.headers.get("retry-after", 0)))
    attempt(somewhere["192.0.2.1"], franchise.rep)
    answer = attempt(somewhere["192.0.2.2"], franchise.rep, PASSWORD)
    assert_problem(answer, 429)
    assert int(answer.headers["retry-after"]) <= 30
    clock.advance(seconds=30)
    assert attempt(somewhere["192.0.2.2"], franchise.rep, PASSWORD).status_code == 200


def test_where_one_signed_in_lately_strangers_elsewhere_hold_up_nothing(
    somewhere: Somewhere, franchise: Franchise, clock: Clock
):
    assert attempt(somewhere["192.0.2.2"], franchise.rep, PASSWORD).status_code == 200
    for _ in range(40):
        answer = attempt(somewhere["192.0.2.1"], franchise.rep)
        clock.advance(seconds=int(answer.headers.get("retry-after", 0)))
    attempt(somewhere["192.0.2.1"], franchise.rep)
    assert_problem(attempt(somewhere["192.0.2.3"], franchise.rep, PASSWORD), 429)
    assert attempt(somewhere["192.0.2.2"], franchise.rep, PASSWORD).status_code == 200


def test_one_address_trying_many_people_waits_too(somewhere: Somewhere, franchise: Franchise, clock: Clock):
    client = somewhere["192.0.2.1"]
    statuses = [
        client.post("/api/auth/sign-in", json={"email": f"p{number}@example.com", "password": "x"}).status_code
        for number in range(33)
    ]
    assert statuses[:31] == [401] * 31
    assert statuses[32] == 429
    assert attempt(somewhere["192.0.2.2"], franchise.rep, PASSWORD).status_code == 200


def test_an_unknown_address_waits_like_a_known_one(somewhere: Somewhere, franchise: Franchise):
    client = somewhere["192.0.2.1"]
    body = {"email": "nobody@example.com", "password": "x"}
    statuses = [client.post("/api/auth/sign-in", json=body).status_code for _ in range(7)]
    assert statuses == [401] * 6 + [429]


def test_the_table_names_no_address_and_old_rows_go(somewhere: Somewhere, franchise: Franchise, clock: Clock):
    attempt(somewhere["192.0.2.1"], franchise.rep)
    with franchise.admin() as session:
        stored = session.scalar(text("select string_agg(to_jsonb(t)::text, ' ') from outbound.throttles t"))
        assert session.scalar(text("select count(*) from outbound.throttles")) == 3
    assert franchise.rep.email not in stored
    assert "192.0.2.1" not in stored
    clock.advance(days=2)
    attempt(somewhere["192.0.2.2"], franchise.manager)
    with franchise.admin() as session:
        assert session.scalar(text("select count(*) from outbound.throttles")) == 3


def test_many_at_once_are_no_way_around(somewhere: Somewhere, franchise: Franchise):
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: attempt(somewhere["192.0.2.1"], franchise.rep).status_code, range(24)))
    assert sorted(statuses) == [401] * 6 + [429] * 18
