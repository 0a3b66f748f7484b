"""An installation of its own for the warehouse's tests, changes of every kind, and marts as plain rows."""

from __future__ import annotations

import datetime
import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, text

from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.dbt import PROJECT, run_dbt
from outbound.warehouse.documentation import edition_of
from outbound.warehouse.duckdb_engine import DuckDBBuild
from outbound.warehouse.engine import engine_of
from outbound.warehouse.marts import MARTS
from outbound.warehouse.postgres_engine import PostgresBuild
from tests.support.history import NOW, make_history
from tests.support.server import HOME_VARIABLE, Server

Result = TypeVar("Result")

AS_OF = NOW + datetime.timedelta(days=1)
"""When the made-up histories are judged."""

_DIFFERS = {"build_info": {"build_id", "generation", "batch"}}


@contextmanager
def installation(
    server: Server, home: Path, *, histories: bool = True, documented: bool = True
) -> Iterator[tuple[Database, Settings]]:
    """A migrated database and a home; with ``histories``, two organisations with a past. Unless it is ``documented``
    already, the first build documents the models, which costs seconds."""
    with server.clone() as url:
        settings = Settings(home=home, database_url=url.render_as_string(hide_password=False))
        give_parsed_models(settings)
        if documented:
            give_documentation(settings)
        database = Database.open(settings)
        try:
            if histories:
                make_history(database.admin_engine, slug="first", doors=400, activities=4000)
                make_history(database.admin_engine, slug="second", doors=120, activities=900, go_live_on=None)
            yield database, settings
        finally:
            database.dispose()


@contextmanager
def small_installation(server: Server, home: Path) -> Iterator[tuple[Database, Settings]]:
    """An installation whose one organisation has a short past, for tests that build it many times."""
    with installation(server, home, histories=False) as (database, settings):
        make_history(database.admin_engine, slug="small", doors=80, activities=500)
        yield database, settings


def on_postgres(settings: Settings) -> Settings:
    """The same installation with its warehouse on PostgreSQL."""
    other = settings.model_copy(update={"warehouse": "postgres"})
    give_parsed_models(other)
    return other


def give_parsed_models(settings: Settings) -> None:
    """Gives a new home what dbt made of the models' source, which costs seconds and is the same in each."""
    engine = engine_of(settings)
    target = settings.warehouse_dir / f"dbt-{engine.target}" / "target"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(_parsed_once(engine) / "partial_parse.msgpack", target)


def _parsed_once(engine: DuckDBBuild | PostgresBuild) -> Path:
    """The folder of what dbt made of the models, parsed by whichever process of this run needs it first."""
    kept = Path(os.environ[HOME_VARIABLE]) / "dbt" / engine.target
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "target").exists():
            environment = {**engine.environment, "OUTBOUND_WAREHOUSE": engine.target}
            run_dbt([["parse", "--target", engine.target]], folder=kept / "dbt", environment=environment)
            (kept / "dbt" / "target").rename(kept / "target")
    return kept / "target"


def give_documentation(settings: Settings) -> None:
    """Lets a new home believe that the models are documented: its first build would document them, which costs
    seconds."""
    page = settings.documentation_dir / f"{edition_of(PROJECT, 'duckdb')}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("The models, as they are.")
    (page.parent / "current").symlink_to(page.name)


def organisations(database: Database) -> dict[str, uuid.UUID]:
    """Ids of the organisations by slug."""
    with database.admin_engine.connect() as connection:
        rows = connection.execute(text("select slug, id from outbound.organisations"))
        return {row.slug: row.id for row in rows}


def at_once(work: Callable[[Settings], Result], *installations: Settings) -> list[Result]:
    """Does the same on several engines side by side: each spends much of its time waiting for the other's part."""
    with ThreadPoolExecutor(len(installations)) as pool:
        return list(pool.map(work, installations))


def rows_of(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every mart of the build, sorted; without what names the build itself."""
    engine = engine_of(settings)
    prefix = "build.build" if settings.warehouse == "duckdb" else "build"
    found: dict[str, list[tuple[Any, ...]]] = {}
    with engine.connect() as connection:
        for mart in MARTS:
            result = connection.execute(f"select * from {prefix}.{mart}")
            names = [column[0] for column in result.description]
            kept = sorted((name, at) for at, name in enumerate(names) if name not in _DIFFERS.get(mart, set()))
            rows = [tuple(row[at] for _, at in kept) for row in result.fetchall()]
            found[mart] = sorted(rows, key=repr)
    return found


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row that compares with the other engine's: moments as seconds."""
    return tuple(value.timestamp() if hasattr(value, "timestamp") else value for value in row)


CHANGES = {
    "the same again": "update outbound.activities set type = type where hashtext(id::text) % 13 = {salt}",
    "turf under another area": """
        update outbound.territories as t set parent_id = (
            select o.parent_id from outbound.territories as o
            where o.org_id = t.org_id and o.type = 'MICRO' and o.parent_id <> t.parent_id order by o.id limit 1
        ) where type = 'MICRO' and hashtext(id::text) % 6 = {salt} and exists (
            select from outbound.territories as o
            where o.org_id = t.org_id and o.type = 'MICRO' and o.parent_id <> t.parent_id
        )
    """,
    "late knocks": """
        insert into outbound.activities
        (org_id, id, lead_id, address_id, user_id, type, occurred_at, received_at, result, cell, territory_id)
        select org_id, gen_random_uuid(), lead_id, address_id, user_id, 'DOOR_KNOCK',
        occurred_at - interval '16 days', now(), 'INTERESTED', cell, territory_id
        from outbound.activities where hashtext(id::text) % 17 = {salt}
    """,
    "deleted activities": "delete from outbound.activities where hashtext(id::text) % 23 = {salt}",
    "activities taken back": """
        update outbound.activities set undone_at = now() where hashtext(id::text) % 43 = {salt}
    """,
    "moves taken back": """
        update outbound.lead_stage_changes set undone_at = now()
        where to_stage <> 'COLD' and hashtext(id::text) % 47 = {salt}
    """,
    "corrected times": """
        update outbound.activities set occurred_at = occurred_at + interval '8 days'
        where hashtext(id::text) % 29 = {salt}
    """,
    "moved doors": """
        update outbound.addresses set territory_id = (
            select t.id from outbound.territories as t where t.org_id = addresses.org_id and t.type = 'MICRO'
            order by t.id desc limit 1
        ) where hashtext(id::text) % 19 = {salt}
    """,
    "doors not to knock": """
        update outbound.addresses set do_not_knock = not do_not_knock where hashtext(id::text) % 13 = {salt}
    """,
    "new doors": """
        insert into outbound.addresses (org_id, id, canonical, position, cell, territory_id)
        select org_id, gen_random_uuid(), canonical || ' unit {salt}', position, cell, null
        from outbound.addresses where hashtext(id::text) % 37 = {salt}
    """,
    "moved leads": """
        update outbound.leads set pipeline_stage = 'NOT_QUALIFIED', estimated_value_cents = 7
        where hashtext(id::text) % 11 = {salt}
    """,
    "leads put away": "update outbound.leads set archived_at = now() where hashtext(id::text) % 23 = {salt}",
    "erased leads": "delete from outbound.leads where hashtext(id::text) % 41 = {salt}",
    "wins": """
        insert into outbound.lead_stage_changes (org_id, id, lead_id, from_stage, to_stage, occurred_at, territory_id)
        select s.org_id, gen_random_uuid(), s.lead_id, 'SCHEDULED', 'WON', s.completed_at + interval '4 days',
        t.territory_id
        from outbound.trip_stops as s join outbound.trips as t on t.org_id = s.org_id and t.id = s.trip_id
        where s.status = 'completed' and s.lead_id is not null and hashtext(s.id::text) % 31 = {salt}
    """,
    "later due times": """
        update outbound.lead_stage_changes set due_at = due_at + interval '5 days'
        where due_at is not null and hashtext(id::text) % 7 = {salt}
    """,
    "owners set": """
        update outbound.lead_stage_changes set due_at = occurred_at + interval '3 days'
        where due_at is null and to_stage = 'COLD' and hashtext(id::text) % 3 = {salt}
    """,
    "deliveries": """
        update outbound.messages set status = 'delivered', delivered_at = sent_at, reason = null
        where status in ('sent', 'failed') and hashtext(id::text) % 5 = {salt}
    """,
    "doors that had moved": """
        insert into outbound.door_changes (org_id, id, address_id, changed_at, cell, territory_id, do_not_knock)
        select org_id, gen_random_uuid(), id, created_at + interval '50 days', cell, null, false
        from outbound.addresses where cell is not null and hashtext(id::text) % 31 = {salt}
    """,
    "tasks done": """
        update outbound.tasks set state = 'done', completed_at = now()
        where state = 'open' and hashtext(id::text) % 3 = {salt}
    """,
    "enrolments ended": """
        update outbound.lead_cadence_enrollments
        set status = 'cancelled', cancelled_at = now(), ended_because = 'by_hand'
        where status = 'active' and hashtext(id::text) % 6 = {salt}
    """,
    "quotes accepted": """
        update outbound.onboarding_handoffs set status = 'accepted', decided_at = scheduled_at + interval '2 days'
        where status = 'pending' and hashtext(id::text) % 4 = {salt}
    """,
    "leads of no campaign": """
        update outbound.leads set campaign_id = null where hashtext(id::text) % 16 = {salt}
    """,
    "leads of other owners": """
        insert into outbound.lead_stage_changes
        (org_id, id, lead_id, from_stage, to_stage, occurred_at, owner_id, territory_id)
        select org_id, gen_random_uuid(), lead_id, to_stage, to_stage, occurred_at + interval '1 hour', null, null
        from outbound.lead_stage_changes where hashtext(id::text) % 14 = {salt}
    """,
    "ended assignments": """
        update outbound.territory_assignments set unassigned_at = assigned_at + interval '70 days'
        where unassigned_at is null and hashtext(id::text) % 4 = {salt}
    """,
    "stops of another day": """
        update outbound.trip_stops set completed_at = completed_at + interval '20 days'
        where status = 'completed' and hashtext(id::text) % 17 = {salt}
    """,
    "stops of other leads": """
        update outbound.trip_stops as s set lead_id = (
            select o.lead_id from outbound.trip_stops as o
            where o.org_id = s.org_id and o.lead_id is not null order by o.id limit 1
        ) where hashtext(id::text) % 19 = {salt}
    """,
    "stops that never were": "delete from outbound.trip_stops where hashtext(id::text) % 29 = {salt}",
    "wins of another day": """
        update outbound.lead_stage_changes set occurred_at = occurred_at - interval '25 days'
        where to_stage = 'WON' and hashtext(id::text) % 5 = {salt}
    """,
    "tasks of no cadence": """
        update outbound.tasks set enrollment_id = null, step_id = null where hashtext(id::text) % 9 = {salt}
    """,
    "trips of somebody else on another day": """
        update outbound.trips as t set completed_at = completed_at - interval '3 days', owner_id = (
            select m.user_id from outbound.memberships as m
            where m.org_id = t.org_id and m.role = 'SALES_REP' and m.user_id <> t.owner_id order by m.user_id limit 1
        ) where status = 'completed' and hashtext(id::text) % 13 = {salt}
    """,
    "moves of somebody else": """
        update outbound.lead_stage_changes as c set owner_id = (
            select m.user_id from outbound.memberships as m
            where m.org_id = c.org_id and m.role = 'SALES_REP' and m.user_id is distinct from c.owner_id
            order by m.user_id limit 1
        ) where to_stage in ('SCHEDULED', 'WON') and hashtext(id::text) % 11 = {salt}
    """,
    "trips called off": """
        update outbound.trips set status = 'cancelled', completed_at = null
        where status = 'completed' and hashtext(id::text) % 9 = {salt}
    """,
}
"""Late, corrected, repeated, reassigned, erased: what happens to a past. ``salt`` picks which rows."""


def change_history(engine: Engine, salt: int) -> None:
    """Applies every kind of change, each in its own transaction."""
    for statement in CHANGES.values():
        with engine.begin() as connection:
            connection.execute(text(statement.format(salt=salt)))
