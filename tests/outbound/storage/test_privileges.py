"""What no policy may give: the log stays as written, secrets stay unread, narrow functions stay narrow."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from outbound.policies.founding import create_organisation
from outbound.storage.database import Database
from tests.support.everything import Everything
from tests.support.franchise import Franchise
from tests.support.roles import INSUFFICIENT_PRIVILEGE, ROLES, entered, may, sqlstate_of, tables

PERSONAL = {
    ("users", "email"),
    ("users", "name"),
    ("users", "password_hash"),
    ("addresses", "house_number"),
    ("addresses", "street"),
    ("addresses", "unit"),
    ("addresses", "canonical"),
    ("addresses", "position"),
    ("leads", "first_name"),
    ("leads", "last_name"),
    ("leads", "phone"),
    ("leads", "email"),
    ("leads", "consent"),
    ("leads", "external_ref"),
    ("activities", "notes"),
    ("activities", "position"),
    ("activities", "attachments"),
    ("tasks", "title"),
    ("trips", "name"),
    ("trips", "start_position"),
    ("trips", "end_position"),
    ("trip_stops", "notes"),
    ("trip_stops", "skip_reason"),
    ("messages", "provider_ref"),
    ("message_templates", "body"),
    ("import_rejects", "raw"),
    ("prospect_imports", "file_name"),
    ("prospect_imports", "file_url"),
    ("prospect_imports", "error"),
    ("audit_entries", "before"),
    ("audit_entries", "after"),
    ("sessions", "token_hash"),
    ("sessions", "label"),
    ("refresh_tokens", "token_hash"),
    ("api_keys", "secret_hash"),
    ("invitations", "email"),
    ("invitations", "token_hash"),
    ("password_resets", "token_hash"),
    ("sign_in_providers", "client_secret"),
    ("throttles", "subject"),
}


class TestTheLog:
    @pytest.mark.parametrize(
        "statement",
        [
            "update outbound.audit_entries set action = 'nothing'",
            "delete from outbound.audit_entries",
            "truncate outbound.audit_entries",
            "truncate outbound.audit_entries cascade",
            "truncate outbound.organisations cascade",
        ],
    )
    def test_nobody_changes_it_not_even_the_administrator(
        self, database: Database, franchise: Franchise, everything: Everything, statement: str
    ):
        with database.admin_engine.connect() as connection:
            assert sqlstate_of(connection, statement) == INSUFFICIENT_PRIVILEGE
        for role in ROLES:
            with entered(database, role, org_id=franchise.org_id, user_id=franchise.manager.id) as connection:
                assert sqlstate_of(connection, statement) == INSUFFICIENT_PRIVILEGE, role

    def test_members_sign_it_with_their_own_name(self, franchise: Franchise):
        insert = (
            "insert into outbound.audit_entries (org_id, id, acted_by, entity, entity_id, action, source)"
            " values (:org, gen_random_uuid(), :by, 'lead', gen_random_uuid(), 'changed', 'test')"
        )
        for member in franchise.members:
            with franchise.as_member(member) as session:
                answers = {
                    by: sqlstate_of(session.connection(), insert, org=franchise.org_id, by=by)
                    for by in (member.id, franchise.add_member(member.role).id, None)
                }
            assert list(answers.values()) == [None, INSUFFICIENT_PRIVILEGE, INSUFFICIENT_PRIVILEGE], member.name

    def test_owners_read_it_all_managers_what_concerns_them_and_reps_nothing(
        self, franchise: Franchise, everything: Everything
    ):
        add = (
            "insert into outbound.audit_entries (org_id, id, acted_by, entity, entity_id, action, source)"
            " values (:org, gen_random_uuid(), :by, 'lead', :lead, 'changed', 'test')"
        )
        elsewhere = franchise.leads_in(franchise.south_east)[0]
        with franchise.admin() as session:
            session.execute(text(add), {"org": franchise.org_id, "by": franchise.owner.id, "lead": elsewhere})
        count = "select count(*) from outbound.audit_entries"
        read = {}
        for member in (franchise.owner, franchise.head_manager, franchise.manager):
            with franchise.as_member(member) as session:
                read[member.name] = session.scalar(text(count))
        assert read == {"Owner": 2, "Head Manager": 2, "Manager": 1}
        for member in (franchise.rep, franchise.ops):
            with franchise.as_member(member) as session:
                assert sqlstate_of(session.connection(), count) == INSUFFICIENT_PRIVILEGE


class TestSecrets:
    @pytest.mark.parametrize("role", [None, *ROLES])
    def test_no_role_reads_a_password_hash(self, database: Database, franchise: Franchise, role: str | None):
        with entered(database, role, org_id=franchise.org_id, user_id=franchise.owner.id) as connection:
            code = sqlstate_of(connection, "select password_hash from outbound.users")
            assert code == INSUFFICIENT_PRIVILEGE

    @pytest.mark.parametrize("role", ROLES)
    def test_inside_an_organisation_nobody_asks_for_sign_in_secrets(
        self, database: Database, franchise: Franchise, role: str
    ):
        calls = (
            "select * from outbound.sign_in_candidate('rep@green-acres.test')",
            "select * from outbound.session_of('\\x00')",
            "select * from outbound.organisations_of(gen_random_uuid())",
            "select * from outbound.organisation_ids()",
            "select outbound.session_lives(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())",
            "select * from outbound.refresh_token_of('\\x00')",
            "select * from outbound.api_key_of(gen_random_uuid(), '\\x00')",
            "select * from outbound.invitation_of('\\x00')",
            "select * from outbound.reset_of('\\x00')",
            "select outbound.provider_of('green-acres')",
            "select * from outbound.throttles_of(array['\\x00'::bytea])",
            "select outbound.throttle_forgive('{}', '\\x00', now())",
        )
        with entered(database, role, org_id=franchise.org_id, user_id=franchise.rep.id) as connection:
            for call in calls:
                assert sqlstate_of(connection, call) == INSUFFICIENT_PRIVILEGE, call

    def test_members_see_only_their_own_sign_ins(self, franchise: Franchise, everything: Everything):
        for member, expected in ((franchise.rep, 1), (franchise.owner, 0), (franchise.manager, 0)):
            with franchise.as_member(member) as session:
                assert session.scalar(text("select count(*) from outbound.sessions")) == expected, member.name

    def test_the_login_roles_have_no_power_beyond_the_policies(self, database: Database):
        with database.admin_engine.connect() as connection:
            found = connection.execute(
                text(
                    "select rolname from pg_roles where rolname like 'outbound\\_%'"
                    " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"
                )
            ).all()
            assert found == []
            # A role belongs to the whole server, where the warehouse may have its own: what counts is who may
            # enter this schema.
            logins = connection.scalars(
                text(
                    "select rolname from pg_roles where rolname like 'outbound\\_%' and rolcanlogin"
                    " and has_schema_privilege(oid, 'outbound', 'usage') order by 1"
                )
            ).all()
        assert logins == ["outbound_app", "outbound_etl"]

    @pytest.mark.parametrize("login", ["outbound_app", "outbound_etl"])
    def test_a_login_enters_no_role_but_those_meant_for_it(self, database: Database, login: str):
        with database.admin_engine.connect() as connection:
            inherited = connection.scalars(
                text("select rolname from pg_roles where rolname <> :login and pg_has_role(:login, oid, 'usage')"),
                {"login": login},
            ).all()
            entered_by_name = connection.scalars(
                text(
                    "select rolname from pg_roles where rolname <> :login and pg_has_role(:login, oid, 'member')"
                    " order by 1"
                ),
                {"login": login},
            ).all()
        assert inherited == []
        assert entered_by_name == (ROLES if login == "outbound_app" else [])


class TestTheExtraction:
    def test_it_reads_every_organisation(
        self, database: Database, franchise: Franchise, other_franchise: Franchise, etl: Connection
    ):
        found = set(etl.scalars(text("select distinct org_id from outbound.leads")))
        assert found == {franchise.org_id, other_franchise.org_id}
        assert etl.scalar(text("select count(*) from outbound.leads")) == len(
            franchise.all_leads | other_franchise.all_leads
        )

    def test_it_reads_every_extracted_table(self, database: Database, everything: Everything, etl: Connection):
        for table in tables(database):
            if "xact" in table.columns:
                assert etl.scalar(text(f"select count(*) from outbound.{table.name}")) > 0, table.name

    def test_it_reads_no_personal_column(self, database: Database, etl: Connection):
        stored = {(table.name, column) for table in tables(database) for column in table.columns}
        assert stored >= PERSONAL, "this list names what is not there any more"
        for table, column in sorted(PERSONAL):
            code = sqlstate_of(etl, f'select "{column}" from outbound.{table}')
            assert code == INSUFFICIENT_PRIVILEGE, (table, column)

    def test_free_text_and_bytes_reach_it_only_where_that_was_decided(self, database: Database):
        """A new column of free text, bytes or JSON is personal until it is listed here."""
        with database.admin_engine.connect() as connection:
            found = connection.execute(
                text(
                    "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
                    " where c.relnamespace = 'outbound'::regnamespace and c.relkind = 'r' and a.attnum > 0"
                    " and a.atttypid in ('text'::regtype, 'bytea'::regtype, 'jsonb'::regtype)"
                    " and has_column_privilege('outbound_etl', c.oid, a.attnum, 'select')"
                    # Held to a word list by a check constraint: no free text.
                    " and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'"
                    "  and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '%ANY (ARRAY[%')"
                )
            ).all()
        assert set(map(tuple, found)) == {
            ("activities", "channel"),
            ("addresses", "city"),
            ("addresses", "country"),
            ("addresses", "postcode"),
            ("addresses", "state"),
            ("cadence_steps", "metadata"),
            ("cadences", "description"),
            ("cadences", "name"),
            ("campaigns", "description"),
            ("campaigns", "name"),
            ("lake_heads", "snapshot"),
            ("lake_heads", "system_identifier"),
            ("leads", "language"),
            ("leads", "source"),
            ("messages", "reason"),
            ("organisations", "name"),
            ("organisations", "slug"),
            ("organisations", "zone"),
            ("prospect_imports", "file_sha256"),
            ("prospect_imports", "stats"),
            ("territories", "color"),
            ("territories", "geometry"),
            ("territories", "name"),
            ("territories", "slug"),
            ("territories", "zone"),
            ("tombstones", "table_name"),
        }

    def test_it_writes_nothing(self, database: Database, everything: Everything, etl: Connection):
        for table in tables(database):
            for privilege in ("insert", "update", "delete", "truncate"):
                function = "has_table_privilege"
                query = text(f"select {function}('outbound_etl', :table, :privilege)")
                granted = etl.scalar(query, {"table": f"outbound.{table.name}", "privilege": privilege})
                assert not granted, (table.name, privilege)
            if not may(etl, "outbound_etl", table, "select"):
                continue
            assert sqlstate_of(etl, f"delete from outbound.{table.name}") == INSUFFICIENT_PRIVILEGE
        for statement in ("create table outbound.mine (id int)", "create table public.mine (id int)"):
            assert sqlstate_of(etl, statement) == INSUFFICIENT_PRIVILEGE


class TestTheSystemsOwnWork:
    def test_it_is_confined_to_the_organisation_it_entered(
        self, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        with database.as_job(franchise.org_id) as session:
            assert session.scalars(text("select distinct org_id from outbound.leads")).all() == [franchise.org_id]

    def test_a_new_organisation_starts_with_its_rules_and_nothing_else(self, database: Database):
        org_id = create_organisation(database, name="Fresh Start", zone="America/Denver")
        with database.as_job(org_id) as session:
            assert session.scalar(text("select count(*) from outbound.stage_policies")) == 7
            assert session.scalar(text("select count(*) from outbound.activity_outcomes")) == 63
            assert session.scalar(text("select count(*) from outbound.leads")) == 0
        assert [(found.id, found.zone) for found in database.organisations()] == [(org_id, "America/Denver")]

    def test_after_a_commit_in_the_middle_nothing_is_left_of_the_context(self, franchise: Franchise):
        """Context and role are the transaction's: a service that commits early reads nothing, not everything."""
        with franchise.as_member(franchise.owner) as session:
            connection = session.connection()
            assert connection.scalar(text("select count(*) from outbound.leads")) > 0
            connection.exec_driver_sql("commit")
            assert connection.scalar(text("select count(*) from outbound.leads")) == 0
            assert connection.scalar(text("select current_user")) == "outbound_app"

    def test_a_pooled_connection_carries_nothing_into_the_next_transaction(
        self, database: Database, franchise: Franchise
    ):
        with franchise.as_member(franchise.owner) as session:
            backend = session.scalar(text("select pg_backend_pid()"))
        with database.as_nobody() as session:
            assert session.scalar(text("select pg_backend_pid()")) == backend
            assert session.scalar(text("select current_user")) == "outbound_app"
            assert session.scalar(text("select outbound.current_org()")) is None
            assert session.scalar(text("select outbound.current_member()")) is None
            assert session.scalar(text("select outbound.readable_territories()")) == []
