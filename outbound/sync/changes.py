"""What changed in the caller's reach between two transaction snapshots, and what left it.

The same thing as the extraction to the lake: a row belongs to the difference when the transaction that last wrote it
was not over in the earlier snapshot. No clock is asked, so no late commit is missed, and nothing waits for an open
one. Rows that another transaction writes meanwhile may come twice, never not at all.
"""

# ruff: noqa: S608
# The statements are built of constants alone; every value is a parameter.

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.activities.models import Activity
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.identity.permissions import Operation, permitted
from outbound.leads import listing
from outbound.leads.listing import LeadRow
from outbound.storage.context import context_of
from outbound.storage.planning import named_for_any_organisation
from outbound.sync import cursor as cursors
from outbound.sync.cursor import Cursor, Refused
from outbound.sync.reference import reference
from outbound.tasks.models import Task
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.trips.models import Trip, TripStop

RECENT = timedelta(days=14)
"""Own activities of so many days are sent: what a phone shows of the last two weeks."""


@dataclass
class Changes:
    """A page of what a phone has to know. Rows replace what it has under their id; ``gone`` is forgotten."""

    reset: bool = False
    """Whether the phone must forget all it has first."""
    reason: str | None = None
    cursor: str = ""
    more: bool = False
    rules: dict[str, Any] | None = None
    territories: list[Territory] = field(default_factory=list)
    assignments: list[TerritoryAssignment] = field(default_factory=list)
    leads: list[LeadRow] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    enrollments: list[LeadCadenceEnrollment] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    stops: list[TripStop] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    gone: list[tuple[str, uuid.UUID]] = field(default_factory=list)


def changes(session: Session, given: str | None, now: datetime, *, limit: int) -> Changes:
    """The next page after a cursor; from the beginning without one.

    A cursor that cannot be gone on with is answered with everything anew, and why.
    """
    head = cursors.head_of(session)
    page = Changes()
    start = Cursor("", head.snapshot, head.scope, "", head.server, int(now.timestamp()), feed=0)
    walk = start
    if given is None:
        page.reset = True
    else:
        try:
            walk = _continued(session, cursors.read(session, given, now), head, now)
        except Refused as refusal:
            page.reset, page.reason = True, str(refusal)
    _fill(session, page, walk, now, limit)
    return page


def _continued(session: Session, found: Cursor, head: cursors.Head, now: datetime) -> Cursor:
    if found.server != head.server or cursors.is_behind(session, found):
        raise Refused("The database is another one since; everything is sent anew.")
    if found.scope != head.scope:
        raise Refused("What you may see has changed; everything is sent anew.")
    if found.feed is not None:
        return found
    return replace(found, since=found.until, until=head.snapshot, issued=int(now.timestamp()), feed=0)


def _fill(session: Session, page: Changes, walk: Cursor, now: datetime, limit: int) -> None:
    if walk.feed == 0 and walk.after is None:
        rules = reference(session)
        if rules.digest != walk.rules:
            page.rules = json.loads(rules.content) or None
            walk = replace(walk, rules=rules.digest)
    values = {
        "org": context_of(session).org_id,
        "me": context_of(session).user_id,
        "since": walk.since or None,
        "recent": now - RECENT,
    }
    place, after, room = walk.feed or 0, walk.after, limit
    feeds = [
        each for each in (_FEEDS if walk.since else _FIRST) if each.reads is None or permitted(session, each.reads)
    ]
    stirred = _stirred(session, feeds, walk.since) if walk.since and place == 0 and after is None else None
    while place < len(feeds) and room > 0:
        feed = feeds[place]
        if stirred is not None and place not in stirred:
            place += 1
            continue
        rows = session.execute(
            text(named_for_any_organisation(_paged(feed, walk.since))), values | {"after": after, "limit": room + 1}
        ).all()
        feed.into(session, page, rows[:room])
        if len(rows) > room:
            after, room = str(rows[room - 1][0]), 0
        else:
            place, after, room = place + 1, None, room - len(rows)
    page.more = place < len(feeds)
    walk = replace(walk, feed=place if page.more else None, after=after)
    page.cursor = cursors.write(session, walk)


@dataclass(frozen=True)
class _Feed:
    """One kind of rows: which ids there are, in a first fetch and since a snapshot."""

    name: str
    everything: str
    changed: str
    into: Callable[[Session, Changes, Sequence[Any]], None]
    reads: Operation | None
    """What a key must carry to be sent these; none: each row is asked by its kind."""


_IS_NEW = (
    "{0}.xact >= pg_snapshot_xmin(cast(:since as pg_snapshot))"
    " and not pg_visible_in_snapshot({0}.xact, cast(:since as pg_snapshot))"
)


def _new(alias: str, column: str = "xact") -> str:
    return _IS_NEW.format(alias).replace(".xact", f".{column}")


def _rows(model: Any, attribute: str) -> Callable[[Session, Changes, Sequence[Any]], None]:
    def into(session: Session, page: Changes, found: Sequence[Any]) -> None:
        if not found:
            return
        ids = [row[0] for row in found]
        query = session.query(model).where(model.org_id == context_of(session).org_id, model.id.in_(ids))
        by_id = {row.id: row for row in query}
        getattr(page, attribute).extend(by_id[each] for each in ids if each in by_id)

    return into


def _plain(name: str, model: Any, table: str, reads: Operation, where: str = "true") -> _Feed:
    everything = f"select t.id, '' as kind from outbound.{table} as t where t.org_id = :org and {where}"
    return _Feed(name, everything, f"{everything} and {_new('t')}", _rows(model, name), reads)


def _leads_into(session: Session, page: Changes, found: Sequence[Any]) -> None:
    if found:
        page.leads += listing.load(session, [row[0] for row in found])


def _gone_into(session: Session, page: Changes, found: Sequence[Any]) -> None:
    page.gone += [(row.kind, row.id) for row in found if permitted(session, _READS[row.kind])]


_LEADS = _Feed(
    "leads",
    "select l.id, '' as kind from outbound.leads as l where l.org_id = :org and l.archived_at is null",
    # A door's own changes (its position, a wish to be left alone) are its leads'.
    "select l.id, '' as kind from outbound.leads as l"
    f" where l.org_id = :org and l.archived_at is null and {_new('l')}"
    " union select l.id, '' from outbound.addresses as a"
    " join outbound.leads as l on l.org_id = a.org_id and l.address_id = a.id and l.archived_at is null"
    f" where a.org_id = :org and {_new('a')}",
    _leads_into,
    Operation.LEADS_READ,
)

_KINDS = {
    "leads": "lead",
    "tasks": "task",
    "lead_cadence_enrollments": "enrollment",
    "trips": "trip",
    "trip_stops": "stop",
    "territories": "territory",
    "territory_assignments": "assignment",
    "activities": "activity",
}
_READS = {
    "lead": Operation.LEADS_READ,
    "task": Operation.TASKS_READ,
    "enrollment": Operation.ENROLLMENTS_READ,
    "trip": Operation.TRIPS_READ,
    "stop": Operation.TRIPS_READ,
    "territory": Operation.TERRITORIES_READ,
    "assignment": Operation.TERRITORIES_READ,
    "activity": Operation.ACTIVITIES_READ,
}
_NAMES = " ".join(f"when '{table}' then '{kind}'" for table, kind in _KINDS.items())
_TABLES = ", ".join(f"'{table}'" for table in _KINDS)
_GONE = _Feed(
    "gone",
    "",
    # Deleted, put away, ended; or handed over, and not in reach any more.
    f"select b.row_id as id, case b.table_name {_NAMES} end as kind from outbound.tombstones as b"
    f" where b.org_id = :org and b.table_name in ({_TABLES}) and {_new('b')}"
    " union select l.id, 'lead' from outbound.leads as l"
    f" where l.org_id = :org and l.archived_at is not null and {_new('l')}"
    " union select r.id, 'territory' from outbound.territories as r"
    f" where r.org_id = :org and r.retired_at is not null and {_new('r')}"
    " union select a.id, 'assignment' from outbound.territory_assignments as a"
    f" where a.org_id = :org and a.unassigned_at is not null and {_new('a')}"
    " union select d.row_id, 'lead' from outbound.departures as d"
    f" where d.org_id = :org and d.table_name = 'leads' and {_new('d', 'left_xact')}"
    " and not exists (select from outbound.leads as l where l.org_id = d.org_id and l.id = d.row_id)"
    " union select d.row_id, 'trip' from outbound.departures as d"
    f" where d.org_id = :org and d.table_name = 'trips' and {_new('d', 'left_xact')}"
    " and not exists (select from outbound.trips as t where t.org_id = d.org_id and t.id = d.row_id)",
    _gone_into,
    None,
)
_FIRST = (
    _plain("territories", Territory, "territories", Operation.TERRITORIES_READ, "t.retired_at is null"),
    _plain(
        "assignments",
        TerritoryAssignment,
        "territory_assignments",
        Operation.TERRITORIES_READ,
        "t.unassigned_at is null",
    ),
    _LEADS,
    _plain("tasks", Task, "tasks", Operation.TASKS_READ),
    _plain("enrollments", LeadCadenceEnrollment, "lead_cadence_enrollments", Operation.ENROLLMENTS_READ),
    _plain("trips", Trip, "trips", Operation.TRIPS_READ),
    _plain("stops", TripStop, "trip_stops", Operation.TRIPS_READ),
    _plain(
        "activities", Activity, "activities", Operation.ACTIVITIES_READ, "t.user_id = :me and t.occurred_at >= :recent"
    ),
)
_FEEDS = (*_FIRST, _GONE)


def _paged(feed: _Feed, since: str) -> str:
    inner = feed.changed if since else feed.everything
    return (
        f"select id, kind from ({inner}) as found"
        " where (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :limit"
    )


_STIRRED = text("select outbound.changed_tables(cast(:since as pg_snapshot))")
_TABLES_OF = {
    "assignments": {"territory_assignments"},
    "enrollments": {"lead_cadence_enrollments"},
    "gone": {"tombstones", "departures", "leads", "territories", "territory_assignments"},
    "leads": {"leads", "addresses"},
    "stops": {"trip_stops"},
}
"""That a kind's rows come from, where it is not the one of its name."""


def _stirred(session: Session, feeds: Sequence[_Feed], since: str) -> set[int]:
    """Which kinds may have anything new, asked in one statement: most of the time, few have."""
    tables = set(session.scalar(_STIRRED, {"since": since}) or ())
    return {place for place, feed in enumerate(feeds) if tables & _TABLES_OF.get(feed.name, {feed.name})}
