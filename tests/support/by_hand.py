"""The figures of a territory's week, counted one by one from the operational tables: slow, plain, and with nothing
taken from the models that they are compared with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row, text

from outbound.vocabulary import TOUCH_TYPES, ActivityResult, Stage

_TABLES = (
    "organisations", "territories", "territory_assignments", "addresses", "door_changes", "activities", "messages",
    "lead_stage_changes", "trips", "trip_stops",
)  # fmt: skip
_CHANNELS = {"DOOR_KNOCK": "door_touches", "CALL": "calls", "SMS": "sms", "EMAIL": "emails", "MEETING": "meetings"}
_RESULTS = {
    "NOT_HOME": "not_home", "INTERESTED": "interested", "FOLLOW_UP": "follow_ups", "SCHEDULED": "said_scheduled",
    "WON": "said_won", "NOT_INTERESTED": "not_interested", "NOT_QUALIFIED": "not_qualified",
    "DO_NOT_CONTACT": "do_not_contact", "LEFT_MATERIAL": "left_material",
}  # fmt: skip
_STAGES = {stage: f"entered_{stage.lower()}" for stage in Stage} | {Stage.SCHEDULED: "scheduled", Stage.WON: "won"}
_A_MONTH = timedelta(days=30)

Figures = dict[str, Any]


@dataclass(frozen=True)
class Touch:
    """An activity by a member, or a delivered message of a cadence."""

    id: uuid.UUID
    lead_id: uuid.UUID
    territory_id: uuid.UUID | None
    cell: int | None
    channel: str
    result: str | None
    at: datetime


class ByHand:
    """The rows of one organisation, as the tables hold them now."""

    def __init__(self, engine: Engine, org_id: uuid.UUID, as_of: datetime) -> None:
        with engine.connect() as connection:
            self._rows: dict[str, list[Row[Any]]] = {
                table: list(
                    connection.execute(
                        text(f"select * from outbound.{table} where {_owner_column(table)} = :org"),
                        {"org": org_id},
                    )
                )
                for table in _TABLES
            }
        self.as_of = as_of
        self._zone = ZoneInfo(self._rows["organisations"][0].zone)
        self._territories = {row.id: row for row in self._rows["territories"]}
        self._touches = list(self._all_touches())

    def week(self, territory_id: uuid.UUID, monday: date) -> Figures:
        """The row of ``outbound_stats``: the territory with all below it."""
        parts = [row.id for row in self._territories.values() if territory_id in self._with_above(row.id)]
        found: Figures = dict.fromkeys(
            ["touches", "cadence_messages", *_CHANNELS.values(), *_RESULTS.values(), *_STAGES.values()], 0
        )
        found |= dict.fromkeys(
            ["doors", "sla_due", "sla_missed", "cold_cohort", "cold_without_follow_up", "trips_completed"], 0
        )
        found |= {"trip_closes": 0, "had_owner": False}
        cells: dict[str, set[int]] = {
            name: set() for name in ("workable", "covered", "reached", "assigned_workable", "assigned_covered")
        }
        for part in parts:
            owned = self._had_owner(part, monday)
            found["had_owner"] |= owned
            self._count_touches(found, part, monday)
            self._count_stages(found, part, monday)
            self._count_trips(found, part, monday)
            self._count_cells(found, cells, part, monday, owned=owned)
        for name, kept in cells.items():
            found[f"{name}_cells"] = len(kept)
        assigned = len(cells["assigned_workable"])
        found["gap_ratio"] = _ratio(assigned - len(cells["assigned_covered"]), assigned)
        found["cold_ratio"] = _ratio(found["cold_without_follow_up"], found["cold_cohort"])
        found["sla_ratio"] = _ratio(found["sla_missed"], found["sla_due"])
        found["closes_per_trip"] = _ratio(found["trip_closes"], found["trips_completed"])
        return found

    def _all_touches(self) -> Iterable[Touch]:
        for row in self._rows["activities"]:
            if row.type in TOUCH_TYPES and row.user_id is not None and row.undone_at is None:
                yield Touch(row.id, row.lead_id, row.territory_id, row.cell, row.type, row.result, row.occurred_at)
        for row in self._rows["messages"]:
            if row.direction == "outbound" and row.status == "delivered" and row.enrollment_id is not None:
                yield Touch(row.id, row.lead_id, row.territory_id, row.cell, "CADENCE", None, row.delivered_at)

    def _with_above(self, territory_id: uuid.UUID) -> list[uuid.UUID]:
        above = [territory_id]
        while (parent := self._territories[above[-1]].parent_id) is not None:
            above.append(parent)
        return above

    def _bounds(self, zone: ZoneInfo, monday: date) -> tuple[datetime, datetime]:
        """Midnight to midnight on the clocks of a zone, 167 or 169 hours apart where they change."""
        first, after = (datetime.combine(day, datetime.min.time(), zone) for day in (monday, monday + timedelta(7)))
        return first.astimezone(ZoneInfo("UTC")), after.astimezone(ZoneInfo("UTC"))

    def _in_week(self, moment: datetime, territory_id: uuid.UUID, monday: date) -> bool:
        start, end = self._bounds(ZoneInfo(self._territories[territory_id].zone), monday)
        return start <= moment < end

    def _had_owner(self, territory_id: uuid.UUID, monday: date) -> bool:
        start, end = self._bounds(ZoneInfo(self._territories[territory_id].zone), monday)
        return any(
            row.role == "OWNER"
            and row.territory_id in self._with_above(territory_id)
            and row.assigned_at < end
            and (row.unassigned_at is None or row.unassigned_at > start)
            for row in self._rows["territory_assignments"]
        )

    def _count_touches(self, found: Figures, territory_id: uuid.UUID, monday: date) -> None:
        for touch in self._touches:
            if touch.territory_id == territory_id and self._in_week(touch.at, territory_id, monday):
                found["touches"] += 1
                found[_CHANNELS.get(touch.channel, "cadence_messages")] += 1
                if touch.result is not None:
                    found[_RESULTS[ActivityResult(touch.result)]] += 1

    def _count_stages(self, found: Figures, territory_id: uuid.UUID, monday: date) -> None:
        for change in self._rows["lead_stage_changes"]:
            if change.undone_at is not None or change.territory_id != territory_id:
                continue
            if not self._in_week(change.occurred_at, territory_id, monday):
                continue
            if change.from_stage != change.to_stage:
                found[_STAGES[Stage(change.to_stage)]] += 1
            if change.due_at is not None and change.due_at <= self.as_of:
                missed = not any(
                    touch.lead_id == change.lead_id
                    and change.occurred_at <= touch.at <= change.due_at
                    and touch.id != change.activity_id
                    for touch in self._touches
                )
                found["sla_due"] += 1
                found["sla_missed"] += missed
                if change.to_stage in {"COLD", "CONTACTED"}:
                    found["cold_cohort"] += 1
                    found["cold_without_follow_up"] += missed

    def _count_trips(self, found: Figures, territory_id: uuid.UUID, monday: date) -> None:
        trips = {
            row.id
            for row in self._rows["trips"]
            if row.status == "completed"
            and row.territory_id == territory_id
            and self._in_week(row.completed_at, territory_id, monday)
        }
        found["trips_completed"] += len(trips)
        found["trip_closes"] += sum(self._credited_trip(win) in trips for win in self._rows["lead_stage_changes"])

    def _credited_trip(self, win: Row[Any]) -> uuid.UUID | None:
        if win.to_stage != "WON" or win.from_stage == "WON" or win.undone_at is not None:
            return None
        completed = {row.id for row in self._rows["trips"] if row.status == "completed"}
        before = [
            (stop.completed_at, stop.trip_id)
            for stop in self._rows["trip_stops"]
            if stop.lead_id == win.lead_id
            and stop.status == "completed"
            and stop.trip_id in completed
            and win.occurred_at - _A_MONTH <= stop.completed_at <= win.occurred_at
        ]
        return max(before)[1] if before else None

    def _count_cells(
        self, found: Figures, cells: dict[str, set[int]], territory_id: uuid.UUID, monday: date, *, owned: bool
    ) -> None:
        doors = [cell for cell, turf in self._doors_at_the_end_of(monday) if turf == territory_id]
        here = [
            touch
            for touch in self._touches
            if touch.territory_id == territory_id and self._in_week(touch.at, territory_id, monday)
        ]
        workable = set(doors)
        covered = workable & {touch.cell for touch in here if touch.channel == "DOOR_KNOCK"}
        found["doors"] += len(doors)
        cells["workable"] |= workable
        cells["covered"] |= covered
        cells["reached"] |= workable & {touch.cell for touch in here}
        if owned:
            cells["assigned_workable"] |= workable
            cells["assigned_covered"] |= covered

    def _doors_at_the_end_of(self, monday: date) -> Iterable[tuple[int, uuid.UUID | None]]:
        _, end = self._bounds(self._zone, monday)
        for door in self._rows["addresses"]:
            later = [
                change
                for change in self._rows["door_changes"]
                if change.address_id == door.id and change.changed_at >= end
            ]
            if not later and door.location_source == "zip_centroid":
                continue
            then = min(later, key=lambda change: change.changed_at) if later else door
            if door.created_at < end and then.cell is not None and not then.do_not_knock:
                yield then.cell, then.territory_id


def _owner_column(table: str) -> str:
    return "id" if table == "organisations" else "org_id"


def _ratio(part: int, whole: int) -> float | None:
    return int((2_000_000 * part + whole) // (2 * whole)) / 1_000_000 if whole else None
