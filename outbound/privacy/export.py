"""Everything that an organisation owns, as one ZIP that is written while it is read: nothing of it lies on a disk."""

# ruff: noqa: S608
# Names of tables and columns come from the catalogue; values are always parameters.

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import RawIOBase
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import NotFound
from outbound.ids import uuid7
from outbound.privacy.models import OrganisationExport
from outbound.privacy.rules import EXPORT_LASTS
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import Unreadable, open_position
from outbound.storage.database import Database
from outbound.storage.sealed_columns import ROW_ID, SEALED, UNSEALED

INTERNAL = frozenset(
    {
        "sessions", "refresh_tokens", "password_resets", "invitations", "captures", "tombstones", "departures",
        "lead_tokens", "sync_operations", "organisation_exports", "erasures", "sign_in_providers",
    }
)  # fmt: skip
"""Tables of the machinery: secrets, and what only this installation can use."""
_SECRET = frozenset({"xact", "digest", "erased_in", "left_xact", *(column for _, column in UNSEALED)})
_ROWS = 500
README = """\
Everything that this organisation owns in Outbound, as it was at one moment.

<table>.jsonl   the rows of a table, a JSON object a line; positions as {"lat", "lon"} in degrees (WGS 84),
                or "not readable" where the key they were sealed with is lost
files/<sha256>  attachments, by the hash that attachments.jsonl names
lists/<sha256>  uploaded lists, by the hash that prospect_imports.jsonl names
"""


def request_export(session: Session, now: datetime) -> OrganisationExport:
    """Leave to fetch an export for a while."""
    context = context_of(session)
    assert context.user_id is not None
    row = OrganisationExport(
        org_id=context.org_id, id=uuid7(), requested_by=context.user_id, expires_at=now + EXPORT_LASTS
    )
    session.add(row)
    session.flush()
    record(session, "organisation", context.org_id, "export requested", after={"export_id": str(row.id)})
    return row


def check_leave(session: Session, export_id: uuid.UUID, now: datetime) -> None:
    """Whether an export may be fetched now; the log says that it was. Raises :class:`NotFound`."""
    context = context_of(session)
    row = session.get(OrganisationExport, (context.org_id, export_id))
    if row is None or row.expires_at <= now:
        raise NotFound("There is no such export, or its time is over; ask for another.")
    record(session, "organisation", context.org_id, "exported", after={"export_id": str(export_id)})


def archive(database: Database, settings: Settings, org_id: uuid.UUID) -> Iterator[bytes]:
    """The ZIP in pieces: every table at one moment, and the files that its rows name."""
    sink = _Sink()
    with (
        database.as_job(org_id, source="export", one_snapshot=True) as session,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        packed.writestr("README.txt", README)
        for table in _tables(session):
            with packed.open(f"{table}.jsonl", "w", force_zip64=True) as entry:
                for lines in _lines(session, table, org_id):
                    entry.write(lines)
                    yield sink.taken()
        for folder, space, named in (
            ("files", "attachments", "select distinct sha256 from outbound.attachments where org_id = :org"),
            ("lists", "uploads", "select distinct file_sha256 from outbound.prospect_imports where org_id = :org"),
        ):
            store = open_store(settings, space)  # type: ignore[arg-type]
            for sha256 in session.scalars(text(named), {"org": org_id}).all():
                if store.size(org_id, sha256) is None:
                    continue  # announced and never sent, or no longer kept
                with packed.open(zipfile.ZipInfo(f"{folder}/{sha256}"), "w", force_zip64=True) as entry:
                    for piece in store.read(org_id, sha256):
                        entry.write(piece)
                        yield sink.taken()
    yield sink.taken()


def _tables(session: Session) -> list[str]:
    rows = session.scalars(
        text(
            "select c.table_name from information_schema.columns as c"
            " join information_schema.tables as t using (table_schema, table_name)"
            " where c.table_schema = 'outbound' and c.column_name = 'org_id' and t.table_type = 'BASE TABLE'"
            " order by 1"
        )
    )
    return ["organisations", "users", *(table for table in rows if table not in INTERNAL)]


def _lines(session: Session, table: str, org_id: uuid.UUID) -> Iterator[bytes]:
    columns = session.scalars(
        text(
            "select column_name from information_schema.columns where table_schema = 'outbound'"
            " and table_name = :table order by ordinal_position"
        ),
        {"table": table},
    ).all()
    hidden = _SECRET | {"password_hash"}
    listed = ", ".join(f't."{column}"' for column in columns if column not in hidden)
    sealed = [column for name, column in SEALED if name == table]
    where = {
        "organisations": "t.id = :org",
        "users": "t.id in (select user_id from outbound.memberships where org_id = :org)",
    }.get(table, "t.org_id = :org")
    rows = session.execute(
        text(
            f"select to_jsonb(r) - cast(:sealed as text[]) as shown{''.join(f', r.{column}' for column in sealed)}"
            f" from (select {listed} from outbound.{table} as t where {where}) as r"
        ),
        {"org": org_id, "sealed": sealed},
        execution_options={"yield_per": _ROWS},
    )
    for part in rows.mappings().partitions(_ROWS):
        yield b"".join(_line(session, org_id, row, sealed, ROW_ID.get(table, "id")) for row in part)


def _line(session: Session, org_id: uuid.UUID, row: Any, sealed: list[str], bound_to: str) -> bytes:
    shown = dict(row["shown"])
    for column in sealed:
        shown[column] = None
        if row[column] is not None:
            try:
                lat, lon = open_position(keys_of(session), org_id, uuid.UUID(shown[bound_to]), bytes(row[column]))
            except Unreadable:
                shown[column] = "not readable"
                continue
            shown[column] = {"lat": lat, "lon": lon}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class _Sink(RawIOBase):
    """Takes what is packed, until it is taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
