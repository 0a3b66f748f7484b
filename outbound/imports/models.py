from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import REAL, BigInteger, Double, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    SCHEMA,
    Base,
    Extracted,
    TenantChildKey,
    TenantKey,
    Timestamps,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import ImportPhase, ImportSource, ImportStatus, LocationSource, MatchDecision, RowFate


class ProspectImport(Base, TenantKey, Extracted):
    """One file taken in. ``stats`` holds figures to be shown: its counts, the mapping that was used, seconds."""

    __tablename__ = "prospect_imports"
    __table_args__ = (
        member_reference("uploaded_by"),
        one_of("source", ImportSource),
        one_of("status", ImportStatus),
        one_of("phase", ImportPhase),
        Index("ix_prospect_imports_status", "org_id", "status"),
    )

    uploaded_by: Mapped[uuid.UUID]
    source: Mapped[ImportSource]
    status: Mapped[ImportStatus] = mapped_column(server_default=text("'processing'"))
    stats: Mapped[dict[str, Any] | None]
    columns: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What was said of the columns of the list, by field: it is read by that, and known by it with its hash."""
    file_url: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    phase: Mapped[ImportPhase | None]
    """The phase that is to be run next; none for imports from before there were phases."""
    options: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What was asked for: ``review``, ``cadence_id``, ``campaign_id``."""
    turn: Mapped[int] = mapped_column(server_default="1")
    """How often it was set going: each time is one run."""


class ImportReject(Base, TenantChildKey):
    """A row that could not be used, with its line in the file and the reason."""

    __tablename__ = "import_rejects"
    __table_args__ = (
        tenant_reference("import_id", "prospect_imports", on_delete="CASCADE"),
        Index("ix_import_rejects_import", "org_id", "import_id", "line"),
    )

    import_id: Mapped[uuid.UUID]
    line: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    raw: Mapped[dict[str, Any]]


class ImportRow(Base, Timestamps):
    """A row of a list with its fate, before and after it is written; kept as long as the import can be undone."""

    __tablename__ = "import_rows"
    __table_args__ = (
        tenant_reference("import_id", "prospect_imports", on_delete="CASCADE"),
        tenant_reference("matched_lead_id", "leads", on_delete="SET NULL"),
        one_of("fate", RowFate),
        one_of("location_source", LocationSource),
        one_of("decision", MatchDecision),
        Index(
            "ix_import_rows_matched_lead",
            "org_id",
            "matched_lead_id",
            postgresql_where=text("matched_lead_id is not null"),
        ),
    )

    org_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    import_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Of the file, 1 is the first."""
    fate: Mapped[RowFate | None]
    """None as long as nobody has judged it."""
    reason: Mapped[str | None]
    notes: Mapped[list[Any] | None]
    """Texts: what was mended in it or left out of it, each in words without a value."""
    raw: Mapped[dict[str, Any] | None]
    house_number: Mapped[str | None]
    street: Mapped[str | None]
    unit: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    postcode: Mapped[str | None]
    canonical: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str | None]
    external_ref: Mapped[str | None]
    yard_size_sqft: Mapped[int | None]
    position: Mapped[bytes | None]
    """Sealed for ``door_id``."""
    cell: Mapped[int | None] = mapped_column(BigInteger)
    location_source: Mapped[LocationSource | None]
    location_accuracy: Mapped[float | None] = mapped_column(Double)
    """Metres."""
    location_confidence: Mapped[float | None] = mapped_column(REAL)
    """0 to 1."""
    territory_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID | None]
    door_id: Mapped[uuid.UUID | None]
    """Of the address that is added, where its line is not there already."""
    lead_id: Mapped[uuid.UUID | None]
    """Of the lead that is added; none exists under it before."""
    change_id: Mapped[uuid.UUID | None]
    matched_lead_id: Mapped[uuid.UUID | None]
    """The lead of the base that it is, or may be."""
    matched_line: Mapped[int | None] = mapped_column(BigInteger)
    """The row of the file that stands for it, or may."""
    match_score: Mapped[float | None] = mapped_column(REAL)
    match_evidence: Mapped[dict[str, Any] | None]
    decision: Mapped[MatchDecision | None]
    written_at: Mapped[datetime | None]


class ImportChange(Base, TenantChildKey):
    """What an import did to a row that was there before (``columns``: what it filled, ``former``: what stood there),
    or added beside its leads."""

    __tablename__ = "import_changes"
    __table_args__ = (
        tenant_reference("import_id", "prospect_imports", on_delete="CASCADE"),
        Index("ix_import_changes_import", "org_id", "import_id", "entity", "entity_id"),
    )

    import_id: Mapped[uuid.UUID]
    line: Mapped[int | None] = mapped_column(BigInteger)
    entity: Mapped[str]
    entity_id: Mapped[uuid.UUID]
    columns: Mapped[list[Any] | None]
    former: Mapped[dict[str, Any] | None]
    former_position: Mapped[bytes | None]
    """Sealed for ``entity_id``."""
    version: Mapped[int | None]
    """Of the row after the change, where it counts versions."""


class ImportProgress(Base, Timestamps):
    """How far the phase is that runs, or ran last."""

    __tablename__ = "import_progress"
    __table_args__ = (tenant_reference("import_id", "prospect_imports", on_delete="CASCADE"),)

    org_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    import_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    phase: Mapped[str]
    rows: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    share: Mapped[float | None] = mapped_column(REAL)
    """Of the phase, 0 to 1, where it can be told."""
    rate: Mapped[float | None] = mapped_column(REAL)
    """Rows a second."""
    seconds_left: Mapped[float | None] = mapped_column(REAL)
    began_at: Mapped[datetime]


class ImportMapping(Base, Timestamps):
    """Which column held what in a list of one source: suggested the next time."""

    __tablename__ = "import_mappings"
    __table_args__ = (member_reference("created_by_id"),)

    org_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.organisations.id", ondelete="CASCADE"), primary_key=True
    )
    source_key: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[dict[str, Any]]
    uses: Mapped[int] = mapped_column(server_default="1")
    used_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID | None]
