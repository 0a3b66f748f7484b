"""A franchise with many plain leads, reps who are signed in, and the API in a process of its own."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from sqlalchemy import make_url, text

from cli.programs import api
from outbound.identity.service import add_member
from outbound.policies.founding import create_organisation
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from outbound.vocabulary import Role

LEAD_ID = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
"""The id of the n-th lead in SQL, so that pgbench can name one."""


def lead_id(number: int) -> str:
    return str(uuid.UUID(int=0x0190000000007000_8000_000000000000 + number))


@dataclass(frozen=True)
class Town:
    settings: Settings
    database: Database
    org_id: uuid.UUID
    reps: list[uuid.UUID]
    tokens: list[str]
    leads: int
    """Numbered from 0; lead n is that of rep n modulo their number."""

    def mine(self, rep: int) -> list[str]:
        return self._mine[rep]

    @cached_property
    def _mine(self) -> list[list[str]]:
        reps = len(self.reps)
        return [[lead_id(number) for number in range(rep, self.leads, reps)] for rep in range(reps)]


@contextmanager
def town(leads: int, reps: int = 4) -> Iterator[Town]:
    """A database of its own: embedded in a temporary folder, or on the server of ``DATABASE_URL``."""
    folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    plain = Settings(home=folder, api_port=_free_port())
    name = f"outbound_bench_{os.getpid()}"
    given = plain.database_url
    server = make_url(given or embedded.ensure_running(plain)).set(drivername="postgresql+psycopg")
    admin = server.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'create database "{name}" template template0'.encode())
        url = server.set(database=name).render_as_string(hide_password=False)
        settings = plain.model_copy(update={"database_url": url})
        database = Database.open(settings)
        try:
            database.migrate()
            yield _peopled(settings, database, leads, reps)
        finally:
            database.dispose()
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f'drop database "{name}" with (force)'.encode())
    finally:
        if not given:
            embedded.stop(plain)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The API as ``outbound up`` starts it, in a process of its own; yields its address."""
    program = api(settings)
    address = f"http://127.0.0.1:{settings.api_port}"
    log = (settings.home / "api.log").open("ab")
    process = subprocess.Popen(program.command, env=os.environ | program.env, stdout=log, stderr=log, cwd=program.cwd)
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise SystemExit((settings.home / "api.log").read_text(encoding="utf-8")[-2000:])
            try:
                with socket.create_connection(("127.0.0.1", settings.api_port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()
        log.close()


def _peopled(settings: Settings, database: Database, leads: int, reps: int) -> Town:
    org_id = create_organisation(database, name="Bench", zone="America/Chicago", slug=f"bench-{uuid.uuid4().hex[:8]}")
    people = [
        add_member(
            database,
            org_id,
            email=f"{uuid.uuid4().hex[:8]}@bench.test",
            name=f"Rep {number}",
            role=Role.SALES_REP,
            password=uuid.uuid4().hex,
        )
        for number in range(reps)
    ]
    tokens = [secrets.token_urlsafe(32) for _ in people]
    with database.admin_engine.begin() as connection:
        values = {"org": org_id, "leads": leads, "people": people}
        connection.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, owner_id, due_at, last_name)"
                f" select :org, {LEAD_ID}, 'outbound', now() - interval '30 days',"
                " (cast(:people as uuid[]))[1 + n % cardinality(cast(:people as uuid[]))], now(), 'Lead ' || n"
                " from generate_series(0, :leads - 1) as n"
            ),
            values,
        )
        connection.execute(
            text(
                "insert into outbound.lead_stage_changes (org_id, id, lead_id, to_stage, occurred_at, owner_id)"
                " select org_id, gen_random_uuid(), id, 'COLD', stage_entered_at, owner_id from outbound.leads"
            )
        )
        for person, token in zip(people, tokens, strict=True):
            connection.execute(
                text(
                    "insert into outbound.sessions (org_id, id, user_id, token_hash, expires_at)"
                    " values (:org, gen_random_uuid(), :person, :hash, now() + interval '1 day')"
                ),
                {"org": org_id, "person": person, "hash": hashlib.sha256(token.encode()).digest()},
            )
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze outbound.leads"))
        connection.execute(text("vacuum analyze outbound.lead_stage_changes"))
    return Town(settings, database, org_id, people, tokens, leads)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
