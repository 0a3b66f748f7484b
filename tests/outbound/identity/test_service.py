"""Organisations, people, and the sessions they open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from outbound.errors import Conflict, Forbidden, Invalid, Unauthenticated
from outbound.identity import members, service
from outbound.policies.founding import create_organisation
from outbound.storage.database import Database
from outbound.vocabulary import Role
from tests.support.cast import PASSWORD
from tests.support.franchise import Franchise

LIFETIME = timedelta(days=30)


def sign_in(database: Database, email: str, password: str = PASSWORD, **more: object) -> service.SignedIn:
    return service.sign_in(database, email=email, password=password, now=datetime.now(UTC), lifetime=LIFETIME, **more)


class TestFounding:
    def test_a_new_organisation_is_logged_by_the_system(self, database: Database):
        org_id = create_organisation(database, name="Green & Clean, Inc.", zone="America/Chicago")
        with database.as_job(org_id) as session:
            slug = session.scalar(text("select slug from outbound.organisations"))
            entry = session.execute(text("select acted_by, source, action from outbound.audit_entries")).one()
        assert slug == "green-clean-inc"
        assert tuple(entry) == (None, "cli", "created")

    def test_a_slug_is_taken_once(self, database: Database, franchise: Franchise, other_franchise: Franchise):
        with pytest.raises(Conflict, match="already an organisation called green-acres"):
            create_organisation(database, name="Green Acres", zone="America/Chicago")
        assert len(database.organisations()) == 2

    @pytest.mark.parametrize("zone", ["Chicago", "", "America/", "../../etc/passwd", "\x00", "EST5EDTX"])
    def test_a_zone_that_is_none_founds_nothing(self, database: Database, zone: str):
        with pytest.raises(Invalid, match="is no time zone"):
            create_organisation(database, name="Fresh", zone=zone)
        assert database.organisations() == []

    def test_a_name_without_a_letter_founds_nothing(self, database: Database):
        with pytest.raises(Invalid, match="letter or digit"):
            create_organisation(database, name="!!!", zone="UTC")


class TestPeople:
    def add(self, database: Database, franchise: Franchise, **more: object) -> object:
        values = {"email": "New@Example.com", "name": "New", "role": Role.OPS, "password": PASSWORD} | more
        return service.add_member(database, franchise.org_id, **values)

    def test_a_new_person_signs_in_with_their_password(self, database: Database, franchise: Franchise):
        user_id = self.add(database, franchise)
        assert sign_in(database, "new@example.com").caller.user_id == user_id
        (entry,) = franchise.audit_trail("membership created")
        assert (entry.entity_id, entry.after) == (user_id, {"role": "OPS"})

    def test_who_belongs_to_another_organisation_joins_with_the_password_they_have(
        self, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        email = other_franchise.rep.email
        user_id = self.add(database, franchise, email=email, password="another one entirely")
        assert user_id == other_franchise.rep.id
        assert sign_in(database, email, org_id=franchise.org_id).caller.org_id == franchise.org_id
        with pytest.raises(Unauthenticated):
            sign_in(database, email, "another one entirely")

    def test_a_member_is_added_once(self, database: Database, franchise: Franchise):
        with pytest.raises(Conflict, match="already a member"):
            self.add(database, franchise, email=franchise.rep.email.upper())

    @pytest.mark.parametrize("email", ["", "rep", "rep@", "@example.com", "a b@example.com", "a@b@c.com", "a@b"])
    def test_an_address_that_is_none_is_refused(self, database: Database, franchise: Franchise, email: str):
        with pytest.raises(Invalid, match="e-mail address"):
            self.add(database, franchise, email=email)

    def test_a_short_password_is_refused_and_nobody_added(self, database: Database, franchise: Franchise):
        with pytest.raises(Invalid, match="at least 10"):
            self.add(database, franchise, password="short")
        assert franchise.audit_trail() == []

    def test_members_are_listed_by_name(self, franchise: Franchise):
        with franchise.as_member(franchise.rep) as session:
            found = members.find(session, members.MemberFilter(), after=None, limit=50)
        assert [member.name for member in found] == ["Head Manager", "Helper", "Manager", "Ops", "Owner", "Rep"]


class TestSigningIn:
    def test_the_first_organisation_is_entered_unless_one_is_named(
        self, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        with other_franchise.admin() as session:
            session.execute(
                text("insert into outbound.memberships (org_id, user_id, role) values (:org, :user, 'OPS')"),
                {"org": other_franchise.org_id, "user": franchise.rep.id},
            )
        assert sign_in(database, franchise.rep.email).caller.org_id == franchise.org_id
        named = sign_in(database, franchise.rep.email, org_id=other_franchise.org_id)
        assert named.caller.org_id == other_franchise.org_id

    def test_a_token_leads_to_its_caller_until_signed_out(self, database: Database, franchise: Franchise):
        opened = sign_in(database, franchise.rep.email)
        assert service.caller_of(database, opened.token) == opened.caller
        with franchise.as_member(franchise.rep) as session:
            service.sign_out(session, opened.caller.session_id, datetime.now(UTC))
        with pytest.raises(Unauthenticated):
            service.caller_of(database, opened.token)

    def test_nobody_signs_another_out(self, database: Database, franchise: Franchise):
        opened = sign_in(database, franchise.rep.email)
        with franchise.as_member(franchise.owner) as session:
            service.sign_out(session, opened.caller.session_id, datetime.now(UTC))
        assert service.caller_of(database, opened.token) == opened.caller

    def test_every_token_is_new(self, database: Database, franchise: Franchise):
        one, other = (sign_in(database, franchise.rep.email).token for _ in range(2))
        assert one != other

    def test_without_a_membership_nobody_enters(self, database: Database, franchise: Franchise):
        with franchise.admin() as session:
            session.execute(
                text("update outbound.memberships set active = false where user_id = :id"), {"id": franchise.rep.id}
            )
        with pytest.raises(Forbidden, match="not an active member"):
            sign_in(database, franchise.rep.email)
