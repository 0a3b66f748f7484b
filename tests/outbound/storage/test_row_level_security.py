"""Without a context nobody reads a row, and one organisation's context never reaches another's.

Every test connects as ``outbound_app`` and walks the catalogue, so a table added tomorrow is covered.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from outbound.storage.database import Database
from tests.support.everything import Everything, add_everything
from tests.support.franchise import Franchise
from tests.support.roles import (
    FOREIGN_KEY_VIOLATION,
    INSUFFICIENT_PRIVILEGE,
    ROLES,
    entered,
    may,
    sqlstate_of,
    tables,
)

# A batch of the lake holds every organisation's rows, and says of none of them more than that it was read.
NOBODYS = {"lake_heads"}


@pytest.fixture
def everything(franchise: Franchise, other_franchise: Franchise) -> Everything:
    """A row in every table, in both organisations."""
    add_everything(other_franchise)
    return add_everything(franchise)


def test_every_table_has_row_level_security_enabled_and_forced(database: Database):
    with database.admin_engine.connect() as connection:
        found = connection.execute(
            text(
                "select relname, relrowsecurity, relforcerowsecurity from pg_class"
                " where relnamespace = 'outbound'::regnamespace and relkind in ('r', 'p')"
            )
        ).all()
    assert len(found) > 25
    assert [name for name, enabled, forced in found if not (enabled and forced)] == []


def test_the_schema_holds_no_view_that_could_read_around_the_policies(database: Database):
    with database.admin_engine.connect() as connection:
        views = connection.scalars(
            text(
                "select relname from pg_class"
                " where relnamespace = 'outbound'::regnamespace and relkind in ('v', 'm')"
                " and not coalesce(reloptions @> array['security_invoker=true'], false)"
            )
        ).all()
    assert views == []


def test_no_reference_can_cross_organisations(database: Database):
    """Every foreign key from one tenant table to another carries ``org_id`` on both sides."""
    with database.admin_engine.connect() as connection:
        found = connection.execute(
            text(
                "select c.conname, array_agg(a.attname::text), array_agg(b.attname::text) from pg_constraint c"
                " cross join unnest(c.conkey, c.confkey) as k (here, there)"
                " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here"
                " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.there"
                " where c.contype = 'f' and c.connamespace = 'outbound'::regnamespace"
                " and c.confrelid not in ('outbound.organisations'::regclass, 'outbound.users'::regclass)"
                " group by 1"
            )
        ).all()
    assert len(found) > 30
    assert [name for name, here, there in found if "org_id" not in here or "org_id" not in there] == []


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("role", [None, *ROLES])
def test_without_a_context_every_table_reads_empty(database: Database, role: str | None):
    with entered(database, role) as connection:
        for table in tables(database):
            if table.name in NOBODYS or not may(connection, role or "outbound_app", table, "select"):
                continue
            assert connection.scalar(text(f"select count(*) from outbound.{table.name}")) == 0, table.name


def test_the_login_itself_reads_nothing_even_with_a_context(
    database: Database, franchise: Franchise, everything: Everything
):
    """``outbound_app`` must enter a role: it inherits none."""
    with entered(database, None, org_id=franchise.org_id, user_id=franchise.owner.id) as connection:
        for table in tables(database):
            assert connection.scalar(text(f"select count(*) from outbound.{table.name}")) == 0, table.name


def test_the_system_itself_sees_a_row_of_every_table_of_its_organisation(
    database: Database, franchise: Franchise, everything: Everything
):
    """So that the emptiness tested here is the policies' doing."""
    with entered(database, "outbound_job", org_id=franchise.org_id) as connection:
        for table in tables(database):
            if table.is_tenant:
                assert connection.scalar(text(f"select count(*) from outbound.{table.name}")) > 0, table.name


@pytest.mark.parametrize("role", ROLES)
def test_another_organisations_context_shows_none_of_these_rows(
    database: Database, franchise: Franchise, other_franchise: Franchise, everything: Everything, role: str
):
    """Even when the person and the territories of the context are these rows' own."""
    turf = [each.id for each in (franchise.region, franchise.west, franchise.east, *franchise.micros)]
    with entered(
        database,
        role,
        org_id=other_franchise.org_id,
        user_id=franchise.rep.id,
        readable=turf,
        writable=turf,
    ) as connection:
        for table in tables(database):
            if table.is_tenant and may(connection, role, table, "select"):
                query = f"select count(*) from outbound.{table.name} where org_id = :org"
                assert connection.scalar(text(query), {"org": franchise.org_id}) == 0, table.name
        people = set(connection.scalars(text("select id from outbound.users")))
        assert people == {member.id for member in other_franchise.members}
        assert connection.scalars(text("select id from outbound.organisations")).all() == [other_franchise.org_id]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_inserts_a_row_into_another_organisation(
    database: Database, franchise: Franchise, other_franchise: Franchise, everything: Everything, role: str
):
    turf = [each.id for each in franchise.micros]
    samples = _a_row_of_each_table(database, other_franchise.org_id)
    with entered(
        database,
        role,
        org_id=franchise.org_id,
        user_id=franchise.rep.id,
        readable=turf,
        writable=turf,
    ) as connection:
        for table in tables(database):
            if not table.is_tenant or not may(connection, role, table, "insert"):
                continue
            columns = [name for name in table.columns if name != "xact"]
            row = samples[table.name] | ({"id": str(uuid.uuid4())} if "id" in columns else {})
            code = sqlstate_of(connection, _insert(table.name, columns), row=json.dumps(row))
            assert code == INSUFFICIENT_PRIVILEGE, table.name


@pytest.mark.parametrize("role", ROLES)
def test_no_role_moves_changes_or_deletes_rows_across_organisations(
    database: Database, franchise: Franchise, other_franchise: Franchise, everything: Everything, role: str
):
    turf = [each.id for each in (*franchise.micros, *other_franchise.micros)]
    parameters = {"here": franchise.org_id, "there": other_franchise.org_id}
    with entered(
        database,
        role,
        org_id=franchise.org_id,
        user_id=franchise.rep.id,
        readable=turf,
        writable=turf,
    ) as connection:
        for table in tables(database):
            if not table.is_tenant:
                continue
            if may(connection, role, table, "update"):
                moved = sqlstate_of(connection, f"update outbound.{table.name} set org_id = :there", **parameters)
                visible = connection.scalar(text(f"select count(*) from outbound.{table.name}"))
                assert moved == INSUFFICIENT_PRIVILEGE or not visible, table.name
                theirs = f"update outbound.{table.name} set org_id = :there where org_id = :there"
                # Who may change one column alone is refused outright.
                if sqlstate_of(connection, theirs, **parameters) != INSUFFICIENT_PRIVILEGE:
                    assert connection.execute(text(theirs), parameters).rowcount == 0, table.name
            if may(connection, role, table, "delete"):
                gone = connection.execute(text(f"delete from outbound.{table.name} where org_id = :there"), parameters)
                assert gone.rowcount == 0, table.name


def test_a_reference_to_another_organisations_row_is_refused_everywhere(
    database: Database, franchise: Franchise, other_franchise: Franchise, everything: Everything
):
    """Not even the administrator can make one: it is the key that refuses, not a policy."""
    ours = _a_row_of_each_table(database, franchise.org_id)
    theirs = _a_row_of_each_table(database, other_franchise.org_id)
    tried = 0
    with database.admin_engine.connect() as connection:
        references = connection.execute(
            text(
                "select c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text, b.attname::text"
                " from pg_constraint c cross join unnest(c.conkey, c.confkey) as k (here, there)"
                " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here"
                " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.there"
                " where c.contype = 'f' and c.connamespace = 'outbound'::regnamespace"
                " and cardinality(c.conkey) = 2 and a.attname <> 'org_id'"
            )
        ).all()
        for table, column, target, target_column in references:
            name = table.removeprefix("outbound.")
            foreign = theirs[target.removeprefix("outbound.")][target_column]
            if name == "audit_entries":  # never updated
                row = ours[name] | {"id": str(uuid.uuid4()), column: foreign}
                code = sqlstate_of(connection, _insert(name, list(row)), row=json.dumps(row))
            else:
                code = sqlstate_of(
                    connection,
                    f"update {table} as t set {column} = :foreign where to_jsonb(t) - 'xact' = cast(:row as jsonb)",
                    foreign=foreign,
                    row=json.dumps(ours[name]),
                )
            assert code == FOREIGN_KEY_VIOLATION, (table, column)
            tried += 1
        connection.rollback()
    assert tried > 30


def _insert(table: str, columns: list[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in columns)
    return (
        f"insert into outbound.{table} ({listed}) select {listed}"
        f" from jsonb_populate_record(null::outbound.{table}, cast(:row as jsonb))"
    )


def _a_row_of_each_table(database: Database, org_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """One stored row of an organisation, as JSON, of every tenant table: the one with most references filled."""
    rows = {}
    with database.admin_engine.connect() as connection:
        for table in tables(database):
            if table.is_tenant:
                rows[table.name] = connection.scalar(
                    text(
                        f"select to_jsonb(t) - 'xact' from outbound.{table.name} t where org_id = :org"
                        " order by (select count(*) from jsonb_each(to_jsonb(t)) where value <> 'null') desc limit 1"
                    ),
                    {"org": org_id},
                )
    return rows
