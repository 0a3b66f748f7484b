"""What a build takes up, what it leaves behind, and what becomes of it. Light to import."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

EVERYONE = "*"
"""Stands for every organisation where a failed test names none."""


@dataclass(frozen=True)
class State:
    """One build: batches after ``batch_from`` up to ``batch_to``; from 0, everything is built anew."""

    generation: str
    batch_from: int
    batch_to: int
    build_id: str
    as_of: datetime
    extracted_at: datetime
    base: int
    """The lake's first batch."""


@dataclass(frozen=True)
class Built:
    """What the models hold. ``code`` digests the models themselves."""

    generation: str
    batch: int
    code: str


@dataclass(frozen=True)
class Build:
    """What was built. ``seconds`` maps each model to its time, dbt's start-up apart; ``base`` is the lake's first
    batch."""

    build_id: str
    generation: str
    batch_from: int
    batch_to: int
    as_of: datetime
    seconds: Mapping[str, float]
    base: int = 1

    @property
    def full(self) -> bool:
        return self.batch_from == 0


@dataclass(frozen=True)
class Verdict:
    """Which tests ran on a build, and which organisations failed which. ``failed`` has the key ``EVERYONE`` for
    tests whose rows name no organisation."""

    build_id: str
    passed: int
    failed: Mapping[str, Sequence[str]]

    def failures_of(self, org_id: str) -> list[str]:
        """The tests that keep this organisation from being published."""
        return [*self.failed.get(EVERYONE, ()), *self.failed.get(org_id, ())]


@dataclass(frozen=True)
class Publication:
    """Which organisations see the new build, and which keep their last good one, with the tests they failed."""

    build_id: str
    published: Sequence[str]
    held_back: Mapping[str, Sequence[str]] = field(default_factory=dict)


def named_in(org_ids: Sequence[uuid.UUID | None]) -> set[str] | None:
    """The organisations that rows name; none: one names nobody, so it may be anybody's."""
    return None if None in org_ids else {str(org_id) for org_id in org_ids}


def zones_query(build: str) -> str:
    """Whether a zone differs between what was built (in schema ``build``) and the lake as shown now."""
    return (
        f"select exists (select 1 from {build}.stg_organisations as built"  # noqa: S608
        " join lake.organisations as now on built.org_id = now.org_id where built.zone <> now.zone)"
        f" or exists (select 1 from {build}.stg_territories as built join lake.territories as now"
        " on built.org_id = now.org_id and built.id = now.id"
        " where now.batch > built.batch and built.zone <> now.zone)"
    )


def code_of(project: Path) -> str:
    """A digest of the models, macros and tools: another one means that everything is built anew."""
    digest = hashlib.sha256()
    for path in sorted(_sources(project)):
        digest.update(str(path.relative_to(project)).encode())
        digest.update(path.read_bytes())
    for package in ("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:16]


def _sources(project: Path) -> Iterator[Path]:
    yield project / "dbt_project.yml"
    for folder in ("models", "macros"):
        yield from (path for path in (project / folder).rglob("*.sql"))
