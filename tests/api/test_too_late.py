"""A request that was answered 504 has stopped: nothing of it is committed, and what it held is given back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.types import Message, Receive, Scope, Send

from api.dependencies import CallerDep, DatabaseDep, UnitOfWork
from api.routing import Router
from outbound import deadline
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from tests.api.conftest import Api, application
from tests.support.problems import assert_problem

_answered = threading.Event()
router = Router()


def _hold_and_write(session: Session) -> None:
    serialise(session, "territories")
    session.execute(text("update outbound.territories set name = 'Late'"))


@router.post("/api/late/thread")
def work_in_a_thread(session: UnitOfWork) -> None:
    _hold_and_write(session)
    assert _answered.wait(60)


@router.post("/api/late/loop")
async def work_on_the_loop(session: UnitOfWork) -> None:
    def work() -> None:
        _hold_and_write(session)
        assert _answered.wait(60)

    await run_in_threadpool(work)


@router.post("/api/late/many")
def many_small_statements(session: UnitOfWork) -> None:
    _hold_and_write(session)
    for _ in range(50_000):
        session.execute(text("select 1"))


@router.post("/api/late/statement")
def one_long_statement(session: UnitOfWork) -> None:
    _hold_and_write(session)
    session.execute(text("set local statement_timeout = 0"))
    session.execute(text("select pg_sleep(600)"))


@router.post("/api/late/computing")
def work_that_asks_nobody_else(session: UnitOfWork) -> None:
    _hold_and_write(session)
    while True:
        deadline.check()


@router.post("/api/late/own")
def a_transaction_of_its_own(caller: CallerDep, database: DatabaseDep) -> None:
    with database.as_member(caller.org_id, caller.user_id) as session:
        _hold_and_write(session)
        assert _answered.wait(60)


class _Telling:
    """The application, and word of when it has answered: the test's client waits until the work has ended, too."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body":
                _answered.set()

        await self.app(scope, receive, telling)


@pytest.fixture
def late(settings: Settings, database: Database) -> Iterator[TestClient]:
    app = application(settings.model_copy(update={"request_seconds": 0.5}), database)
    app.router.routes = list(app.router.routes)
    app.include_router(router)
    with TestClient(_Telling(app), base_url=settings.api_url) as client:
        yield client


def test_its_transaction_is_undone_and_its_lock_free(late: TestClient, api: Api, database: Database):
    token = {"authorization": f"Bearer {api.token(api.franchise.owner)}"}
    late.get("/api/me", headers=token)  # the first request is slow by itself
    for way in ("thread", "loop", "many", "statement", "computing", "own"):
        _answered.clear()
        assert_problem(late.post(f"/api/late/{way}", headers=token), 504, "longer than 0.5 seconds")
        with database.as_member(api.franchise.org_id, api.franchise.owner.id) as session:
            serialise(session, "territories")
            names = session.scalars(text("select name from outbound.territories")).all()
            assert names
            assert "Late" not in names, way
