"""What is swept: what nobody completed and files that no row names; never what a row names, or is about to."""

from __future__ import annotations

import io
import os
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from outbound.attachments import media, service, store
from outbound.attachments.models import Attachment
from outbound.attachments.store import Swept, drop_organisation, drop_unused, sweep_attachments
from outbound.ids import uuid7
from outbound.settings import Settings
from outbound.storage.blobs import Blob, BlobStore, open_store
from outbound.storage.database import Database
from outbound.vocabulary import MediaType
from tests.support.franchise import Franchise
from tests.support.photos import PDF

LATER = datetime.now(UTC) + timedelta(days=9)
LIMITS = service.Limits(1_000_000, 1_000_000)


@pytest.fixture
def blobs(settings: Settings) -> BlobStore:
    return open_store(settings)


@pytest.fixture
def attach(franchise: Franchise, blobs: BlobStore, tmp_path: Path) -> Callable[[bytes], Attachment]:
    def attach(content: bytes) -> Attachment:
        path = tmp_path / "sent.pdf"
        path.write_bytes(content)
        with franchise.as_member(franchise.rep) as session:
            draft = service.AttachmentDraft(uuid7(), franchise.leads_in(franchise.north_west)[0], Blob("0" * 64, 1))
            clean = media.Clean(path, MediaType.PDF)
            return service.attach(session, blobs, draft, clean, datetime.now(UTC))[0]

    return attach


def kept(blobs: BlobStore) -> set[str]:
    return {each.sha256 for each in blobs.walk()}


def test_only_what_no_row_names_is_swept_and_only_once_it_is_old(
    database: Database, franchise: Franchise, blobs: BlobStore, attach: Callable[[bytes], Attachment]
):
    named = attach(PDF)
    orphan = blobs.put(franchise.org_id, io.BytesIO(b"nobody's"), limit=100)
    assert sweep_attachments(database, blobs, datetime.now(UTC)) == Swept()
    assert kept(blobs) == {named.sha256, orphan.sha256}
    assert sweep_attachments(database, blobs, LATER) == Swept(blobs=1)
    assert kept(blobs) == {named.sha256}
    assert sweep_attachments(database, blobs, LATER) == Swept()


def test_what_was_announced_and_never_completed_goes_with_its_bytes(
    database: Database, franchise: Franchise, blobs: BlobStore
):
    lead_id = franchise.leads_in(franchise.north_west)[0]
    with franchise.as_member(franchise.rep) as session:
        draft = service.AttachmentDraft(uuid7(), lead_id, Blob("0" * 64, 5))
        row, _ = service.announce(session, draft, MediaType.JPEG, LIMITS)
    blobs.stage(franchise.org_id, row.id, io.BytesIO(b"bytes"), limit=100)
    (blobs.workspace / "left-by-a-crash").write_bytes(b"x")
    os.utime(blobs.workspace / "left-by-a-crash", (0, 0))
    assert sweep_attachments(database, blobs, LATER) == Swept(pending=1, staged=1, unfinished=1)
    with franchise.admin() as session:
        assert session.get(Attachment, (franchise.org_id, row.id)) is None
        actions = session.scalars(
            text("select action from outbound.audit_entries where entity_id = :id order by id"), {"id": row.id}
        )
        assert list(actions) == ["announced", "expired"]


def test_what_another_database_keeps_in_the_same_place_is_left_alone(database: Database, blobs: BlobStore):
    stranger = uuid7()
    blob = blobs.put(stranger, io.BytesIO(b"theirs"), limit=100)
    sweep_attachments(database, blobs, LATER)
    assert kept(blobs) == {blob.sha256}


def test_a_sweep_waits_for_a_transaction_that_is_about_to_name_a_file(
    database: Database, franchise: Franchise, blobs: BlobStore
):
    blob = blobs.put(franchise.org_id, io.BytesIO(PDF), limit=100)
    dropped: list[int] = []
    sweep = threading.Thread(
        target=lambda: dropped.append(drop_unused(database, blobs, franchise.org_id, [blob.sha256]))
    )
    with franchise.as_member(franchise.rep) as session:
        store.hold_store(session)
        sweep.start()
        sweep.join(timeout=0.3)
        assert sweep.is_alive()
        session.add(
            Attachment(
                org_id=franchise.org_id,
                lead_id=franchise.leads_in(franchise.north_west)[0],
                uploaded_by=franchise.rep.id,
                state="stored",
                file_name="a.pdf",
                media_type="application/pdf",
                sha256=blob.sha256,
                size=blob.size,
            )
        )
    sweep.join(timeout=10)
    assert dropped == [0]
    assert kept(blobs) == {blob.sha256}


def test_an_erasure_takes_all_of_a_lead_and_leaves_what_others_name(
    database: Database, franchise: Franchise, blobs: BlobStore, attach: Callable[[bytes], Attachment], tmp_path: Path
):
    shared, own = attach(PDF), attach(PDF + b"%%EOF")
    with franchise.as_member(franchise.owner) as session:
        path = tmp_path / "sent.pdf"
        path.write_bytes(PDF)
        draft = service.AttachmentDraft(uuid7(), franchise.leads_in(franchise.south_west)[0], Blob("0" * 64, 1))
        service.attach(session, blobs, draft, media.Clean(path, MediaType.PDF), datetime.now(UTC))
    with franchise.as_job() as session:
        hashes = service.delete_all_of(session, shared.lead_id)
    assert set(hashes) == {shared.sha256, own.sha256}
    assert drop_unused(database, blobs, franchise.org_id, hashes) == 1
    assert kept(blobs) == {shared.sha256}


def test_an_organisation_that_goes_takes_its_files_and_no_others(blobs: BlobStore):
    mine, theirs = uuid7(), uuid7()
    for org_id in (mine, theirs):
        blobs.put(org_id, io.BytesIO(PDF), limit=100)
        blobs.stage(org_id, uuid.uuid4(), io.BytesIO(PDF), limit=100)
    assert drop_organisation(blobs, mine) == 1
    assert {each.org_id for each in blobs.walk()} == {theirs}
    assert list(blobs.walk_staged(mine)) == []
    assert len(list(blobs.walk_staged(theirs))) == 1
