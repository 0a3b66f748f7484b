"""Migrations make what the models say, and refuse what they do not know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, Index, create_engine, inspect, text
from sqlalchemy.dialects.postgresql.base import ischema_names

from outbound.errors import Misconfigured
from outbound.storage import migrate as migrate_module
from outbound.storage.base import SCHEMA, Extracted, Xid8
from outbound.storage.database import Database
from outbound.storage.migrate import current_revision, migrate, newest_revision
from outbound.tables import Base
from tests.support.franchise import Franchise
from tests.support.server import Server

EXTRACTED = sorted(mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Extracted))

_CONSTRAINTS = text(
    "select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = 'outbound'::regnamespace"
)
_INDEXES = text(
    "select indexdef from pg_indexes where schemaname = 'outbound'"
    " and (indexname = 'ix_tombstones_xact' or indexname not like 'ix\\_%\\_xact')"
)
_COLUMNS = text(
    "select attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '"
    " || attnotnull::text || ' ' || attgenerated::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')"
    " from pg_attribute join pg_class on pg_class.oid = attrelid"
    " left join pg_attrdef on adrelid = attrelid and adnum = attnum"
    " where relkind = 'r' and relnamespace = 'outbound'::regnamespace and attnum > 0 and not attisdropped"
)


@pytest.fixture
def empty_engine(server: Server) -> Iterator[Engine]:
    """A database that was never migrated, with the server's roles to ourselves."""
    with server.empty() as url, server.roles_to_myself():
        engine = create_engine(url)
        yield engine
        engine.dispose()


def test_an_empty_database_is_brought_to_the_newest_revision(empty_engine: Engine):
    assert migrate(empty_engine) == newest_revision()
    with empty_engine.connect() as connection:
        assert current_revision(connection) == newest_revision()


def test_migrating_again_changes_nothing(empty_engine: Engine):
    migrate(empty_engine)
    before = _describe(empty_engine)
    assert migrate(empty_engine) == newest_revision()
    assert _describe(empty_engine) == before


def test_a_migration_that_fails_leaves_nothing_behind(empty_engine: Engine, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrate_module, "_set_passwords", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(empty_engine)
    assert SCHEMA not in inspect(empty_engine).get_schema_names()


def test_the_migrated_schema_is_what_the_models_say(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ischema_names, "xid8", Xid8)  # unknown to SQLAlchemy's reflection
    with database.admin_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, type_, _: type_ != "schema" or name == SCHEMA,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        differences = [d for d in compare_metadata(context, Base.metadata) if not _is_index_of_extraction(d)]
    assert differences == []


def test_constraints_indexes_and_columns_are_what_the_models_would_make(database: Database, server: Server):
    """Alembic compares no check constraint, no partial index and no generated column; the catalogue shows all."""
    with server.empty() as url:
        engine = create_engine(url)
        with database.admin_engine.connect() as migrated, engine.begin() as made:
            made.execute(text(f"create schema {SCHEMA}"))
            made.exec_driver_sql(
                migrated.scalar(text("select pg_get_functiondef('outbound.edge'::regproc)")).replace("%", "%%")
            )
            Base.metadata.create_all(made)
            for query in (_CONSTRAINTS, _INDEXES, _COLUMNS):
                by_migration = set(migrated.scalars(query))
                by_models = set(made.scalars(query))
                assert by_migration == by_models
        engine.dispose()


def test_every_extracted_table_is_indexed_by_its_stamp(database: Database):
    inspector = inspect(database.admin_engine)
    for table in EXTRACTED:
        columns = {index["name"]: index["column_names"] for index in inspector.get_indexes(table, SCHEMA)}
        assert columns.get(f"ix_{table}_xact") == ["org_id", "xact"], table


def test_an_extracted_row_is_stamped_anew_when_updated_and_leaves_a_tombstone(franchise: Franchise):
    with franchise.admin() as session:
        row_id = session.scalar(
            text(
                "insert into outbound.campaigns (org_id, id, name)"
                " values (:org, gen_random_uuid(), 'Spring') returning id"
            ),
            {"org": franchise.org_id},
        )
        first = session.scalar(text("select xact::text from outbound.campaigns"))
        assert first == session.scalar(text("select pg_current_xact_id()::text"))
    with franchise.admin() as session:
        session.execute(text("update outbound.campaigns set name = 'Summer', xact = xact"))
        stamp = session.scalar(text("select xact::text from outbound.campaigns"))
        assert stamp == session.scalar(text("select pg_current_xact_id()::text")) != first
    with franchise.admin() as session:
        session.execute(text("delete from outbound.campaigns"))
        left = session.execute(
            text("select table_name, row_id, org_id, xact::text = pg_current_xact_id()::text from outbound.tombstones")
        ).all()
    assert left == [("campaigns", row_id, franchise.org_id, True)]


def test_every_extracted_table_has_both_triggers(database: Database):
    with database.admin_engine.connect() as connection:
        found = connection.execute(
            text(
                "select c.relname, array_agg(t.tgname::text order by t.tgname) from pg_trigger t"
                " join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and t.tgenabled = 'O'"
                " and t.tgname in ('stamp', 'leave_tombstone') group by 1"
            )
        )
        triggers = dict(found.all())
    assert triggers == {table: ["leave_tombstone", "stamp"] for table in EXTRACTED}


def test_a_revision_of_a_newer_program_is_refused_in_one_sentence(empty_engine: Engine):
    migrate(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '2099_01_01_01'"))
    wanted = r"revision 2099_01_01_01, which this version .* does not know; "
    with pytest.raises(Misconfigured, match=wanted) as caught:
        migrate(empty_engine)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_too_old_is_refused_in_one_sentence(empty_engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migrate_module, "OLDEST_SERVER", 99)
    with pytest.raises(Misconfigured, match=r"is PostgreSQL \d+; Outbound needs 99 or newer\.$"):
        migrate(empty_engine)


def test_a_database_of_an_older_revision_is_told_from_a_current_one(database: Database):
    assert database.is_current()
    with database.admin_engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '2026_11_22_01'"))
    assert not database.is_current()


def test_migration_files_are_named_by_date_and_concept_and_form_one_line():
    script = migrate_module.ScriptDirectory.from_config(migrate_module._config())
    for revision in script.walk_revisions():
        assert revision.path.rsplit("/", 1)[-1].startswith(revision.revision + "_")
    assert len(script.get_heads()) == 1


def _describe(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {str(query): sorted(connection.scalars(query)) for query in (_CONSTRAINTS, _INDEXES, _COLUMNS)}


def _is_index_of_extraction(difference: object) -> bool:
    """Made for every extracted table by one loop of a migration, and tested on its own above."""
    match difference:
        case ("remove_index", Index() as index):
            return index.name == f"ix_{index.table.name}_xact" if index.table is not None else False
    return False
