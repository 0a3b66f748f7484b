"""Builds the models from the lake, and tests what was built."""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from outbound.errors import Conflict
from outbound.ids import uuid7
from outbound.lake.manifest import Lake, Manifest
from outbound.lake.tables import TOMBSTONES
from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.warehouse import documentation
from outbound.warehouse.dbt import PROJECT, NodeResult, Progress, run_dbt
from outbound.warehouse.engine import Engine, engine_of
from outbound.warehouse.errors import BuildFailed
from outbound.warehouse.state import EVERYONE, Build, Built, State, Verdict, code_of

_MODELLED = frozenset(
    {
        "activities", "addresses", "cadence_steps", "cadences", "campaigns", "door_changes",
        "lead_cadence_enrollments", "lead_stage_changes", "leads", "memberships", "messages", "onboarding_handoffs",
        "organisations", "prospect_imports", "tasks", "territories", "territory_assignments", "trip_stops", "trips",
    }
)  # fmt: skip
"""Tables of the lake that are sources of the models; the others wait for theirs."""

_EMPTY = "The lake is empty; run `outbound pipeline run` to extract and build."


def build(
    settings: Settings,
    progress: Progress | None = None,
    *,
    as_of: datetime | None = None,
    anew: bool = False,
) -> Build:
    """Brings the models up to the lake's last batch: new batches only, unless models, generation or a time zone
    changed, or ``anew`` is set.

    ``as_of`` is the moment that overdue leads and the current week are judged by (now). Raises
    :class:`BuildFailed`, and :class:`outbound.lake.errors.LakeDamaged` for files that are not what they were.
    """
    done, _ = _build(settings, progress, as_of=as_of, anew=anew, and_verify=False)
    return done


def verify(settings: Settings, build: Build, progress: Progress | None = None) -> Verdict:
    """Runs every data test on a build. Raises :class:`BuildFailed` when a test cannot run."""
    engine = engine_of(settings)
    with building(settings) as lock:
        require(engine, build)
        results = run_dbt(
            [_test_command(engine)],
            folder=_dbt_folder(settings, engine),
            environment=_environment(engine, build.base, build.batch_from),
            keep_open=[lock],
            progress=progress,
        )
        return _report(engine, build.build_id, results["test"])


def build_and_verify(
    settings: Settings,
    progress: Progress | None = None,
    *,
    as_of: datetime | None = None,
    anew: bool = False,
) -> tuple[Build, Verdict]:
    """:func:`build` and :func:`verify` in one process of dbt, which saves its start-up. Where the models are others
    than before, they are documented anew."""
    done, report = _build(settings, progress, as_of=as_of, anew=anew, and_verify=True)
    assert report is not None
    return done, report


def require(engine: Engine, build: Build) -> None:
    """Raises :class:`Conflict` when another build has taken this one's place."""
    if engine.build_id() != build.build_id:
        raise Conflict("Another build has replaced this one; run the pipeline again to test and publish it.")


@contextmanager
def whole_run(settings: Settings) -> Iterator[None]:
    """Held from a build to its publication, by any number of such runs: no part is built in between, which would take
    the place of what was tested."""
    with _of_whole_runs(settings, fcntl.LOCK_SH):
        yield


def build_part(
    settings: Settings, models: Collection[str], tests: Collection[str] = (), progress: Progress | None = None
) -> tuple[Mapping[str, float], Verdict]:
    """Brings some models and all that they are made of up to the lake's last batch, and runs these tests on them;
    without models, the tests alone on what was built last. Returns each model's seconds and the verdict.

    Nothing of it is published, and the next whole build begins where the last one ended, for the other models are
    still there. Waits for a whole run to end. Raises as :func:`build`.
    """
    with _of_whole_runs(settings, fcntl.LOCK_EX):
        return _build_part(settings, sorted(models), sorted(tests), progress)


@contextmanager
def _of_whole_runs(settings: Settings, how: int) -> Iterator[None]:
    private_folder(settings.warehouse_dir)
    with (settings.warehouse_dir / f".whole-{settings.warehouse}").open("w") as file:
        fcntl.flock(file, how)
        yield


@contextmanager
def building(settings: Settings) -> Iterator[int]:
    """Held by the one process that may build, test or publish. Yields the lock's descriptor."""
    private_folder(settings.warehouse_dir)
    with (settings.warehouse_dir / f".lock-{settings.warehouse}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _build(
    settings: Settings, progress: Progress | None, *, as_of: datetime | None, anew: bool, and_verify: bool
) -> tuple[Build, Verdict | None]:
    lake = Lake(settings.lake_dir)
    engine = engine_of(settings)
    code = code_of(PROJECT)
    with building(settings) as lock, lake.reading():
        manifest = lake.manifest()
        if manifest is None:
            raise BuildFailed(_EMPTY)
        state = _next(engine, lake, manifest, code, as_of or datetime.now(UTC), anew=anew)
        _begin(engine, lake, manifest, state)
        commands = [["run", "--target", engine.target, *_selection(lake, manifest, state.batch_from)]]
        edition = documentation.edition_of(PROJECT, engine.target)
        undocumented = and_verify and not documentation.is_current(settings, edition)
        if and_verify:
            commands.append(_test_command(engine))
        if undocumented:
            commands.append([*documentation.COMMAND, "--target", engine.target])
        folder = _dbt_folder(settings, engine)
        results = run_dbt(
            commands,
            folder=folder,
            environment=_environment(engine, state.base, state.batch_from),
            keep_open=[lock],
            progress=progress,
        )
        _raise_for_models(results["run"])
        engine.mark_built(Built(manifest.generation, state.batch_to, code))
        if undocumented:
            documentation.publish_documentation(settings, edition, folder / "target")
        done = Build(
            build_id=state.build_id,
            generation=state.generation,
            batch_from=state.batch_from,
            batch_to=state.batch_to,
            as_of=state.as_of,
            seconds={result.name: result.seconds for result in results["run"]},
            base=state.base,
        )
        return done, _report(engine, done.build_id, results["test"]) if and_verify else None


def _build_part(
    settings: Settings, models: Sequence[str], tests: Sequence[str], progress: Progress | None
) -> tuple[Mapping[str, float], Verdict]:
    lake = Lake(settings.lake_dir)
    engine = engine_of(settings)
    commands: list[list[str]] = []
    with building(settings) as lock, lake.reading():
        manifest = lake.manifest()
        if manifest is None:
            raise BuildFailed(_EMPTY)
        base, batch_from, build_id = manifest.base, 0, engine.build_id()
        if models:
            state = _next(engine, lake, manifest, code_of(PROJECT), datetime.now(UTC), anew=False)
            _begin(engine, lake, manifest, state)
            batch_from, build_id = state.batch_from, state.build_id
            anew = [] if batch_from else ["--full-refresh"]
            commands.append(["run", "--target", engine.target, *anew, "--select", *(f"+{each}" for each in models)])
        if build_id is None:
            raise BuildFailed("Nothing was built yet that could be tested; build the models first.")
        if tests:
            commands.append([*_test_command(engine), "--select", *tests])
        results = run_dbt(
            commands,
            folder=_dbt_folder(settings, engine),
            environment=_environment(engine, base, batch_from),
            keep_open=[lock],
            progress=progress,
        )
        built = results.get("run", [])
        _raise_for_models(built)
        return {each.name: each.seconds for each in built}, _report(engine, build_id, results.get("test", []))


def _begin(engine: Engine, lake: Lake, manifest: Manifest, state: State) -> None:
    """Looks through what is to be read, and shows it to dbt."""
    unread = [file for batch in manifest.batches if batch.number > state.batch_from for file in batch.files]
    lake.check(unread, whole=True)
    lake.check((file for batch in manifest.batches for file in batch.files), whole=False)
    if state.batch_from == 0:
        engine.begin_anew()
    engine.prepare(lake, manifest, state)


def _next(engine: Engine, lake: Lake, manifest: Manifest, code: str, as_of: datetime, *, anew: bool) -> State:
    built = None if anew else engine.built()
    follows = (
        built is not None
        and (built.generation, built.code) == (manifest.generation, code)
        and manifest.holds(built.batch)
        and not engine.zones_differ(lake, manifest)
    )
    return State(
        generation=manifest.generation,
        batch_from=built.batch if built is not None and follows else 0,
        batch_to=manifest.head.number,
        build_id=str(uuid7()),
        as_of=as_of,
        extracted_at=manifest.head.extracted_at,
        base=manifest.base,
    )


def _selection(lake: Lake, manifest: Manifest, batch_from: int) -> list[str]:
    """Everything anew, or only what lies downstream of the tables that new batches changed. What depends on the
    moment of the build lies downstream of ``lake.state``."""
    if batch_from == 0:
        return ["--full-refresh"]
    new = [file for batch in manifest.batches if batch.number > batch_from for file in batch.files]
    changed = {file.table for file in new} - {TOMBSTONES.name}
    for file in new:
        if file.table == TOMBSTONES.name:
            gone = pq.read_table(lake.path(file), columns=["table_name"])
            changed.update(gone.column("table_name").unique().to_pylist())
    return ["--select", *(f"source:lake.{table}+" for table in sorted(changed & _MODELLED)), "source:lake.state+"]


def _environment(engine: Engine, base: int, batch_from: int) -> dict[str, str]:
    return {
        **engine.environment,
        "OUTBOUND_WAREHOUSE": engine.target,
        "OUTBOUND_BASE_BATCH": str(base),
        "OUTBOUND_BUILT_BATCH": str(batch_from),
    }


def _dbt_folder(settings: Settings, engine: Engine) -> Path:
    return settings.warehouse_dir / f"dbt-{engine.target}"


def _test_command(engine: Engine) -> list[str]:
    return ["test", "--target", engine.target, "--exclude", "test_type:unit"]


def _raise_for_models(results: Sequence[NodeResult]) -> None:
    failed = [result for result in results if result.status == "error"]
    if failed:
        first = failed[0]
        reason = " ".join(first.message.split())
        raise BuildFailed(
            f"dbt could not build {', '.join(result.name for result in failed)}: {reason} "
            "What was published before stays."
        )


def _report(engine: Engine, build_id: str, results: Sequence[NodeResult]) -> Verdict:
    broken = [result for result in results if result.status not in {"pass", "fail", "warn"}]
    if broken:
        reason = " ".join(broken[0].message.split())
        raise BuildFailed(f"dbt could not run the test {broken[0].name}: {reason}")
    failed: dict[str, list[str]] = {}
    for result in results:
        if result.status == "fail":
            organisations = engine.organisations_in(result.sql)
            for org_id in sorted(organisations) if organisations else [EVERYONE]:
                failed.setdefault(org_id, []).append(result.name)
    return Verdict(
        build_id=build_id,
        passed=sum(result.status == "pass" for result in results),
        failed=failed,
    )
