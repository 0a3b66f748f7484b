"""Waiting after failed sign-ins, counted in the database so that every process counts together.

Subjects are keyed hashes: the table names no address. What a person does from an address they signed in from lately
is not held up by what strangers try elsewhere.
"""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session as DbSession

from outbound.errors import TooManyRequests
from outbound.identity.callers import Origin
from outbound.identity.rules import (
    ADDRESS,
    GUESS,
    PAIR,
    PERSON,
    TRUST_LIFETIME,
    Patience,
    client_group,
    delay_after,
    folded_email,
    holds,
)
from outbound.storage.crypto import KeyRing
from outbound.storage.database import Database

_NOBODY = uuid.UUID(int=0)


def subject(keys: KeyRing, kind: str, *parts: str) -> bytes:
    """The name under which failures are counted."""
    plain = "\x00".join(("throttle", kind, *parts)).encode("utf-8", "replace")
    return bytes.fromhex(keys.fingerprint(_NOBODY, plain))


class PasswordAttempt:
    """One try of a password: announced before it is checked, so that many at once count too.

    Raises :class:`TooManyRequests`, with ``retry_after`` in seconds, where one must wait.
    """

    def __init__(self, database: Database, email: str, origin: Origin, now: datetime) -> None:
        self._database, self._email, self._origin, self._now = database, email, origin, now
        self._pair, self._person = _pair(database.keys, email, origin), _person(database.keys, email)
        self._address = subject(database.keys, "address", client_group(origin.client))
        self._counted = ((self._person, PERSON), (self._pair, PAIR))  # in the order in which they are forgiven
        with database.as_nobody() as session:
            # Counting locks: of many at once each sees what the one before it brought about. Refused, none counts.
            counted = [(name, _failed(session, name, now), patience) for name, patience in self._counted]
            _refuse(session, [self._pair, self._person, self._address], now, person=self._person, pair=self._pair)
            for name, failures, patience in counted:
                _hold(session, name, delay_after(failures, patience), now)

    def failed(self) -> None:
        """The password was wrong: that counts against the address, whoever it was tried for."""
        with self._database.as_nobody() as session:
            _count(session, self._address, ADDRESS, self._now)

    def succeeded(self) -> None:
        """The password was right: nothing is held against the person, and this address is theirs for a while."""
        forgive(self._database, self._email, self._origin, self._now)


def refuse_guess(database: Database, origin: Origin, now: datetime, what: str = "") -> None:
    """A link, token or key that does not exist was tried from an address. Who sends a good one is never held up.

    Raises :class:`TooManyRequests` once that happened too often.
    """
    guesser = subject(database.keys, "guess", what, client_group(origin.client))
    with database.as_nobody() as session:
        _refuse(session, [guesser], now)
        _count(session, guesser, GUESS, now)


def forgive(database: Database, email: str, origin: Origin, now: datetime) -> None:
    """Somebody proved otherwise who they are: nothing is held against them, and this address is theirs for a while."""
    person, pair = _person(database.keys, email), _pair(database.keys, email, origin)
    with database.as_nobody() as session:
        session.execute(
            text("select outbound.throttle_forgive(:subjects, :trusted, :until)"),
            {"subjects": [person], "trusted": pair, "until": now + TRUST_LIFETIME},
        )


def allows(database: Database, name: bytes, patience: Patience, now: datetime) -> bool:
    """Whether it may happen once more now; only then it is counted, so that asking again makes nobody wait longer."""
    with database.as_nobody() as session:
        try:
            _refuse(session, [name], now)
        except TooManyRequests:
            return False
        _count(session, name, patience, now)
    return True


def too_many(seconds: float) -> TooManyRequests:
    """The refusal; ``retry_after`` becomes the header of that name."""
    wait = max(1, math.ceil(seconds))
    return TooManyRequests(f"Too many attempts; wait {wait} s and try again.", retry_after=wait)


def _person(keys: KeyRing, email: str) -> bytes:
    return subject(keys, "person", folded_email(email))


def _pair(keys: KeyRing, email: str, origin: Origin) -> bytes:
    return subject(keys, "pair", folded_email(email), client_group(origin.client))


def _refuse(
    session: DbSession, subjects: list[bytes], now: datetime, *, person: bytes = b"", pair: bytes = b""
) -> None:
    rows = session.execute(
        text("select subject, last_failed_at, blocked_until, trusted_until from outbound.throttles_of(:subjects)"),
        {"subjects": subjects},
    ).all()
    trusted = any(bytes(row.subject) == pair and row.trusted_until and row.trusted_until > now for row in rows)
    waits = [
        row.blocked_until
        for row in rows
        if holds(row.blocked_until, row.last_failed_at, now) and not (trusted and bytes(row.subject) == person)
    ]
    if waits:
        raise too_many((max(waits) - now).total_seconds())


def _count(session: DbSession, name: bytes, patience: Patience, now: datetime) -> None:
    _hold(session, name, delay_after(_failed(session, name, now), patience), now)


def _failed(session: DbSession, name: bytes, now: datetime) -> int:
    """Counts one more failure of a subject, and locks it to the end of the transaction."""
    return session.scalar(text("select outbound.throttle_count(:subject, :now)"), {"subject": name, "now": now}) or 0


def _hold(session: DbSession, name: bytes, wait: timedelta, now: datetime) -> None:
    if wait:
        session.execute(
            text("select outbound.throttle_block(:subject, :until)"), {"subject": name, "until": now + wait}
        )
