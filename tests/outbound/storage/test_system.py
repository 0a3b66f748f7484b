"""The one way past a member's scope, and the way back from it, however the block ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.storage.context import Context, context_of
from outbound.storage.system import as_system
from tests.support.franchise import Franchise


@pytest.fixture
def session(franchise: Franchise) -> Iterator[Session]:
    """A transaction of the rep's."""
    with franchise.as_member(franchise.rep) as session:
        yield session


def role_of(session: Session) -> str | None:
    return session.scalar(text("select current_user"))


def assert_reps_own(session: Session, context: Context) -> None:
    assert role_of(session) == "outbound_rep"
    assert context_of(session) is context
    assert session.scalar(text("select count(*) from outbound.leads")) == 4  # and no lead of anybody else's


def test_within_the_block_context_and_database_agree(session: Session, franchise: Franchise):
    own = context_of(session)
    with as_system(session):
        inner = context_of(session)
        assert role_of(session) == inner.database_role == "outbound_job"
        assert (inner.is_job, inner.role, inner.sees_whole_organisation) == (True, None, True)
        assert session.scalar(text("select count(*) from outbound.leads")) == 10
        require(session, Operation.RULES_WRITE)
    assert_reps_own(session, own)
    with pytest.raises(Forbidden):
        require(session, Operation.RULES_WRITE)


def test_the_log_says_who_acted(session: Session, franchise: Franchise):
    with as_system(session):
        record(session, "lead", uuid7(), "looked_at")
    session.commit()
    (entry,) = franchise.audit_trail("lead looked_at")
    assert (entry.acted_by, entry.source) == (franchise.rep.id, "test")


@pytest.mark.parametrize("error", [Conflict("No."), KeyboardInterrupt(), GeneratorExit()])
def test_an_error_undoes_the_block_and_gives_the_role_back(
    session: Session, franchise: Franchise, error: BaseException
):
    own = context_of(session)
    with pytest.raises(type(error)):
        _change_and_fail(session, error)
    assert_reps_own(session, own)
    assert session.scalar(text("select count(*) from outbound.leads where source = 'changed'")) == 0


def test_a_broken_transaction_is_whole_again_after_the_block(session: Session):
    own = context_of(session)
    with pytest.raises(DBAPIError), as_system(session):
        session.execute(text("select 1 / 0"))
    assert_reps_own(session, own)


def test_an_error_that_the_block_swallows_is_none_that_leaves_the_role(session: Session):
    own = context_of(session)
    with pytest.raises(DBAPIError), as_system(session), pytest.raises(DBAPIError, match="zero"):
        session.execute(text("select 1 / 0"))
    assert_reps_own(session, own)


def test_blocks_may_stand_in_one_another(session: Session):
    own = context_of(session)
    with as_system(session):
        outer = context_of(session)
        with as_system(session):
            assert role_of(session) == "outbound_job"
        with pytest.raises(DBAPIError), as_system(session):
            session.execute(text("select 1 / 0"))
        assert (role_of(session), context_of(session)) == ("outbound_job", outer)
    assert_reps_own(session, own)


def test_what_was_written_before_the_block_was_written_with_ones_own_rights(session: Session, franchise: Franchise):
    elsewhere = franchise.leads_in(franchise.south_east)[0]
    changed = session.execute(
        text("update outbound.leads set source = 'changed' where id = :id returning id"), {"id": elsewhere}
    )
    with as_system(session):
        assert changed.all() == []


def _change_and_fail(session: Session, error: BaseException) -> None:
    with as_system(session):
        session.execute(text("update outbound.leads set source = 'changed'"))
        raise error
