"""Publishes what passed its tests, an organisation at a time."""

from __future__ import annotations

from outbound.settings import Settings
from outbound.warehouse.build import building, require
from outbound.warehouse.dbt import Progress
from outbound.warehouse.engine import engine_of
from outbound.warehouse.state import Build, Publication, Verdict


def publish(settings: Settings, build: Build, verdict: Verdict, progress: Progress | None = None) -> Publication:
    """Publishes a tested build to every organisation whose data passed; the others keep what they have.

    Raises :class:`outbound.errors.Conflict` when the build was replaced meanwhile.
    """
    engine = engine_of(settings)
    with building(settings):
        require(engine, build)
        organisations = engine.organisations()
        held_back = {org_id: failures for org_id in organisations if (failures := verdict.failures_of(org_id))}
        passed = [org_id for org_id in organisations if org_id not in held_back]
        engine.publish(build.build_id, build.generation, passed, held_back, progress)
    return Publication(build.build_id, passed, held_back)
