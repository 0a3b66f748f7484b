"""The published marts of one organisation, as far as somebody sees into them. Every figure has its subject's module."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date
from typing import Any

import pandas as pd

from outbound.errors import Forbidden
from outbound.reports.builds import BuildInfo
from outbound.reports.coverage import Coverage
from outbound.reports.errors import NothingPublished
from outbound.reports.people import People
from outbound.reports.pipeline import Pipeline
from outbound.reports.reach import Reach
from outbound.reports.reader import FileReader, Reader
from outbound.reports.territories import Territories
from outbound.reports.weeks import Weeks
from outbound.settings import Settings
from outbound.warehouse.outcomes import Outcome, interrupted, interrupted_since


class Warehouse(Weeks, Territories, Coverage, People, Pipeline):
    """What the marts tell to whoever has this reach: the same figures, of more or of fewer territories."""

    def __init__(self, settings: Settings, org_id: uuid.UUID | str, reach: Reach) -> None:
        self.org_id = uuid.UUID(str(org_id))
        self.reach = reach
        self._settings = settings
        self._reader: Reader
        if settings.warehouse == "postgres":
            from outbound.reports.postgres_reader import PostgresReader

            self._reader = PostgresReader(settings, self.org_id)
        else:
            self._reader = FileReader(settings.published_dir, self.org_id)

    def within(self, territory_ids: Collection[uuid.UUID | str]) -> Warehouse:
        """The same marts, of those territories that are in reach and no others."""
        return Warehouse(self._settings, self.org_id, self.reach.within(territory_ids))

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Runs a query of one's own on the marts, for who sees the whole organisation; parameters are written
        ``$name``. Raises :class:`Forbidden` for others, whom it would not bound, and :class:`NothingPublished`."""
        if not self.reach.is_whole:
            raise Forbidden("Queries of one's own are for who sees the whole organisation; ask for a figure instead.")
        return self._reader.query(sql, params or {})

    def build(self) -> BuildInfo:
        """The build that is published now. Raises :class:`NothingPublished`."""
        found = self._reader.query(
            "select build_id, generation, batch, extracted_at, built_at, zone, go_live_on from build_info", {}
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

    def mondays(self) -> list[date]:
        """Of the weeks that the build tells of, newest first: the calendar, and no figure."""
        found = self._reader.query("select distinct week_start from territory_weeks order by week_start desc", {})
        return list(found["week_start"])

    def last_run(self) -> Outcome | None:
        """What became of the last run of the pipeline: where it brought no new figures, ``reason`` says why in a
        sentence. None: none has ended yet."""
        since = interrupted_since(self._settings)
        return interrupted(since) if since else self._reader.outcome()

    def columns(self) -> pd.DataFrame:
        """``table_name``, ``column_name`` and ``data_type`` of what is published, in order: what there is, no row."""
        return self._reader.query(
            "select table_name, column_name, upper(data_type) as data_type from information_schema.columns"
            " where table_schema = 'marts' order by table_name, ordinal_position",
            {},
        )

    def rows(self, mart: str, columns: str, place: str | None, order: str, at_once: int) -> Iterator[list[tuple]]:
        """A mart's rows in an order, so many at a time; ``place``: the column that says whose ground a row is of.

        Raises :class:`Forbidden` for a mart without one where the reach is less than the whole organisation.
        """
        if place is None and not self.reach.is_whole:
            raise Forbidden(f"{mart} is not told by territory; ask an owner for it.")
        where = self.reach.condition(place or "org_id")
        return self._stream(f"select {columns} from {mart} where {where} order by {order}", at_once)  # noqa: S608

    def _go_live_on(self) -> date | None:
        return self.build().go_live_on
