"""The whole pipeline, composed once: extract; then build, test, publish, tell, compact. The command runs it as it is,
Dagster's assets show its outcomes one by one."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from outbound.lake.compact import compact
from outbound.lake.extract import Extraction, extract
from outbound.lake.manifest import Lake, Manifest
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.build import build_and_verify, build_part, whole_run
from outbound.warehouse.dbt import Progress
from outbound.warehouse.engine import engine_of
from outbound.warehouse.errors import DataTestsFailed
from outbound.warehouse.noted import NotedRun, note
from outbound.warehouse.publish import publish
from outbound.warehouse.state import Build, Publication, Verdict
from outbound.warehouse.telling import full_disk_in_a_sentence, tell, telling_of_failure


@dataclass(frozen=True)
class Tested:
    """What was built, and which organisations failed which tests; nothing of it is published yet."""

    build: Build
    verdict: Verdict


@dataclass(frozen=True)
class Compaction:
    """The lake, its batches merged as far as the build has taken them up."""

    manifest: Manifest


@dataclass(frozen=True)
class PipelineResult:
    """What one run did."""

    extraction: Extraction
    build: Build
    tests: Verdict
    publication: Publication
    seconds: float


def extracted(database: Database, settings: Settings, progress: Progress | None = None) -> Extraction:
    """The first step: the lake gains what changed. A failure is left in every organisation's state. Raises
    :class:`outbound.errors.Unavailable`."""
    with telling_of_failure(database, settings):
        return extract(database, settings, progress)


def figures(
    database: Database, settings: Settings, progress: Progress | None = None, *, anew: bool = False
) -> Iterator[Tested | Publication | Compaction]:
    """The other steps, from the lake to what people read, each outcome told as soon as it is there.

    Organisations whose data fails a test keep their last good build, and their owners are told; the others are
    published. Then :class:`DataTestsFailed` is raised, naming the tests. Raises
    :class:`outbound.warehouse.errors.BuildFailed`, :class:`outbound.lake.errors.LakeDamaged` (the next run heals it),
    :class:`outbound.errors.Unavailable`, and :class:`outbound.errors.Conflict` where another run has overtaken this
    one, all before anything is published.
    """
    with telling_of_failure(database, settings), whole_run(settings):
        build, verdict = build_and_verify(settings, progress, anew=anew)
        yield Tested(build, verdict)
        publication = publish(settings, build, verdict, progress)
        tell(database, settings, publication)
    yield publication
    compacted = compact_lake(settings, whole=anew)
    if compacted:
        yield Compaction(compacted)
    raise_for_held_back(publication)


def run_pipeline(database: Database, settings: Settings, progress: Progress | None = None) -> PipelineResult:
    """Takes every committed change to the published marts, and leaves a note of it for Dagster. Raises as
    :func:`extracted` and :func:`figures` do."""
    started = time.monotonic()
    extraction = extracted(database, settings, progress)
    tested: Tested | None = None
    publication: Publication | None = None
    try:
        for outcome in figures(database, settings, progress):
            match outcome:
                case Tested():
                    tested = outcome
                case Publication():
                    publication = outcome
    finally:
        if tested:
            note(
                settings,
                NotedRun(datetime.now(UTC), extraction.rows, tested.build, tested.verdict, publication),
            )
    assert tested
    assert publication
    return PipelineResult(extraction, tested.build, tested.verdict, publication, time.monotonic() - started)


def part(
    database: Database, settings: Settings, models: Collection[str], tests: Collection[str]
) -> tuple[Mapping[str, float], Verdict]:
    """Some models and all that they need, from the lake as it is; where there is none yet, it is taken first. See
    :func:`outbound.warehouse.build.build_part`."""
    take_first(database, settings)
    with full_disk_in_a_sentence(settings):
        return build_part(settings, models, tests)


def take_first(database: Database, settings: Settings) -> None:
    """Extracts where nothing was extracted yet."""
    if Lake(settings.lake_dir).manifest() is None:
        extracted(database, settings)


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
