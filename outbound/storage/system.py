"""The one home of database roles: how a transaction becomes a member's, or the system's own work.

`make check` holds that no other file takes a role (``tools/roles.py``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.context import SYSTEM_ROLE, Context, context_of
from outbound.storage.crypto import KeyRing

ENTER_AS_MEMBER = text(
    "select e.role as role, outbound.scopes_of_machine(:org_id, :user_id) as scopes,"
    " set_config('role', e.role, true), set_config('statement_timeout', :limit, true),"
    " set_config('idle_in_transaction_session_timeout', :limit, true)"
    " from (select outbound.enter(:org_id, :user_id) as role offset 0) as e"
)
"""One round trip: the context of the organisation, what a machine's key carries, then the role to take in it."""

_ENTER_ORGANISATION = text("select set_config('app.org_id', :org_id, true), set_config('app.user_id', '', true)")
_TAKE_SYSTEM_ROLE = text(f"set local role {SYSTEM_ROLE}")


def enter_organisation(session: Session, org_id: uuid.UUID) -> None:
    """Names the organisation of a transaction that has no member; no role is taken yet."""
    session.execute(_ENTER_ORGANISATION, {"org_id": str(org_id)})


def become_system(session: Session, context: Context | None = None, keys: KeyRing | None = None) -> None:
    """Makes a transaction that has just begun one of the system's own work; without ``context``, of no organisation:
    every tenant table reads empty."""
    session.execute(_TAKE_SYSTEM_ROLE)
    if context is not None:
        session.info["context"] = context
        session.info["keys"] = keys


@contextmanager
def as_system(session: Session) -> Iterator[None]:
    """One step of a member's transaction that reaches further than they do: the one way past their scope.

    For what follows by itself from an act that they were allowed: ask the permission before, name the rows, keep the
    block short, say in a comment why their own rights would give a wrong result, and let nothing that is read here
    reach their answer, counts apart. Within the block both the context and the database role are the system's; the
    audit log still says who acted. On an error all of the block is undone. Context and role are the member's again
    after it, however it ends, and the outer block's where blocks are nested.
    """
    own = context_of(session)
    session.flush()  # what was written before was written with the caller's own rights
    try:
        # Rolling back to the savepoint takes the role back with it, where a statement could not: the transaction is
        # broken then.
        with session.begin_nested():
            session.execute(_TAKE_SYSTEM_ROLE)
            session.info["context"] = replace(own, database_role=SYSTEM_ROLE, scopes=None)
            yield
            session.flush()
            session.execute(text(f"set local role {own.database_role}"))
    finally:
        session.info["context"] = own
