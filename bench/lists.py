"""The list of 50 leads out of a million: as a rep, a manager and an owner, against a superuser without policies.

Both sides run the very same statements of ``outbound.leads.listing`` with the same settings of the transaction; the
peer's role is the superuser, whom row-level security does not bind. Rounds alternate. A million is
``OUTBOUND_BENCH_LIST_LEADS``.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.machine import described
from bench.town_of_leads import Town, town
from outbound.identity.service import add_member
from outbound.leads import listing
from outbound.leads.listing import LeadFilter
from outbound.storage.context import Context
from outbound.storage.database import Database
from outbound.territories.models import Territory
from outbound.vocabulary import LeadSort, Role, SlaState, Stage, TerritoryType

LEADS = int(os.environ.get("OUTBOUND_BENCH_LIST_LEADS", "1000000"))
AREAS, MICROS, REPS = 10, 100, 100
ROUNDS, WARM = 25, 5
LIMIT = 1.3
CHUNK = 100_000
_RING = [[-94.0, 41.0], [-93.0, 41.0], [-93.0, 42.0], [-94.0, 42.0], [-94.0, 41.0]]
_STAGES = ["COLD"] * 4 + ["CONTACTED"] * 2 + ["FOLLOW_UP", "WON", "LOST", "LOST"]


def main() -> None:
    with town(1, reps=REPS) as place:
        print(described(place.database.admin_engine))
        manager, owner = (_member(place, role) for role in (Role.SALES_MANAGER, Role.FRANCHISE_OWNER))
        started = time.monotonic()
        areas = _fill(place, manager)
        print(f"{LEADS:,} leads with doors in {MICROS} territories, written in {time.monotonic() - started:.0f} s")
        print(f"50 leads, median of {ROUNDS} rounds, ms; ratio to the same statements without row-level security")
        people = {"rep": place.reps[0], "manager": manager, "owner": owner}
        names = list(_questions(areas[0], place.reps[0]))
        print(f"  {'':24}" + "".join(f"{who:>30}" for who in people))
        worst = 0.0
        for name in names:
            cells = []
            for user_id in people.values():
                wanted, sort = _questions(areas[0], place.reps[0])[name]
                ours, bare, rows = _compared(place, user_id, wanted, sort)
                worst = max(worst, ours / bare)
                cells.append(f"{ours:8.2f} /{bare:8.2f} = {ours / bare:4.2f} ({rows:2})")
            print(f"  {name:24}" + "".join(f"{cell:>30}" for cell in cells), flush=True)
        print(f"  worst ratio {worst:.2f} (limit {LIMIT})")


def _questions(area: uuid.UUID, rep: uuid.UUID) -> dict[str, tuple[LeadFilter, LeadSort]]:
    everything = LeadFilter()
    return {
        "newest": (everything, LeadSort.NEWEST),
        "most urgent": (everything, LeadSort.DUE),
        "stage FOLLOW_UP": (replace(everything, stages=(Stage.FOLLOW_UP,)), LeadSort.NEWEST),
        "overdue, urgent first": (replace(everything, sla=SlaState.OVERDUE), LeadSort.DUE),
        "area, COLD, urgent first": (replace(everything, territory_id=area, stages=(Stage.COLD,)), LeadSort.DUE),
        "a rep's own": (replace(everything, owner_id=rep), LeadSort.NEWEST),
        "by a name": (replace(everything, q="sample123"), LeadSort.NEWEST),
    }


def _compared(place: Town, user_id: uuid.UUID, wanted: LeadFilter, sort: LeadSort) -> tuple[float, float, int]:
    """Milliseconds under the policies and without them, and how many leads the caller is shown."""
    ours, bare, rows = [], [], 0
    now = datetime.now(UTC)
    for round_ in range(ROUNDS + WARM):
        for times, opened in ((ours, _as_member), (bare, _as_superuser)):
            with opened(place.database, place.org_id, user_id) as session:
                started = time.perf_counter()
                found = listing.find(session, wanted, now, limit=50, sort=sort)
                seconds = time.perf_counter() - started
                if times is ours:
                    rows = len(found)
            if round_ >= WARM:
                times.append(seconds * 1000)
    return statistics.median(ours), statistics.median(bare), rows


@contextmanager
def _as_member(database: Database, org_id: uuid.UUID, user_id: uuid.UUID) -> Iterator[Session]:
    with database.as_member(org_id, user_id) as session:
        yield session


@contextmanager
def _as_superuser(database: Database, org_id: uuid.UUID, user_id: uuid.UUID) -> Iterator[Session]:
    """The member's settings, and so the same statements, in the superuser's role."""
    with Session(database.admin_engine, expire_on_commit=False) as session, session.begin():
        role = session.scalar(text("select outbound.enter(:org, :user)"), {"org": org_id, "user": user_id})
        session.info["context"] = Context(org_id, user_id, str(role), "bench", None)
        session.info["keys"] = database.keys
        yield session


def _member(place: Town, role: Role) -> uuid.UUID:
    secret = uuid.uuid4().hex
    return add_member(
        place.database, place.org_id, email=f"{secret[:8]}@bench.test", name=role.value, role=role, password=secret
    )


def _fill(place: Town, manager: uuid.UUID) -> list[uuid.UUID]:
    """Writes territories (a tenth of them the manager's), doors and leads; returns the manager's areas."""
    areas = [uuid.uuid4() for _ in range(AREAS)]
    micros = [uuid.uuid4() for _ in range(MICROS)]
    given = {"org": place.org_id, "areas": areas, "micros": micros, "reps": place.reps, "manager": manager}
    with Session(place.database.admin_engine) as session, session.begin():
        session.add_all(_territory(place, id_, f"Area {n}", TerritoryType.AREA) for n, id_ in enumerate(areas))
        session.flush()
        session.add_all(
            _territory(place, id_, f"Turf {n}", TerritoryType.MICRO, areas[n % AREAS]) for n, id_ in enumerate(micros)
        )
        session.flush()
        session.execute(text(_ASSIGNMENTS), given)
    for start in range(1, LEADS + 1, CHUNK):
        span = {**given, "first": start, "last": min(start + CHUNK - 1, LEADS), "stages": _STAGES}
        with place.database.admin_engine.begin() as connection:
            connection.execute(text(_DOORS), span)
            connection.execute(text(_LEADS), span)
    with place.database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    return areas[:1]


def _territory(
    place: Town, id_: uuid.UUID, name: str, type_: TerritoryType, parent: uuid.UUID | None = None
) -> Territory:
    return Territory(
        org_id=place.org_id,
        id=id_,
        name=name,
        slug=name.lower().replace(" ", "-"),
        type=type_,
        geometry={"type": "MultiPolygon", "coordinates": [[_RING]]},
        parent_id=parent,
        zone="America/Chicago",
    )


_ASSIGNMENTS = """
insert into outbound.territory_assignments (org_id, id, territory_id, user_id, role, assigned_at)
select :org, gen_random_uuid(), (cast(:micros as uuid[]))[n], rep, 'OWNER', now() - interval '90 days'
from unnest(cast(:reps as uuid[])) with ordinality as given (rep, n)
union all
select :org, gen_random_uuid(), (cast(:areas as uuid[]))[1], :manager, 'OWNER', now() - interval '90 days'
"""
# Ids in order of capture, as UUIDv7 are.
_ID = "('0190{kind}000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_CELL = "613220000000000000 + (n * 7919 % 200000) * 64"
_DOORS = f"""
insert into outbound.addresses (org_id, id, house_number, street, city, state, postcode, canonical, territory_id)
select :org, {_ID.format(kind="a")}, n, 'Sample Street', 'Testville', 'IA', '50309', n || ' sample st',
    (cast(:micros as uuid[]))[1 + n % cardinality(cast(:micros as uuid[]))]
from generate_series(cast(:first as bigint), :last) as n
""".replace("::uuid", r"\:\:uuid")
_LEADS = f"""
insert into outbound.leads (org_id, id, lead_type, pipeline_stage, stage_entered_at, address_id, territory_id, owner_id,
    due_at, last_activity_at, first_name, last_name, phone, cell)
select :org, {_ID.format(kind="b")}, 'outbound',
    (cast(:stages as text[]))[1 + n / 97 % 10],
    now() - n % 90 * interval '1 day', {_ID.format(kind="a")},
    (cast(:micros as uuid[]))[1 + n % cardinality(cast(:micros as uuid[]))],
    case when n % 3 > 0 then (cast(:reps as uuid[]))[1 + n % cardinality(cast(:reps as uuid[]))] end,
    case when n % 10 < 7 then now() + (n * 31 % 20000 - 10000) * interval '1 minute' end,
    case when n % 4 > 0 then now() - n % 60 * interval '1 day' end,
    'Pat', 'Sample' || n % 5000, '+1515' || lpad((n % 10000000)::text, 7, '0'), {_CELL}
from generate_series(cast(:first as bigint), :last) as n
""".replace("::uuid", r"\:\:uuid").replace("::text", r"\:\:text")


if __name__ == "__main__":
    main()
