"""Adding people, and who a member is."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Conflict, Invalid
from outbound.identity.callers import Caller, SignedIn
from outbound.identity.models import Membership, Organisation, User
from outbound.identity.passwords import MIN_PASSWORD, hash_password, refuse_weak_password
from outbound.identity.rules import folded_email
from outbound.identity.sessions import caller_of, sign_in, sign_out
from outbound.ids import uuid7
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.texts import is_storable
from outbound.vocabulary import Role

__all__ = [
    "MIN_PASSWORD",
    "Caller",
    "SignedIn",
    "add_member",
    "caller_of",
    "hash_password",
    "normal_email",
    "profile",
    "refuse_unknown_zone",
    "refuse_weak_password",
    "sign_in",
    "sign_out",
    "slug_of",
]


def add_member(
    database: Database,
    org_id: uuid.UUID,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None,
    is_demo: bool = False,
) -> uuid.UUID:
    """Adds a person to an organisation, with an address that who runs the server stands for; one who is known by it
    keeps their name and password (:func:`is_known` says so before), but for who was proved by nobody and has no place.

    Raises :class:`Invalid` for a weak password, none for a new person, or an address that is none, :class:`Conflict`
    for a member, and for who is known by an address that nobody proved: the password may be another's.
    """
    email = normal_email(email)
    if not is_storable(name):
        raise Invalid("The name holds a character that cannot be stored.")
    with database.as_job(org_id, source="cli") as session:
        known = session.scalar(text("select outbound.person_of(:email)"), {"email": email})
        if known is None:
            if password is None:
                raise Invalid(f"{email} is new here and needs a password.")
            if not is_demo:
                refuse_weak_password(password)
            user_id = uuid7()
            session.execute(
                insert(User).values(
                    id=user_id,
                    email=email,
                    name=name,
                    password_hash=hash_password(password),
                    is_demo=is_demo,
                    email_verified_at=func.now(),
                )
            )
        else:
            user_id = known
            member = session.get(Membership, (org_id, user_id))
            if member is not None and not member.active:
                raise Conflict(f"{email} was a member of this organisation: an owner lets them in again.")
            if member is not None:
                raise Conflict(f"{email} is already a member of this organisation.")
            if not session.scalar(text("select outbound.hold_person(:user)"), {"user": user_id}):
                _stand_for(session, user_id, email, name, password)
        session.execute(insert(Membership).values(org_id=org_id, user_id=user_id, role=role))
        record(session, "membership", user_id, "created", after={"role": role})
    return user_id


def is_known(database: Database, org_id: uuid.UUID, email: str) -> bool:
    """Whether there is a person of that address already who keeps their password. Raises :class:`Invalid`, and
    :class:`Conflict` for one that nobody proved, who joins no second organisation."""
    email = normal_email(email)
    with database.as_job(org_id, source="cli") as session:
        found = session.scalar(text("select outbound.person_of(:email)"), {"email": email})
        if found is None or session.get(Membership, (org_id, found)) is not None:
            return found is not None
        if session.scalar(text("select outbound.hold_person(:user)"), {"user": found}):
            return True
        if session.scalar(text("select outbound.has_a_place(:user)"), {"user": found}):
            raise _unproved(email)
    return False


def _stand_for(session: DbSession, user_id: uuid.UUID, email: str, name: str, password: str | None) -> None:
    """Gives somebody whom nobody proved a name and a password anew, where they have a place nowhere."""
    if session.scalar(text("select outbound.has_a_place(:user)"), {"user": user_id}):
        raise _unproved(email)
    if password is None:
        raise Invalid(f"{email} has no place and no password that anybody vouches for, and needs one.")
    refuse_weak_password(password)
    values = {"user": user_id, "name": name, "hash": hash_password(password)}
    if not session.scalar(text("select outbound.stand_for(:user, :name, :hash)"), values):
        raise _unproved(email)
    record(session, "user", user_id, "stood_for")


def _unproved(email: str) -> Conflict:
    return Conflict(
        f"{email} was not added: they joined another organisation by a link that its owner held, so nobody knows whose "
        f"password it is. Hand them a link of `outbound user reset-link {email} --org` (of that organisation), or let "
        "them ask for one by mail, and add them once they have used it."
    )


@dataclass(frozen=True)
class Profile:
    """A member and their place in the organisation."""

    user: Person
    organisation: Organisation
    role: Role
    territories: list[uuid.UUID]


@dataclass(frozen=True)
class Person:
    id: uuid.UUID
    name: str
    email: str | None
    """None for a machine."""


def profile(session: DbSession, user_id: uuid.UUID) -> Profile:
    """Who a member is, and the territories their scope names."""
    row = session.execute(select(User.id, User.name, User.email).where(User.id == user_id)).one()
    organisation = session.scalars(select(Organisation)).one()
    scope = session.execute(
        text("select member_role, readable from outbound.scope_of(:org_id, :user_id)"),
        {"org_id": context_of(session).org_id, "user_id": user_id},
    ).one()
    return Profile(Person(*row), organisation, Role(scope.member_role), list(scope.readable))


def refuse_unknown_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"{zone!r} is no time zone; use an IANA name such as America/Chicago.") from None


def normal_email(email: str) -> str:
    """As it is stored. Raises :class:`Invalid` for what is no address."""
    email = folded_email(email)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) or not is_storable(email):
        raise Invalid(
            "The e-mail address is not one: it needs a name, an @ and a domain.",
            errors=[{"field": "email", "reason": "it needs a name, an @ and a domain"}],
        )
    return email


def slug_of(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not slug:
        raise Invalid("The name needs at least one letter or digit.")
    return slug
