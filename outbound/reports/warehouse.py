"""One function a figure. Every one takes the territories that the caller may see: none stands for all.

Rules live in the models: this module only picks, restricts and adds up.
"""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date
from typing import Any

import pandas as pd

from outbound.reports.builds import BuildInfo
from outbound.reports.errors import NothingPublished
from outbound.reports.ratios import ratio, with_ratios
from outbound.reports.reader import FileReader, Reader
from outbound.settings import Settings
from outbound.warehouse.outcomes import Outcome, interrupted, interrupted_since

Territories = Collection[uuid.UUID | str] | None
"""Ids of the territories that a caller may see; ``None``: all of them."""

LEVELS = (9, 8, 7)
"""H3 resolutions that coverage is shown at, finest first."""

CHANNELS = ("door_touches", "calls", "sms", "emails", "meetings", "cadence_messages")
"""What touches are made of: the columns of the marts."""


class Warehouse:
    """The published marts of one organisation."""

    def __init__(self, settings: Settings, org_id: uuid.UUID | str) -> None:
        self.org_id = uuid.UUID(str(org_id))
        self._settings = settings
        self._reader: Reader
        if settings.warehouse == "postgres":
            from outbound.reports.postgres_reader import PostgresReader

            self._reader = PostgresReader(settings, self.org_id)
        else:
            self._reader = FileReader(settings.published_dir, self.org_id)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Runs a query on the marts; parameters are written ``$name``. Raises :class:`NothingPublished`."""
        return self._reader.query(sql, params or {})

    def stream(self, sql: str, params: Mapping[str, Any], rows: int) -> Iterator[list[tuple[Any, ...]]]:
        """As :meth:`query`, for what is too much for memory: plain rows, so many at a time, of one build."""
        return self._reader.stream(sql, params, rows)

    def build(self) -> BuildInfo:
        """The build that is published now. Raises :class:`NothingPublished`."""
        found = self.query(
            "select build_id, generation, batch, extracted_at, built_at, zone, go_live_on from build_info"
        )
        if found.empty:
            raise NothingPublished
        row = found.iloc[0]
        return BuildInfo(
            build_id=row["build_id"],
            generation=row["generation"],
            batch=int(row["batch"]),
            extracted_at=row["extracted_at"].to_pydatetime().astimezone(UTC),
            built_at=row["built_at"].to_pydatetime().astimezone(UTC),
            zone=row["zone"],
            go_live_on=row["go_live_on"] if isinstance(row["go_live_on"], date) else None,
        )

    def last_run(self) -> Outcome | None:
        """What became of the last run of the pipeline: where it brought no new figures, ``reason`` says why in a
        sentence. None: none has ended yet."""
        since = interrupted_since(self._settings)
        return interrupted(since) if since else self._reader.outcome()

    def weeks(self) -> pd.DataFrame:
        """``week_start`` (Monday), the organisation's ``touches`` in it and its ``doors`` at its end, newest first."""
        return self.query(
            "select week_start, cast(sum(touches) as bigint) as touches, cast(sum(doors) as bigint) as doors"
            " from territory_weeks"
            " group by week_start order by week_start desc"
        )

    def territories(self, territory_ids: Territories = None) -> pd.DataFrame:
        """``id``, ``name``, ``type``, ``parent_id``, ``path``, ``zone``, ``active``, by path."""
        return self.query(
            "select id, name, type, parent_id, path, zone, active from territories"
            f" where {_visible('id', territory_ids)} order by path, id",
            _ids(territory_ids),
        )

    def north_star(self, territory_ids: Territories = None) -> pd.DataFrame:
        """The three north-star figures a week, oldest first: ``cold_ratio``, ``closes_per_trip``, ``gap_ratio``,
        what they are made of, and where a go-live date gives a baseline, ``*_baseline`` and ``*_change``."""
        if territory_ids is None:
            return self.query("select * from north_star order by week_start")
        weeks = self.query(
            "select week_start,"
            " cast(sum(cold_cohort) as bigint) as cold_cohort,"
            " cast(sum(cold_without_follow_up) as bigint) as cold_without_follow_up,"
            " cast(sum(trips_completed) as bigint) as trips_completed,"
            " cast(sum(trip_closes) as bigint) as trip_closes,"
            " cast(sum(assigned_workable_cells) as bigint) as workable_cells,"
            " cast(sum(assigned_covered_cells) as bigint) as covered_cells"
            f" from territory_weeks where {_visible('territory_id', territory_ids)}"
            " group by week_start order by week_start",
            _ids(territory_ids),
        )
        return with_ratios(weeks, self.build().go_live_on)

    def territory_stats(self, week: date, territory_ids: Territories = None) -> pd.DataFrame:
        """A week of every territory with its name, type, parent and path: the columns of ``outbound_stats``."""
        return self.query(
            "select territories.name, territories.type, territories.parent_id, territories.path, stats.*"
            " from outbound_stats as stats"
            " inner join territories on stats.territory_id = territories.id"
            f" where stats.week_start = $week and {_visible('stats.territory_id', territory_ids)}"
            " order by territories.path, territories.id",
            {"week": week, **_ids(territory_ids)},
        )

    def gaps(self, week: date, territory_ids: Territories = None) -> pd.DataFrame:
        """A week of the territories with doors that no other which is seen is part of, widest gap first:
        ``territory_id``, ``name``, ``path``, ``had_owner``, ``gap_ratio`` (none without an owner), ``workable_cells``,
        ``covered_cells``, ``door_touches``."""
        return self.query(
            "select stats.territory_id, territories.name, territories.path, stats.had_owner, stats.gap_ratio,"
            " stats.workable_cells, stats.covered_cells, stats.door_touches"
            " from outbound_stats as stats inner join territories on stats.territory_id = territories.id"
            f" where stats.week_start = $week and {_visible('stats.territory_id', territory_ids)}"
            " and stats.workable_cells > 0"
            " and not exists (select 1 from territories as part where part.parent_id = territories.id"
            f" and {_visible('part.id', territory_ids)})"
            " order by stats.gap_ratio desc nulls last, territories.name, territories.id",
            {"week": week, **_ids(territory_ids)},
        ).astype({"had_owner": bool, "gap_ratio": float})

    def gap_trends(self, until: date, territory_ids: Collection[uuid.UUID | str]) -> pd.DataFrame:
        """``territory_id``, ``week_start``, ``gap_ratio`` up to a week, oldest first, where there was an owner."""
        return self.query(
            "select territory_id, week_start, gap_ratio from outbound_stats"
            f" where week_start <= $until and gap_ratio is not null and {_visible('territory_id', territory_ids)}"
            " order by territory_id, week_start",
            {"until": until, **_ids(territory_ids)},
        )

    def conversion(self, since: date, until: date, territory_ids: Territories = None) -> pd.DataFrame:
        """What the weeks from ``since`` to ``until`` (Mondays, both included) led to, oldest first: ``touches``,
        ``door_touches``, ``cadence_messages``, ``scheduled`` and ``won``."""
        counted = ("touches", "door_touches", "cadence_messages", "scheduled", "won")
        sums = ", ".join(f"cast(sum({column}) as bigint) as {column}" for column in counted)
        return self.query(
            f"select week_start, {sums} from territory_weeks"
            f" where week_start between $since and $until and {_visible('territory_id', territory_ids)}"
            " group by week_start order by week_start",
            {"since": since, "until": until, **_ids(territory_ids)},
        )

    def channels(self, territory_ids: Territories = None) -> pd.DataFrame:
        """Touches a week by channel, oldest week first: a column each, as :data:`CHANNELS` names them."""
        sums = ", ".join(f"cast(sum({column}) as bigint) as {column}" for column in CHANNELS)
        return self.query(
            f"select week_start, {sums} from territory_weeks where {_visible('territory_id', territory_ids)}"
            " group by week_start order by week_start",
            _ids(territory_ids),
        )

    def coverage_cells(self, week: date, level: int = 9, territory_ids: Territories = None) -> pd.DataFrame:
        """H3 cells of a week: ``cell`` (hexadecimal), ``doors``, ``touches``, ``door_touches``, ``workable_cells`` and
        ``covered_cells`` (of resolution 9 within it), ``workable_parts`` and ``covered_parts`` (the same, a cell on a
        border once for each territory with a door in it, as gaps count), ``covered``, ``last_knocked`` (Monday of the
        last week up to this one with a knock; none: never), ``gap_ratio``.

        Raises :class:`ValueError` for a level that is not in ``LEVELS``.
        """
        shown = _cell(level)
        counted = ("doors", "touches", "door_touches")
        # PostgreSQL adds integers up as bigints, but bigints as decimals, which takes twice as long for so many cells.
        sums = ", ".join(f"cast(sum(cast({each} as integer)) as bigint) as {each}" for each in counted)
        # A cell on a border belongs to several territories; it is one cell of the map.
        parts = (
            "count(case when workable then 1 end) as workable_parts,"
            " count(case when covered then 1 end) as covered_parts, max(last_knocked) as last_knocked"
        )
        rows = f"from coverage_cells as cells where week_start = $week and {_visible('territory_id', territory_ids)}"
        if level == LEVELS[0]:
            query = (
                f"select lower(to_hex(cells.cell)) as cell, {sums}, {parts} {rows}"
                " group by cells.cell order by cells.cell"
            )
        else:
            query = (
                f"with fine as (select {shown}, {sums}, {parts} {rows} group by cells.cell, {shown})"
                f" select lower(to_hex({shown})) as cell, {sums},"
                " cast(sum(workable_parts) as bigint) as workable_parts,"
                " cast(sum(covered_parts) as bigint) as covered_parts, max(last_knocked) as last_knocked,"
                " count(case when workable_parts > 0 then 1 end) as workable_cells,"
                " count(case when covered_parts > 0 then 1 end) as covered_cells"
                f" from fine group by {shown} order by {shown}"
            )
        found = self.query(query, {"week": week, **_ids(territory_ids)})
        if level == LEVELS[0]:
            for each in ("workable", "covered"):
                found[f"{each}_cells"] = (found[f"{each}_parts"] > 0).astype(int)
        return found.assign(
            covered=found.covered_cells > 0,
            gap_ratio=(1 - ratio(found.covered_cells, found.workable_cells)).round(6),
        )

    def passed_over(
        self, week: date, level: int = 9, territory_ids: Territories = None, *, most: int = 12
    ) -> pd.DataFrame:
        """Where no door was knocked in a week though there are some, most doors first: ``cell`` (hexadecimal),
        ``territory_id``, ``name`` (none outside every territory), ``doors`` of the cells of resolution 9 that were
        passed over, ``last_knocked`` (Monday of the last week with a knock at any of them; none: never). A cell on a
        border has a row for each territory that passed it over, as gaps count.

        Raises :class:`ValueError` for a level that is not in ``LEVELS``.
        """
        cell = f"cells.{_cell(level)}"
        return self.query(
            f"select lower(to_hex({cell})) as cell, cells.territory_id, territories.name,"
            " cast(sum(cells.doors) as bigint) as doors, max(cells.last_knocked) as last_knocked"
            " from coverage_cells as cells left join territories on cells.territory_id = territories.id"
            " where cells.week_start = $week and cells.workable and not cells.covered"
            f" and {_visible('cells.territory_id', territory_ids)}"
            f" group by {cell}, cells.territory_id, territories.name"
            f" order by sum(cells.doors) desc, {cell}, cells.territory_id limit {int(most)}",
            {"week": week, **_ids(territory_ids)},
        )

    def pipeline(
        self,
        territory_ids: Territories = None,
        *,
        owner_id: uuid.UUID | str | None = None,
        lead_type: str = "outbound",
    ) -> pd.DataFrame:
        """Leads by ``stage``: ``leads``, ``unowned`` and ``overdue`` ones of them, ``estimated_value_cents``.

        ``owner_id``: this member's own leads too, wherever they lie.
        """
        owned = " or owner_id = cast($owner as uuid)" if owner_id else ""
        return self.query(
            "select stage, cast(sum(leads) as bigint) as leads,"
            " cast(sum(case when owner_id = cast($nobody as uuid) then leads else 0 end) as bigint) as unowned,"
            " cast(sum(overdue) as bigint) as overdue,"
            " cast(sum(estimated_value_cents) as bigint) as estimated_value_cents"
            f" from pipeline where lead_type = $lead_type and ({_visible('territory_id', territory_ids)}{owned})"
            " group by stage order by stage",
            {
                "lead_type": lead_type,
                "nobody": str(uuid.UUID(int=0)),
                **_ids(territory_ids),
                **({"owner": str(owner_id)} if owner_id else {}),
            },
        )

    def leaderboard(self, since: date, until: date, territory_ids: Territories = None) -> pd.DataFrame:
        """Members by touches in the weeks from ``since`` to ``until``, both included. Names are the API's."""
        counted = ("touches", "door_touches", "calls", "interested", "follow_ups", "said_scheduled", "said_won")
        sums = ", ".join(f"cast(sum({column}) as bigint) as {column}" for column in counted)
        return self.query(
            f"select user_id, {sums} from rep_weeks"
            f" where week_start between $since and $until and {_visible('territory_id', territory_ids)}"
            " group by user_id order by sum(touches) desc, user_id",
            {"since": since, "until": until, **_ids(territory_ids)},
        )

    def reps(self, since: date, until: date, territory_ids: Territories = None) -> pd.DataFrame:
        """Members by wins, then appointments and touches, in the weeks from ``since`` to ``until`` (Mondays, both
        included): ``touches``, ``door_touches``, ``contacts``, ``scheduled``, ``won``, ``days`` with a touch."""
        counted = ("touches", "door_touches", "contacts", "scheduled", "won")
        weekly = ", ".join(f"sum({column}) as {column}" for column in counted)
        sums = ", ".join(f"cast(sum({column}) as bigint) as {column}" for column in counted)
        days = " + ".join(f"((weekdays >> {bit}) & 1)" for bit in range(7))
        # Week by week first: a day that was spent in two territories is one day.
        return self.query(
            f"with weeks as (select user_id, week_start, {weekly}, bit_or(weekdays) as weekdays from member_weeks"
            f" where week_start between $since and $until and {_visible('territory_id', territory_ids)}"
            " group by user_id, week_start)"
            f" select user_id, {sums}, cast(sum({days}) as bigint) as days from weeks"
            " group by user_id order by sum(won) desc, sum(scheduled) desc, sum(touches) desc, user_id",
            {"since": since, "until": until, **_ids(territory_ids)},
        )

    def saturation(self, since: date, until: date, territory_ids: Territories = None) -> pd.DataFrame:
        """How far territories (alone) were walked in the weeks from ``since`` to ``until``, most first: ``doors`` and
        ``workable_cells`` at the end, ``door_touches``, ``knocked_cells`` (workable ones, at least once), and
        ``knocked_ratio``."""
        visible = _visible("territory_id", territory_ids)
        found = self.query(
            "with cells as (select territory_id, cast(sum(doors) as bigint) as doors, count(*) as workable_cells,"
            " count(case when last_knocked >= $since then 1 end) as knocked_cells"
            f" from coverage_cells where week_start = $until and workable and {visible} group by territory_id),"
            " weeks as (select territory_id, cast(sum(door_touches) as bigint) as door_touches"
            f" from territory_weeks where week_start between $since and $until and {visible} group by territory_id)"
            " select cells.territory_id, territories.name, territories.path, cells.doors, weeks.door_touches,"
            " cells.workable_cells, cells.knocked_cells"
            " from cells inner join territories on cells.territory_id = territories.id"
            " inner join weeks on cells.territory_id = weeks.territory_id"
            " order by territories.path, cells.territory_id",
            {"since": since, "until": until, **_ids(territory_ids)},
        )
        found["knocked_ratio"] = ratio(found.knocked_cells, found.workable_cells)
        return found.sort_values("knocked_ratio", ascending=False, kind="stable", ignore_index=True)


def _cell(level: int) -> str:
    """The column of ``coverage_cells`` with the cell at a level."""
    if level not in LEVELS:
        raise ValueError(f"coverage is shown at H3 resolutions {LEVELS}, not {level}")
    return "cell" if level == 9 else f"cell_{level}"


def _visible(column: str, territory_ids: Territories) -> str:
    return "true" if territory_ids is None else f"{column} = any(cast($territory_ids as uuid[]))"


def _ids(territory_ids: Territories) -> dict[str, list[str]]:
    return {} if territory_ids is None else {"territory_ids": [str(item) for item in territory_ids]}
