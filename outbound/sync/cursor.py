"""Where a phone's fetching stands: opaque to it, signed, and good for nobody else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.context import context_of, keys_of

LIVES = timedelta(days=60)
"""A cursor of before is started anew: who lost sight of what is remembered a little longer than that."""

_SNAPSHOT = re.compile(r"\d+:\d+:[\d,]*")


@dataclass(frozen=True)
class Cursor:
    """A walk through what changed between two transaction snapshots.

    ``since`` is empty in a first fetch. ``feed`` counts the kinds of rows gone through; none when the walk is over,
    and the next one begins where this one's ``until`` stood.
    """

    since: str
    until: str
    scope: str
    """A digest of the role, territories and scopes that the walk was made for."""
    rules: str
    """A digest of the organisation's rules as they were last sent."""
    server: str
    issued: int
    """Seconds since 1970 at the start of the walk."""
    feed: int | None = None
    after: str | None = None


class Refused(Exception):
    """Why a cursor cannot be gone on with, in words."""


def write(session: Session, cursor: Cursor) -> str:
    plain = json.dumps(list(asdict(cursor).values()), separators=(",", ":")).encode()
    return _text(_signature(session, plain).encode() + plain)


def read(session: Session, cursor: str, now: datetime) -> Cursor:
    """Raises :class:`Refused` for one that is not this person's, or too old."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise Refused("The cursor is none of ours; everything is sent anew.") from None
    signature, plain = raw[:32], raw[32:]
    if not hmac.compare_digest(signature, _signature(session, plain).encode()):
        raise Refused("The cursor was given to somebody else, or to nobody; everything is sent anew.")
    found = Cursor(*json.loads(plain))
    if now - datetime.fromtimestamp(found.issued, UTC) > LIVES:
        raise Refused(f"The cursor is older than {LIVES.days} days; everything is sent anew.")
    if not all(_SNAPSHOT.fullmatch(each) for each in (found.since or found.until, found.until)):
        raise Refused("The cursor is none of ours; everything is sent anew.")
    return found


@dataclass(frozen=True)
class Head:
    """What a walk begins with."""

    snapshot: str
    server: str
    scope: str


def head_of(session: Session) -> Head:
    """The transactions that are over by now, whose database this is, and what the caller may see of it."""
    row = session.execute(
        text(
            "select pg_current_snapshot()::text as snapshot,"
            " (select system_identifier::text from pg_control_system()) || '/'"
            " || (select oid::text from pg_database where datname = current_database()) as server,"
            " md5(concat_ws('|', current_setting('role'),"
            " (select string_agg(t::text, ',' order by t) from unnest(outbound.readable_territories()) as t),"
            " (select string_agg(t::text, ',' order by t) from unnest(outbound.writable_territories()) as t))) as scope"
        )
    ).one()
    scopes = context_of(session).scopes
    if scopes is None:
        return Head(row.snapshot, row.server, row.scope)
    carried = hashlib.sha256(" ".join(sorted(scopes)).encode()).hexdigest()[:16]
    return Head(row.snapshot, row.server, f"{row.scope}/{carried}")


def is_behind(session: Session, cursor: Cursor) -> bool:
    """Whether the cursor knows of transactions that this database has not seen: it was restored from a backup."""
    return bool(
        session.scalar(
            text("select pg_snapshot_xmax(cast(:until as pg_snapshot)) > pg_snapshot_xmax(pg_current_snapshot())"),
            {"until": cursor.until},
        )
    )


def _signature(session: Session, plain: bytes) -> str:
    context = context_of(session)
    user_id = context.user_id or uuid.UUID(int=0)
    return keys_of(session).fingerprint(context.org_id, b"sync" + user_id.bytes + plain)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
