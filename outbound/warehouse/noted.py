"""What runs of the command line did, left in ``OUTBOUND_HOME/warehouse/runs`` for Dagster, which did not start them and
shows them as its own (asset materialisations without a run). Nothing is lost where Dagster is not up."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.warehouse.state import Build, Publication, Verdict

KEPT = 24
"""Of runs that nobody has shown yet: where Dagster is never started, they must not pile up."""


@dataclass(frozen=True)
class NotedRun:
    """A run of the pipeline; no publication: it ended before that. ``rows`` is what it extracted."""

    ended_at: datetime
    rows: int
    build: Build
    verdict: Verdict
    publication: Publication | None


def note(settings: Settings, run: NotedRun) -> None:
    """Leaves it to be shown."""
    folder = _folder(settings)
    private_folder(folder)
    plain = asdict(run)
    file = folder / f"{run.build.build_id}.json"
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(plain, default=datetime.isoformat))
    partial.replace(file)
    for old in _files(settings)[:-KEPT]:
        old.unlink(missing_ok=True)


def noted(settings: Settings, after: str = "") -> Iterator[NotedRun]:
    """Runs whose build is newer than ``after``, in order."""
    for file in _files(settings):
        if file.stem > after:
            plain = json.loads(file.read_text())
            build = plain["build"]
            yield NotedRun(
                ended_at=datetime.fromisoformat(plain["ended_at"]).astimezone(UTC),
                rows=plain["rows"],
                build=Build(**{**build, "as_of": datetime.fromisoformat(build["as_of"])}),
                verdict=Verdict(**plain["verdict"]),
                publication=Publication(**plain["publication"]) if plain["publication"] else None,
            )


def forget(settings: Settings, up_to: str) -> None:
    """Removes those that were shown."""
    for file in _files(settings):
        if file.stem <= up_to:
            file.unlink(missing_ok=True)


def forget_of(settings: Settings, org_id: uuid.UUID) -> None:
    """Removes those that name an organisation, which is deleted: what they did for others is not shown then."""
    for file in _files(settings):
        if str(org_id) in file.read_text():
            file.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.warehouse_dir / "runs"


def _files(settings: Settings) -> list[Path]:
    """Named after their builds, whose ids are ordered by time."""
    return sorted(_folder(settings).glob("*.json"))
