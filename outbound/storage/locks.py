"""Locks by name, held to the end of the transaction: for what is not yet a row that could be locked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.context import Context, context_of
from outbound.storage.rowset import array_of


def serialise(session: Session, *name: object) -> None:
    """Waits until no other transaction of the organisation holds this name; who waited sees what the other wrote."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": _named(context_of(session).org_id, *name)},
    )


def serialise_all(connection: psycopg.Connection[Any], context: Context, kind: str, names: Iterable[str]) -> None:
    """As :func:`serialise` for each name of a kind, in one statement, and always in the same order: of two that want
    some of the same, one waits and the other goes on."""
    whole = [_named(context.org_id, kind, name) for name in sorted(names)]
    connection.execute(_ALL, {"names": array_of(whole, "text")})


_ALL = "select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(%(names)s::text[]) as names (name)"


def _named(org_id: uuid.UUID, *name: object) -> str:
    return "|".join(str(part) for part in (org_id, *name))
