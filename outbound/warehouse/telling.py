"""Says what became of a run: in the state that dashboards read, and to owners whose own rows hold figures back."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import duckdb
import psycopg
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from outbound.errors import Conflict, OutboundError, Unavailable
from outbound.identity.models import Membership
from outbound.notifications.service import notify
from outbound.settings import Settings
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.vocabulary import FiguresState, NotificationKind, Role
from outbound.warehouse import outcomes
from outbound.warehouse.engine import engine_of
from outbound.warehouse.outcomes import Outcome
from outbound.warehouse.state import Publication

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STAYS = "What was published before stays."
_FULL_WORDS = ("no space left on device", "disk quota exceeded", "file too large", "max_temp_directory_size")


@contextmanager
def telling_of_failure(database: Database, settings: Settings) -> Iterator[None]:
    """Marks a run, and leaves a sentence in every organisation's state where it fails. Errors go on to whoever
    called; a full disk as :class:`Unavailable`."""
    with outcomes.run_marked(settings):
        try:
            with full_disk_in_a_sentence(settings):
                yield
        except Conflict:
            raise  # another run took this one's place, and tells of itself
        except OutboundError as error:
            _tell_everyone(database, settings, error.message)
            raise
        except Exception as error:
            _tell_everyone(database, settings, f"The run ended with an error ({type(error).__name__}). {_STAYS}")
            raise


def tell(database: Database, settings: Settings, publication: Publication, now: datetime | None = None) -> None:
    """Writes each organisation's state, and tells the owners of those whose rows began to fail tests, or fail others
    than before."""
    now, engine = now or datetime.now(UTC), engine_of(settings)
    told = {uuid.UUID(org_id): outcomes.published(now) for org_id in publication.published}
    told |= {uuid.UUID(org_id): outcomes.held_back(now, tests) for org_id, tests in publication.held_back.items()}
    before = engine.read_outcomes(told)
    for org_id, outcome in told.items():
        last = before.get(org_id)
        if outcome.state is FiguresState.HELD_BACK and (last is None or last.tests != outcome.tests):
            _tell_owners(database, org_id, outcome)
    engine.write_outcomes({org_id: outcome.after(before.get(org_id)) for org_id, outcome in told.items()})


def _tell_owners(database: Database, org_id: uuid.UUID, outcome: Outcome) -> None:
    with database.as_job(org_id, source="pipeline") as session:
        owners = session.scalars(
            select(Membership.user_id).where(
                Membership.org_id == context_of(session).org_id,
                Membership.role == Role.FRANCHISE_OWNER,
                Membership.active,
            )
        )
        for owner in owners.all():
            notify(
                session,
                owner,
                NotificationKind.FIGURES_HELD_BACK,
                payload={"tests": list(outcome.tests), "since": outcome.since.isoformat()},
            )


def _tell_everyone(database: Database, settings: Settings, reason: str) -> None:
    """As far as that is possible: what failed may be the database, or the disk."""
    now = datetime.now(UTC)
    try:
        organisations = [each.id for each in database.organisations()]
    except (OutboundError, SQLAlchemyError):
        organisations = outcomes.organisation_folders(settings)
    with suppress(OSError, psycopg.Error, OutboundError):
        engine = engine_of(settings)
        before = engine.read_outcomes(organisations)
        outcome = outcomes.failed(now, reason)
        engine.write_outcomes({org_id: outcome.after(before.get(org_id)) for org_id in organisations})


@contextmanager
def full_disk_in_a_sentence(settings: Settings) -> Iterator[None]:
    """Raises :class:`Unavailable` for any way in which a full disk or a quota is told."""
    try:
        yield
    except (OutboundError, OSError, duckdb.Error, psycopg.Error, SQLAlchemyError) as error:
        if not _is_full_disk(error):
            raise
        raise Unavailable(
            f"There is no room left to write below {settings.home}; make room, then run the pipeline again. {_STAYS}"
        ) from error


def _is_full_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)
