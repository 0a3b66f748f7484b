from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from outbound.demo.load import Loaded, load_demo
from outbound.demo.writer import writing
from outbound.errors import Conflict, Invalid
from outbound.geo.maps import Basemap
from outbound.identity.service import sign_in
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.policies.founding import create_organisation
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.outbound.demo.conftest import SIZE
from tests.support.franchise import Franchise


def rows(database: Database, query: str, **given: Any) -> list[Any]:
    with database.admin_engine.connect() as connection:
        return list(connection.execute(text(query), given))


def exceptions(database: Database, query: str) -> list[Any]:
    """What breaks an invariant: the query selects offenders."""
    return rows(database, f"select * from ({query}) as offenders limit 5")


class TestLoadDemo:
    def test_its_people_sign_in_with_the_known_password(self, demo_database: Database, demo: Loaded):
        from datetime import timedelta

        for email, org_id in (
            ("owner@demo.test", demo.organisations[0]),
            ("rep3@demo.test", demo.organisations[0]),
            ("ops@demo.test", demo.organisations[0]),
            ("manager2@demo.test", demo.organisations[1]),
            ("riverbend.rep1@demo.test", demo.organisations[1]),
        ):
            signed = sign_in(
                demo_database, email=email, password="demo", now=datetime.now(UTC), lifetime=timedelta(days=1)
            )
            assert signed.caller.org_id == org_id

    def test_a_second_call_changes_nothing_but_brings_back_a_lost_map(
        self, demo_database: Database, demo_settings: Settings, demo: Loaded
    ):
        before = rows(demo_database, "select count(*) from outbound.activities")
        (demo_settings.maps_dir / "basemap.pmtiles").unlink()
        again = load_demo(demo_database, demo_settings, **SIZE)
        assert again == Loaded(demo.organisations, {})
        assert rows(demo_database, "select count(*) from outbound.activities") == before
        archive = Basemap(demo_settings.maps_dir).archive()
        assert archive is not None

    def test_other_parameters_are_refused_in_words(
        self, demo_database: Database, demo_settings: Settings, demo: Loaded
    ):
        with pytest.raises(Conflict, match="doors 900, reps 3, days 40, seed 3, not doors 901"):
            load_demo(demo_database, demo_settings, **(SIZE | {"doors": 901}))

    def test_a_database_with_a_real_franchise_is_left_alone(self, database: Database, settings: Settings):
        create_organisation(database, name="Real Lawns", zone="America/Chicago")
        with pytest.raises(Conflict, match="holds a real franchise"):
            load_demo(database, settings, **SIZE)

    def test_a_failure_leaves_nothing_behind(
        self, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ):
        def fail(*_: object) -> None:
            raise Invalid("Stop here.")

        monkeypatch.setattr("outbound.demo.later_records.write_tasks", fail)
        with pytest.raises(Invalid):
            load_demo(database, settings, **SIZE)
        assert database.organisations() == []
        assert rows(database, "select count(*) from outbound.users") == [(0,)]

    def test_the_way_for_many_rows_ends_with_the_same_rows_and_every_constraint(
        self,
        database: Database,
        settings: Settings,
        demo_database: Database,
        demo: Loaded,
        monkeypatch: pytest.MonkeyPatch,
    ):
        def constraints(which: Database) -> list[Any]:
            return rows(
                which,
                "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated from pg_constraint"
                " where connamespace = 'outbound'::regnamespace order by 1, 2",
            ) + rows(which, "select indexdef from pg_indexes where schemaname = 'outbound' order by 1")

        monkeypatch.setattr("outbound.demo.writer.MANY", 0)
        before = constraints(database)
        loaded = load_demo(database, settings, **SIZE)
        assert constraints(database) == before
        assert loaded.organisations == demo.organisations
        assert loaded.rows == demo.rows
        for table in ("leads", "activities", "lead_stage_changes", "trip_stops", "messages"):
            digest = f"select md5(string_agg(id::text || org_id::text, ',' order by org_id, id)) from outbound.{table}"
            assert rows(database, digest) == rows(demo_database, digest)
        words = "select token, lead_id from outbound.lead_tokens order by token, lead_id"
        assert rows(database, words) == rows(demo_database, words)

    def test_the_way_for_many_rows_refuses_a_row_that_names_what_is_not_there(
        self, database: Database, franchise: Franchise, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("outbound.demo.writer.MANY", 0)
        nowhere, now = uuid7(), datetime.now(UTC)
        lead = {"org_id": franchise.org_id, "id": uuid7(), "stage_entered_at": now, "territory_id": nowhere}
        with (
            pytest.raises(psycopg.IntegrityError, match=r"1 rows of outbound\.leads .* fk_leads_org_id_territory_id"),
            writing(database, franchise.org_id, 1, lambda phase, share: None) as writer,
        ):
            writer.put("leads", {name: [value] for name, value in lead.items()})
        with franchise.admin() as session:
            assert session.get(Lead, (franchise.org_id, lead["id"])) is None
