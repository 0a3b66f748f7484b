"""The demo's public door: a fictional franchise with its history, a small second one beside it, and their map."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from outbound.audit.models import AuditEntry
from outbound.demo import audit_records, field_records, later_records, lead_records
from outbound.demo.basemap import FILE_NAME, write_basemap
from outbound.demo.book import Book
from outbound.demo.franchise import Sign, make_cast, write_franchise
from outbound.demo.history import build_history
from outbound.demo.town import INDIANA, KANSAS, Site, Town, build_town
from outbound.demo.writer import MANY, Writer, writing
from outbound.errors import Conflict
from outbound.identity.service import hash_password, slug_of
from outbound.ids import uuid7_at
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.home import private_folder

PASSWORD = "demo"  # noqa: S105 (the demo's, and known to all)
SECOND_NAME = "Riverbend Lawn"
_AUDITED = MANY
"""Up to so many activities the audit log is written too; beyond it a load is for measuring."""

Progress = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Parameters:
    """What makes one demo different from another, but for the moment it is seen from."""

    doors: int
    reps: int
    days: int
    seed: int
    activities: int | None


@dataclass(frozen=True)
class Loaded:
    """The demo's organisations, the main one first, and how many rows were written (none when it was there)."""

    organisations: tuple[uuid.UUID, uuid.UUID]
    rows: dict[str, int]


@dataclass(frozen=True)
class _Part:
    """One organisation of the demo."""

    name: str | None
    sign: Sign
    site: Site
    doors: int
    reps: int
    seed: int
    activities: int | None


def load_demo(
    database: Database,
    settings: Settings,
    *,
    doors: int = 5_000,
    reps: int = 8,
    days: int = 90,
    seed: int = 1,
    as_of: datetime | None = None,
    activities: int | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Load the demo in one transaction and write its basemap; where it is loaded already, do nothing.

    The history ends at `as_of` (default: now). With `activities`, about that many come out. Raises Conflict where
    a demo of other parameters or a real franchise is in the database, Invalid for sizes out of range.
    """
    wanted = Parameters(doors, reps, days, seed, activities)
    told = progress or _silent
    main, second = _parts(wanted)
    known = _loaded_already(database, wanted)
    if known is not None:
        if not (settings.maps_dir / FILE_NAME).exists():
            told("map", None)
            write_basemap([_town(main), _town(second)], settings.maps_dir)
        return Loaded(known, {})
    moment = as_of or datetime.now(UTC)
    told("towns", None)
    towns = [_town(main), _town(second)]
    with _basemap_beside(towns, settings.maps_dir, told):
        password_hash = hash_password(PASSWORD)
        made = []
        for part, town in zip((main, second), towns, strict=True):
            told("history", None)
            history = build_history(
                town, reps=part.reps, days=days, seed=part.seed, as_of=moment, activities=part.activities
            )
            made.append((part, town, history, np.random.default_rng([part.seed, 200])))
        casts = [make_cast(town, history, rng) for _, town, history, rng in made]
        with writing(database, casts[0].org_id, len(made[0][2].activities), told) as writer:
            for (part, town, history, rng), cast in zip(made, casts, strict=True):
                name = part.name or f"Yardura {town.name}"
                write_franchise(
                    writer,
                    cast,
                    town,
                    history,
                    name=name,
                    slug=slug_of(name),
                    sign=part.sign,
                    password_hash=password_hash,
                    keys=database.keys,
                    rng=rng,
                )
                book = Book(writer, cast, town, history, database.keys, rng)
                _write_history(book, audited=len(history.activities) <= _AUDITED)
                _remember(writer, cast.org_id, wanted, moment, rng)
    return Loaded((casts[0].org_id, casts[1].org_id), writer.written)


@contextmanager
def _basemap_beside(towns: list[Town], maps_dir: Path, told: Progress) -> Iterator[None]:
    """The basemap is drawn while the rows are written, and put in its place only when they are."""
    private_folder(maps_dir)
    with tempfile.TemporaryDirectory(dir=maps_dir, prefix=".demo-") as folder, ThreadPoolExecutor(1) as artist:
        drawn = artist.submit(write_basemap, towns, Path(folder))
        yield
        told("map", None)
        drawn.result().replace(maps_dir / FILE_NAME)


def _write_history(book: Book, *, audited: bool) -> None:
    changes = lead_records.changes_of(book.history, book.cast)
    lead_records.write_imports(book)
    lead_records.write_leads(book, changes)
    field_records.write_trips(book)
    field_records.write_activities(book)
    lead_records.write_changes(book, changes)
    later_records.write_cadences(book)
    later_records.write_tasks(book)
    later_records.write_handoffs(book, changes)
    field_records.write_shifts(book)
    if audited:
        audit_records.write_audit(book, changes)


def _silent(phase: str, share: float | None) -> None:
    pass


def _parts(wanted: Parameters) -> tuple[_Part, _Part]:
    main = _Part(
        None,
        Sign("owner@demo.test", "manager@demo.test", "ops@demo.test", "rep{n}@demo.test"),
        INDIANA,
        wanted.doors,
        wanted.reps,
        wanted.seed,
        wanted.activities,
    )
    second = _Part(
        SECOND_NAME,
        Sign("owner2@demo.test", "manager2@demo.test", "ops2@demo.test", "riverbend.rep{n}@demo.test"),
        KANSAS,
        int(np.clip(wanted.doors // 8, 200, 900)),
        2,
        wanted.seed + 1,
        None,
    )
    return main, second


def _town(part: _Part) -> Town:
    return build_town(part.doors, part.seed, site=part.site)


def _loaded_already(database: Database, wanted: Parameters) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The demo's organisations if this very demo is there. Raises Conflict for another one or a real franchise."""
    known = database.organisations()
    real = [organisation.name for organisation in known if not organisation.is_demo]
    if real:
        raise Conflict(f"This database holds a real franchise ({real[0]}); load the demo into another OUTBOUND_HOME.")
    if not known:
        return None
    second = next((o.id for o in known if o.name == SECOND_NAME), None)
    main = next((o.id for o in known if o.name != SECOND_NAME), None)
    if main is None or second is None:
        raise Conflict("This database holds an incomplete demo; load it into another OUTBOUND_HOME.")
    with database.as_job(main, source="demo") as session:
        held = session.scalars(
            select(AuditEntry.after).where(AuditEntry.entity_id == main, AuditEntry.action == "loaded")
        ).first()
    given = {name: held[name] if held else None for name in asdict(wanted)}
    if given != asdict(wanted):
        raise Conflict(
            f"Another demo is loaded here ({_words(given)}, not {_words(asdict(wanted))}); "
            "ask for the same, or load it into another OUTBOUND_HOME."
        )
    return main, second


def _words(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in parameters.items() if value is not None)


def _remember(
    writer: Writer, org_id: uuid.UUID, wanted: Parameters, moment: datetime, rng: np.random.Generator
) -> None:
    writer.session.execute(
        insert(AuditEntry).values(
            org_id=org_id,
            id=uuid7_at(moment, rng),
            occurred_at=moment,
            entity="organisation",
            entity_id=org_id,
            action="loaded",
            after={**asdict(wanted), "as_of": moment.isoformat()},
            source="demo",
        )
    )
