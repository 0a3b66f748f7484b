"""What the lake takes from each table: ids, cells, categories, times and amounts, and what an organisation calls its
territories, campaigns and cadences. No person's name, contact, street line, note or exact position; ``outbound_etl`` is
granted none of them either.

Changing anything here starts a new generation of the lake at the next extraction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa

ARROW_TYPES: dict[str, pa.DataType] = {
    "uuid": pa.uuid(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
"""The types of the lake, under names that both PostgreSQL and DuckDB take in a DDL statement."""


@dataclass(frozen=True)
class LakeTable:
    """One table of the lake. ``columns`` maps a column to its type; ``renames`` maps it to its source."""

    name: str
    columns: dict[str, str]
    snapshot: bool = False
    """Taken whole whenever anything in it differs: small tables without a stamp."""
    source: str = ""
    renames: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str], ...] = ()
    """Columns that PostgreSQL works out, by name."""

    @property
    def source_table(self) -> str:
        return self.source or self.name

    @property
    def select_list(self) -> str:
        """The columns as PostgreSQL reads them."""
        made = {column: f'"{source}"' for column, source in self.renames} | dict(self.expressions)
        return ", ".join(
            f'{made[column]} as "{column}"' if column in made else f'"{column}"' for column in self.columns
        )

    def arrow_schema(self) -> pa.Schema:
        """Columns as written to Parquet: the batch number follows the table's own."""
        fields = [pa.field(name, ARROW_TYPES[kind]) for name, kind in self.columns.items()]
        return pa.schema([*fields, pa.field("batch", pa.int64(), nullable=False)])

    def ddl_columns(self) -> list[tuple[str, str]]:
        """Columns with their SQL types, the batch number last."""
        return [*self.columns.items(), ("batch", "bigint")]


def _keyed(name: str, /, *, expressions: tuple[tuple[str, str], ...] = (), **columns: str) -> LakeTable:
    return LakeTable(name, {"org_id": "uuid", "id": "uuid", **columns}, expressions=expressions)


def _count_in_stats(*names: str) -> str:
    """The first of these counts that ``stats`` has; 0 where it has none, null where there are no stats yet."""
    counts = (
        f"case when jsonb_typeof(stats -> '{name}') = 'number' then trunc((stats ->> '{name}')::numeric)::bigint end"
        for name in names
    )
    return f"coalesce({', '.join(counts)}, case when stats is not null then 0 end)"


ORGANISATIONS = LakeTable(
    "organisations",
    {
        "org_id": "uuid",
        "zone": "text",
        "go_live_on": "date",
        "is_demo": "bool",
        "created_at": "timestamptz",
    },
    snapshot=True,
    renames=(("org_id", "id"),),
)

MEMBERSHIPS = LakeTable(
    "memberships",
    {"org_id": "uuid", "id": "uuid", "role": "text", "active": "bool", "created_at": "timestamptz"},
    snapshot=True,
    renames=(("id", "user_id"),),
)

CHANGE_TABLES = (
    _keyed(
        "territories",
        name="text",
        type="text",
        parent_id="uuid",
        priority_weight="int",
        active="bool",
        zone="text",
        created_at="timestamptz",
    ),
    _keyed(
        "territory_assignments",
        territory_id="uuid",
        user_id="uuid",
        role="text",
        is_primary="bool",
        assigned_at="timestamptz",
        unassigned_at="timestamptz",
    ),
    _keyed(
        "addresses",
        cell="bigint",
        territory_id="uuid",
        do_not_knock="bool",
        location_source="text",
        created_at="timestamptz",
    ),
    _keyed(
        "door_changes",
        address_id="uuid",
        changed_at="timestamptz",
        cell="bigint",
        territory_id="uuid",
        do_not_knock="bool",
    ),
    _keyed("campaigns", name="text", starts_on="date", ends_on="date", active="bool", created_at="timestamptz"),
    _keyed(
        "prospect_imports",
        expressions=(
            ("rows_read", _count_in_stats("rows")),
            ("rows_new", _count_in_stats("new")),
            ("rows_rejected", _count_in_stats("rejected")),
            ("rows_known", _count_in_stats("same", "duplicates_known")),
            ("rows_unsure", _count_in_stats("unsure")),
            ("rows_repeated", _count_in_stats("duplicates_in_file")),
            ("rows_outside", _count_in_stats("outside")),
        ),
        uploaded_by="uuid",
        source="text",
        status="text",
        created_at="timestamptz",
        finished_at="timestamptz",
        rows_read="bigint",
        rows_new="bigint",
        rows_rejected="bigint",
        rows_known="bigint",
        rows_unsure="bigint",
        rows_repeated="bigint",
        rows_outside="bigint",
    ),
    _keyed(
        "leads",
        lead_type="text",
        pipeline_stage="text",
        stage_entered_at="timestamptz",
        address_id="uuid",
        territory_id="uuid",
        campaign_id="uuid",
        import_id="uuid",
        created_by_id="uuid",
        owner_id="uuid",
        last_activity_at="timestamptz",
        next_action_at="timestamptz",
        due_at="timestamptz",
        yard_size_sqft="int",
        estimated_value_cents="bigint",
        cell="bigint",
        archived_at="timestamptz",
        created_at="timestamptz",
    ),
    _keyed(
        "lead_stage_changes",
        lead_id="uuid",
        from_stage="text",
        to_stage="text",
        occurred_at="timestamptz",
        user_id="uuid",
        owner_id="uuid",
        territory_id="uuid",
        due_at="timestamptz",
        activity_id="uuid",
        undone_at="timestamptz",
    ),
    _keyed(
        "activities",
        lead_id="uuid",
        address_id="uuid",
        user_id="uuid",
        type="text",
        result="text",
        occurred_at="timestamptz",
        received_at="timestamptz",
        cell="bigint",
        duration_secs="int",
        follow_up_at="timestamptz",
        territory_id="uuid",
        owner_id="uuid",
        trip_stop_id="uuid",
        clock_suspect="bool",
        undone_at="timestamptz",
    ),
    _keyed(
        "trips",
        owner_id="uuid",
        territory_id="uuid",
        optimization="text",
        status="text",
        planned_start="timestamptz",
        started_at="timestamptz",
        completed_at="timestamptz",
        distance_meters="int",
        duration_minutes="int",
        actual_distance_meters="int",
        actual_duration_minutes="int",
        cancelled_at="timestamptz",
    ),
    _keyed(
        "trip_stops",
        trip_id="uuid",
        lead_id="uuid",
        address_id="uuid",
        order="int",
        status="text",
        planned_at="timestamptz",
        arrival_at="timestamptz",
        completed_at="timestamptz",
    ),
    _keyed(
        "messages",
        lead_id="uuid",
        enrollment_id="uuid",
        step_id="uuid",
        channel="text",
        direction="text",
        status="text",
        scheduled_for="timestamptz",
        sent_at="timestamptz",
        delivered_at="timestamptz",
        territory_id="uuid",
        owner_id="uuid",
        cell="bigint",
        created_at="timestamptz",
    ),
    _keyed(
        "cadences",
        name="text",
        target_stage="text",
        active="bool",
        edition="int",
        retired_at="timestamptz",
        created_at="timestamptz",
    ),
    _keyed(
        "cadence_steps",
        cadence_id="uuid",
        order="int",
        channel="text",
        wait_minutes="int",
        sla_minutes="int",
        first_edition="int",
        last_edition="int",
    ),
    _keyed(
        "lead_cadence_enrollments",
        lead_id="uuid",
        cadence_id="uuid",
        current_step_id="uuid",
        status="text",
        started_at="timestamptz",
        completed_at="timestamptz",
        cancelled_at="timestamptz",
        edition="int",
        ended_because="text",
    ),
    _keyed(
        "onboarding_handoffs",
        lead_id="uuid",
        scheduled_at="timestamptz",
        status="text",
        decided_at="timestamptz",
        value_cents="bigint",
    ),
    _keyed(
        "tasks",
        lead_id="uuid",
        assignee_id="uuid",
        due_at="timestamptz",
        state="text",
        completed_at="timestamptz",
        activity_id="uuid",
        enrollment_id="uuid",
        step_id="uuid",
        created_at="timestamptz",
    ),
    _keyed("shifts", user_id="uuid", started_at="timestamptz", ended_at="timestamptz"),
)
"""Tables whose rows carry the stamp ``xact`` and leave a tombstone: a batch holds what changed."""

SNAPSHOT_TABLES = (ORGANISATIONS, MEMBERSHIPS)

TOMBSTONES = LakeTable("tombstones", {"org_id": "uuid", "table_name": "text", "row_id": "uuid"})
"""Rows that are no more. A batch never holds both a row and its tombstone."""

ALL_TABLES = (*SNAPSHOT_TABLES, *CHANGE_TABLES, TOMBSTONES)


def layout() -> str:
    """A digest of everything above: a lake of another layout is not added to."""
    return hashlib.sha256(repr(ALL_TABLES).encode()).hexdigest()[:16]
