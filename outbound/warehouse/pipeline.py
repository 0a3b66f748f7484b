"""The whole pipeline as one use-case: extract, build, test, publish, compact."""

from __future__ import annotations

import time
from dataclasses import dataclass

from outbound.lake.compact import compact
from outbound.lake.extract import Extraction, extract
from outbound.lake.manifest import Lake, Manifest
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.build import Build, Verdict, build_and_verify
from outbound.warehouse.dbt import Progress
from outbound.warehouse.engine import engine_of
from outbound.warehouse.errors import DataTestsFailed
from outbound.warehouse.publish import Publication, publish
from outbound.warehouse.telling import full_disk_in_a_sentence, tell, telling_of_failure


@dataclass(frozen=True)
class PipelineResult:
    """What one run did."""

    extraction: Extraction
    build: Build
    tests: Verdict
    publication: Publication
    seconds: float


def run_pipeline(database: Database, settings: Settings, progress: Progress | None = None) -> PipelineResult:
    """Takes every committed change to the published marts.

    Organisations whose data fails a test keep their last good build, and their owners are told; the others are
    published. Then :class:`DataTestsFailed` is raised, naming the tests. Raises
    :class:`outbound.warehouse.errors.BuildFailed`, :class:`outbound.lake.errors.LakeDamaged` (the next run heals it)
    and :class:`outbound.errors.Unavailable`, all before anything is published.
    """
    started = time.monotonic()
    with telling_of_failure(database, settings):
        extraction = extract(database, settings, progress)
        build, tests = build_and_verify(settings, progress)
        publication = publish(settings, build, tests, progress)
        tell(database, settings, publication)
    compact_lake(settings)
    raise_for_held_back(publication)
    return PipelineResult(extraction, build, tests, publication, time.monotonic() - started)


def compact_lake(settings: Settings, *, whole: bool = False) -> Manifest | None:
    """Merges what the build has taken up, where that is due; see :func:`outbound.lake.compact.compact`.

    Raises :class:`outbound.errors.Unavailable` when there is no room; nothing is lost by that.
    """
    with full_disk_in_a_sentence(settings):
        built = engine_of(settings).built()
        return compact(Lake(settings.lake_dir), built.batch, whole=whole) if built else None


def raise_for_held_back(publication: Publication) -> None:
    """Raises :class:`DataTestsFailed` when an organisation's data kept it from being published."""
    if publication.held_back:
        names = sorted({name for tests in publication.held_back.values() for name in tests})
        raise DataTestsFailed(
            f"{len(publication.held_back)} of {len(publication.held_back) + len(publication.published)} organisations"
            f" were not published, their data failed {', '.join(names)}. What was published before stays;"
            " look at the rows that these tests select, correct them and run the pipeline again.",
            publication.held_back,
        )
