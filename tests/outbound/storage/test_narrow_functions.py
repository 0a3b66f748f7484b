"""What a function tells over the heads of the policies is known, and little."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import Connection, text

from outbound.storage.database import Database
from tests.support.everything import Everything
from tests.support.franchise import Franchise
from tests.support.roles import INSUFFICIENT_PRIVILEGE, entered, sqlstate_of

ERASERS = {"erase_from_log", "forget_tombstones", "delete_organisation"}


class TestNarrowFunctions:
    def test_the_one_list_of_them_is_known(self, database: Database):
        """A function that runs with other rights than its caller's is added here on purpose or not at all."""
        with database.admin_engine.connect() as connection:
            found = dict(
                connection.execute(
                    text(
                        "select proname, pg_get_userbyid(proowner) from pg_proc"
                        " where pronamespace = 'outbound'::regnamespace and prosecdef"
                    )
                ).all()
            )
            pinned = connection.scalar(
                text(
                    "select bool_and(proconfig @> array['search_path=outbound, pg_temp']) from pg_proc"
                    " where pronamespace = 'outbound'::regnamespace and prosecdef"
                )
            )
        assert set(found) == {
            "sign_in_candidate",
            "organisations_of",
            "session_of",
            "organisation_ids",
            "person_of",
            "address_of",
            "turf_at",
            "scope_of",
            "leave_tombstone",
            "note_departure",
            "note_door_change",
            "add_lead_tokens",
            "renew_lead_tokens",
            "leads_with_words",
            "lead_then",
            "touch_late",
            "scopes_of_machine",
            "session_lives",
            "refresh_token_of",
            "api_key_of",
            "invitation_of",
            "reset_of",
            "provider_of",
            "belongs_elsewhere",
            "stand_for",
            "has_a_place",
            "ever_elsewhere",
            "hold_person",
            "keep_place",
            "end_provider_sign_ins",
            "changed_tables",
            "latest_stamp",
            "set_password",
            "end_own_sign_ins",
            "end_sign_ins_of",
            "rename_self",
            "add_machine",
            "throttles_of",
            "throttle_count",
            "throttle_block",
            "throttle_forgive",
            "backlog",
            "geocoder_reserve",
            "geocoder_failed",
            "geocoder_answered",
            *ERASERS,
        }
        assert {holder for name, holder in found.items() if name not in ERASERS} == {"outbound_definer"}
        assert {found[name] for name in ERASERS} == {"outbound_eraser"}
        assert pinned

    def test_signing_in_finds_a_person_by_address_alone(self, database: Database, franchise: Franchise):
        with database.as_nobody() as session:
            row = session.execute(text("select * from outbound.sign_in_candidate('rep@green-acres.test')")).one()
            assert row.user_id == franchise.rep.id
            assert row.password_hash.startswith("$argon2")
            for nobody in ("", "%", "REP@green-acres.test", "rep@green-acres.tes_", "' or true --"):
                found = session.execute(text("select * from outbound.sign_in_candidate(:email)"), {"email": nobody})
                assert found.all() == []

    def test_a_session_is_found_only_while_it_and_its_person_are_active(
        self, database: Database, franchise: Franchise, everything: Everything
    ):
        token = hashlib.sha256(franchise.org_id.bytes).digest()

        def found() -> list[uuid.UUID]:
            with database.as_nobody() as session:
                query = text("select user_id from outbound.session_of(:hash)")
                return list(session.scalars(query, {"hash": token}))

        assert found() == [franchise.rep.id]
        for undo, change in (
            ("update outbound.sessions set revoked_at = null", "update outbound.sessions set revoked_at = now()"),
            (
                "update outbound.sessions set expires_at = now() + interval '1 day'",
                "update outbound.sessions set expires_at = now() - interval '1 second'",
            ),
            (
                "update outbound.memberships set active = true",
                "update outbound.memberships set active = false",
            ),
            ("update outbound.users set disabled_at = null", "update outbound.users set disabled_at = now()"),
        ):
            for statement, expected in ((change, []), (undo, [franchise.rep.id])):
                with franchise.admin() as session:
                    session.execute(text(statement))
                assert found() == expected, statement

    def test_inside_an_organisation_no_other_ones_scope_is_told(
        self, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        query = text("select * from outbound.scope_of(:org, :user)")
        with franchise.as_member(franchise.owner) as session:
            own = session.execute(query, {"org": franchise.org_id, "user": franchise.rep.id}).one()
            other = session.execute(query, {"org": other_franchise.org_id, "user": other_franchise.rep.id}).all()
        assert own.member_role == "SALES_REP"
        assert other == []

    def test_doors_and_turf_are_told_of_ones_own_organisation_only(
        self, franchise: Franchise, other_franchise: Franchise
    ):
        door = other_franchise.add_address(other_franchise.north_west, canonical="THE DOOR")
        lat, lon = franchise.north_west.box.point(1)
        for member in (franchise.rep, franchise.owner):
            with franchise.as_member(member) as session:
                assert session.scalar(text("select outbound.address_of('THE DOOR')")) is None
                turf = session.scalars(text("select id from outbound.turf_at(:lat, :lon)"), {"lat": lat, "lon": lon})
                assert set(turf) == {franchise.region.id, franchise.west.id, franchise.north_west.id}
        with other_franchise.as_member(other_franchise.rep) as session:
            assert session.scalar(text("select outbound.address_of('THE DOOR')")) == door.id

    def test_without_an_organisation_they_tell_nothing(self, database: Database, franchise: Franchise):
        lat, lon = franchise.north_west.box.point(1)
        franchise.add_address(franchise.north_west, canonical="THE DOOR")
        with entered(database, "outbound_rep", user_id=franchise.rep.id) as connection:
            assert connection.scalar(text("select outbound.address_of('THE DOOR')")) is None
            found = connection.execute(text("select * from outbound.turf_at(:lat, :lon)"), {"lat": lat, "lon": lon})
            assert found.all() == []

    def test_the_extraction_calls_none_of_them(self, etl: Connection):
        for call in (
            "outbound.sign_in_candidate('x')",
            "outbound.organisation_ids()",
            "outbound.scope_of(gen_random_uuid(), gen_random_uuid())",
            "outbound.address_of('x')",
        ):
            assert sqlstate_of(etl, f"select * from {call}") == INSUFFICIENT_PRIVILEGE, call
