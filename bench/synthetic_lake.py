"""A lake of any size, written straight into Parquet: loading ten million rows into PostgreSQL first would only
measure that.

Two batches: everything up to a moment, then the newest part: activities, the leads they changed, stage changes,
trips and stops. Shares of the tables follow the demo's history within a fifth, but for tasks (0.10 an activity, the
demo 0.07) and wins (0.010, the demo 0.008): ten million activities are those of two million doors and two thousand
members, as they are where the demo is loaded at that size.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from outbound.lake.manifest import Batch, Lake, LakeFile, Manifest
from outbound.lake.tables import ALL_TABLES, layout

GENERATION = "00000000-0000-7000-8000-000000000000"
"""Older than every build: what was published before its lake began would be cleared away."""
DAYS = 90
UNTIL = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
LISTS = 20
CADENCES = 6
ACTIVITIES_A_DOOR = 5
DOORS_A_MICRO = 400
DOORS_A_CELL = 64
DOORS_A_REP = 1_000
MICROS_AN_AREA = 8

_CELL = 0x89283082873FFFF & ~(0x3FFFF << 18)
"""A cell of resolution 9, first of the 117,649 below one of resolution 3; its last six digits are varied below."""

_TYPES = {"text": "varchar", "int": "integer"}

_SETUP = """
set timezone = 'UTC';
create macro id_of(kind, n) as md5(kind || n)::uuid;
create macro timed_id(moment, n) as (
    lpad(to_hex(epoch_ms(moment)), 12, '0') || '7' || substr(md5('t' || n), 1, 3)
    || '8' || substr(md5('t' || n), 4, 15))::uuid;
create macro org() as id_of('organisation', 0);
create macro moment(n) as (
    timestamptz '{until}' - interval {days} day + to_microseconds((n * {step})::bigint));
create macro turf(door) as id_of('micro', door * {micros} // {doors});
create macro rep(door) as id_of('rep', door * {micros} // {doors} % {reps});
create macro cell(door) as {cell}
    + {digits};
create macro door_of(n) as (hash(n) % {doors})::bigint;
"""

_TABLES = {
    "organisations": """
        select org() as org_id, 'America/Chicago' as zone, date '2026-10-15' as go_live_on, false as is_demo,
        moment(0) as created_at""",
    "memberships": """
        select org() as org_id, id_of('rep', n) as id, 'SALES_REP' as role, true as active, moment(0) as created_at
        from range({reps}) as r (n)""",
    "territories": """
        select org() as org_id, id_of('area', n) as id, 'Area ' || n as name, 'AREA' as type,
        null::uuid as parent_id, 1::integer as priority_weight, true as active, 'America/Chicago' as zone,
        moment(0) as created_at from range({areas}) as r (n)
        union all
        select org(), id_of('micro', n), 'Micro ' || n, 'MICRO', id_of('area', n % {areas}), 1, true,
        'America/Chicago', moment(0) from range({micros}) as r (n)""",
    "territory_assignments": """
        select org() as org_id, id_of('assignment', n) as id, id_of('micro', n) as territory_id,
        id_of('rep', n % {reps}) as user_id, 'OWNER' as role, true as is_primary, moment(0) as assigned_at,
        null::timestamptz as unassigned_at from range({micros}) as r (n) where n % 10 > 0""",
    "addresses": """
        select org() as org_id, id_of('door', n) as id, cell(n) as cell, turf(n) as territory_id,
        n % 50 = 0 as do_not_knock, 'file' as location_source, moment(0) as created_at
        from range({doors}) as r (n)""",
    "door_changes": """
        select org() as org_id, id_of('change', n) as id, id_of('door', n) as address_id,
        moment({activities} // 2) as changed_at, cell(n) as cell, turf((n + 1) % {doors}) as territory_id,
        n % 3 = 0 as do_not_knock from range(0, {doors}, 40) as r (n)""",
    "campaigns": """
        select org() as org_id, id_of('campaign', n) as id, 'Campaign ' || n as name, date '2026-09-01' as starts_on,
        null::date as ends_on, true as active, moment(0) as created_at from range({lists}) as r (n)""",
    "prospect_imports": """
        select org() as org_id, id_of('import', n) as id, id_of('rep', 0) as uploaded_by, 'Purchase' as source,
        'completed' as status, moment(0) as created_at, moment(0) as finished_at,
        ({doors} // {lists})::bigint as rows_read, ({doors} // {lists})::bigint as rows_new, 0::bigint as rows_rejected,
        0::bigint as rows_known from range({lists}) as r (n)""",
    "cadences": """
        select org() as org_id, id_of('cadence', n) as id, 'Cadence ' || n as name, 'CONTACTED' as target_stage,
        true as active, 1::integer as edition, null::timestamptz as retired_at, moment(0) as created_at
        from range({cadences}) as r (n)""",
    "cadence_steps": """
        select org() as org_id, id_of('step', n) as id, id_of('cadence', n // 4) as cadence_id,
        (1 + n % 4)::integer as order, ['SMS', 'EMAIL', 'CALL', 'VISIT'][1 + n % 4] as channel,
        1440::integer as wait_minutes, 1440::integer as sla_minutes, 1::integer as first_edition,
        null::integer as last_edition from range({cadences} * 4) as r (n)""",
}
"""What is there from the beginning."""

_LEADS = """
    select org() as org_id, id_of('lead', n) as id, 'outbound' as lead_type,
    ['COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED'][1 + n % 7] as pipeline_stage,
    moment(0) as stage_entered_at, id_of('door', n) as address_id, turf(n) as territory_id,
    id_of('campaign', n % {lists}) as campaign_id, id_of('import', n % {lists}) as import_id,
    null::uuid as created_by_id, rep(n) as owner_id,
    moment(0) as last_activity_at, null::timestamptz as next_action_at, moment(n) as due_at,
    5000::integer as yard_size_sqft, (n * 100)::bigint as estimated_value_cents, cell(n) as cell,
    null::timestamptz as archived_at, moment(0) as created_at from {source} as r (n)"""

_ACTIVITIES = """
    select org() as org_id, timed_id(moment(n), n) as id, id_of('lead', door_of(n)) as lead_id,
    id_of('door', door_of(n)) as address_id, rep(door_of(n)) as user_id,
    ['DOOR_KNOCK', 'DOOR_KNOCK', 'DOOR_KNOCK', 'DOOR_KNOCK', 'DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'NOTE']
    [1 + n % 9] as type,
    ['NOT_HOME', 'NOT_HOME', 'NOT_HOME', 'INTERESTED', 'FOLLOW_UP', 'NOT_INTERESTED', 'SCHEDULED', null]
    [1 + n % 8] as result,
    moment(n) as occurred_at, moment(n) as received_at, cell(door_of(n)) as cell, 60::integer as duration_secs,
    null::timestamptz as follow_up_at, turf(door_of(n)) as territory_id, rep(door_of(n)) as owner_id,
    case when n % 9 < 5 then timed_id(moment(n // 2 * 2), 'p' || (n // 2 * 2)) end as trip_stop_id,
    false as clock_suspect,
    null::timestamptz as undone_at from range({first}, {last}) as r (n)"""

_ENTRIES = """
    select org() as org_id, timed_id(moment(0), 'e' || n) as id, id_of('lead', n) as lead_id,
    null as from_stage, 'COLD' as to_stage, moment(0) as occurred_at, null::uuid as user_id, rep(n) as owner_id,
    turf(n) as territory_id, moment(0) + interval 7 day as due_at, null::uuid as activity_id,
    null::timestamptz as undone_at from range({doors}) as r (n)"""

_STAGES = """
    select org() as org_id, timed_id(moment(n), 's' || n) as id, id_of('lead', door_of(n)) as lead_id,
    null as from_stage, to_stage, moment(n) as occurred_at, null::uuid as user_id, rep(door_of(n)) as owner_id,
    turf(door_of(n)) as territory_id,
    case when to_stage in ('COLD', 'CONTACTED') then moment(n) + interval 2 day end as due_at,
    null::uuid as activity_id, null::timestamptz as undone_at
    from (
        select n, ['CONTACTED', 'CONTACTED', 'CONTACTED', 'CONTACTED', 'FOLLOW_UP', 'FOLLOW_UP', 'FOLLOW_UP',
            'FOLLOW_UP', 'FOLLOW_UP', 'FOLLOW_UP', 'LOST', 'LOST', 'LOST', 'LOST', 'LOST', 'LOST', 'SCHEDULED',
            'NOT_QUALIFIED', 'NOT_QUALIFIED', 'WON'][1 + n // 5 % 20] as to_stage
        from range({first} // 5 * 5, {last}, 5) as r (n)
    )"""

_TRIPS = """
    select org() as org_id, id_of('trip', n // 64) as id, rep(door_of(n)) as owner_id,
    turf(door_of(n)) as territory_id, 'WALKING' as optimization, 'completed' as status, moment(n) as planned_start,
    moment(n) as started_at, moment(n) as completed_at, 4000::integer as distance_meters,
    120::integer as duration_minutes, 4100::integer as actual_distance_meters,
    130::integer as actual_duration_minutes, null::timestamptz as cancelled_at
    from range({first} // 64 * 64, {last}, 64) as r (n)"""

_STOPS = """
    select org() as org_id, timed_id(moment(n), 'p' || n) as id, id_of('trip', n // 64) as trip_id,
    id_of('lead', door_of(n)) as lead_id, id_of('door', door_of(n)) as address_id, (1 + n % 64 // 2)::integer as order,
    'completed' as status, moment(n) as planned_at, moment(n) as arrival_at, moment(n) as completed_at
    from range({first} // 2 * 2, {last}, 2) as r (n)"""

_MESSAGES = """
    select org() as org_id, timed_id(moment(n), 'm' || n) as id, id_of('lead', door) as lead_id,
    id_of('enrollment', n // 10) as enrollment_id, id_of('step', n // 10 % {cadences} * 4 + n // 5 % 2) as step_id,
    ['SMS', 'EMAIL'][1 + n // 5 % 2] as channel,
    'outbound' as direction, 'delivered' as status, moment(n) as scheduled_for, moment(n) as sent_at,
    moment(n) as delivered_at, turf(door) as territory_id, rep(door) as owner_id, cell(door) as cell,
    moment(n) as created_at
    from (select n, door_of(n // 10 * 10) as door from range({first} // 10 * 10, {last}, 5) as r (n))"""

_ENROLLMENTS = """
    select org() as org_id, id_of('enrollment', n // 10) as id, id_of('lead', door_of(n)) as lead_id,
    id_of('cadence', n // 10 % {cadences}) as cadence_id, null::uuid as current_step_id, 'completed' as status,
    moment(n) as started_at, moment(n) as completed_at, null::timestamptz as cancelled_at,
    1::integer as edition, null::text as ended_because from range({first} // 10 * 10, {last}, 10) as r (n)"""

_TASKS = """
    select org() as org_id, timed_id(moment(n), 'k' || n) as id, id_of('lead', door) as lead_id,
    rep(door) as assignee_id, moment(n) + interval 1 day as due_at, ['done', 'open'][1 + n // 10 % 2] as state,
    case when n // 10 % 2 = 0 then moment(n) end as completed_at, null::uuid as activity_id,
    id_of('enrollment', n // 10) as enrollment_id, id_of('step', n // 10 % {cadences} * 4 + 2 + n // 20 % 2) as step_id,
    moment(n) as created_at
    from (select n, door_of(n) as door from range({first} // 10 * 10, {last}, 10) as r (n))"""

_HANDOFFS = """
    select org() as org_id, timed_id(moment(n), 'h' || n) as id, id_of('lead', door_of(n)) as lead_id,
    moment(n) as scheduled_at, 'accepted' as status, moment(n) + interval 1 hour as decided_at,
    (40000 + n % 1000)::bigint as value_cents from range({first} // 100 * 100, {last}, 100) as r (n)"""


class SyntheticLake:
    """Writes a lake of ``activities`` in all, of which ``newest`` come in a second batch."""

    def __init__(self, folder: Path, activities: int, newest: int) -> None:
        self.lake = Lake(folder)
        self.folder = folder
        self.activities = activities
        self.doors = max(100, activities // ACTIVITIES_A_DOOR)
        self.first = activities - newest
        self._values = {
            "until": UNTIL.isoformat(),
            "days": DAYS,
            "step": DAYS * 86_400_000_000 / activities,
            "micros": max(1, self.doors // DOORS_A_MICRO),
            "areas": max(1, self.doors // DOORS_A_MICRO // MICROS_AN_AREA),
            "reps": max(1, self.doors // DOORS_A_REP),
            "doors": self.doors,
            "activities": activities,
            "lists": LISTS,
            "cadences": CADENCES,
            "cell": _CELL,
            "digits": " + ".join(
                f"(((door // {DOORS_A_CELL * 7**place}) % 7) << {18 + 3 * place})" for place in range(6)
            ),
        }
        self._batches: list[Batch] = []

    def write_first(self) -> None:
        """Batch 1: everything but the newest."""
        tables = {name: query.format(**self._values) for name, query in _TABLES.items()}
        tables["leads"] = _LEADS.format(source=f"range({self.doors})", **self._values)
        timed = self._timed(0, self.first)
        timed["lead_stage_changes"] += f" union all {_ENTRIES.format(**self._values)}"
        self._write(1, tables | timed)

    def write_newest(self) -> None:
        """Batch 2: the newest activities, and the leads they changed."""
        changed = f"(select distinct door_of(n) from range({self.first}, {self.activities}) as r (n))"
        tables = {"leads": _LEADS.format(source=changed, **self._values)}
        self._write(2, tables | self._timed(self.first, self.activities))

    def _timed(self, first: int, last: int) -> dict[str, str]:
        values = {**self._values, "first": first, "last": last}
        return {
            name: query.format(**values)
            for name, query in (
                ("activities", _ACTIVITIES),
                ("lead_stage_changes", _STAGES),
                ("trips", _TRIPS),
                ("trip_stops", _STOPS),
                ("messages", _MESSAGES),
                ("tasks", _TASKS),
                ("lead_cadence_enrollments", _ENROLLMENTS),
                ("onboarding_handoffs", _HANDOFFS),
            )
        }

    def _write(self, number: int, tables: dict[str, str]) -> None:
        folder = self.folder / GENERATION / f"{number:06d}"
        folder.mkdir(parents=True)
        files = []
        with duckdb.connect() as connection:
            connection.execute(_SETUP.format(**self._values))
            for table in ALL_TABLES:
                if table.name in tables:
                    path = folder / f"{table.name}.parquet"
                    made = connection.sql(tables[table.name]).columns
                    columns = ", ".join(
                        f'"{name}"' if name in made else f'null::{_TYPES.get(kind, kind)} as "{name}"'
                        for name, kind in table.columns.items()
                    )
                    connection.execute(
                        f"copy (select {columns}, {number}::bigint as batch from ({tables[table.name]}))"
                        f" to '{path}' (format parquet, compression lz4)"
                    )
                    files.append(self._named(connection, table.name, path))
        now = datetime.now(UTC)
        self._batches.append(Batch(number, f"{number}:{number}:", now, tuple(files)))
        manifest = Manifest(GENERATION, "synthetic", layout(), (), tuple(self._batches))
        self.lake.replace_manifest(manifest)

    def _named(self, connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> LakeFile:
        row = connection.execute(f"select count(*) from read_parquet('{path}')").fetchone()
        assert row is not None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return LakeFile(table, str(path.relative_to(self.folder)), row[0], path.stat().st_size, digest)
