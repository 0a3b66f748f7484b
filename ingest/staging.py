"""Rows of a list into ``import_rows``: identifiers, sealed positions and cells are made here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ingest.chunks import Original
from ingest.validate import Prospect, Reject
from outbound.geo.cells import cells_at
from outbound.geocoding.rules import FILE_ACCURACY, FILE_CONFIDENCE
from outbound.ids import uuid7_array
from outbound.storage.bulk import copy_columns
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import seal_position
from outbound.vocabulary import LocationSource, RowFate

_PARTS = ("house_number", "street", "unit", "city", "state", "postcode")
_FIELDS = ("first_name", "last_name", "phone", "email", "language", "yard_size_sqft", "external_ref")


class Stage:
    """Takes rows in chunks; all of them in the transaction of the session."""

    def __init__(self, session: Session, import_id: uuid.UUID, now: datetime) -> None:
        self._session = session
        self._org_id = context_of(session).org_id
        self._keys = keys_of(session)
        self._import_id = import_id
        self._milliseconds = int(now.timestamp() * 1000)
        self._random = np.random.default_rng()

    def add(self, prospects: Sequence[Prospect], raw: Sequence[Original]) -> None:
        """Rows that may become leads; nobody has judged them yet."""
        if not prospects:
            return
        count = len(prospects)
        door_ids, lead_ids, change_ids = (self._identifiers(count) for _ in range(3))
        positions, cells = self._places(prospects, door_ids)
        columns: dict[str, Any] = {
            "org_id": self._org_id,
            "import_id": self._import_id,
            "line": [p.line for p in prospects],
            "door_id": door_ids,
            "lead_id": lead_ids,
            "change_id": change_ids,
            "canonical": [p.canonical for p in prospects],
            "position": positions,
            "cell": cells,
            "location_source": [None if cell is None else str(LocationSource.FILE) for cell in cells],
            "location_accuracy": [None if cell is None else FILE_ACCURACY for cell in cells],
            "location_confidence": [None if cell is None else FILE_CONFIDENCE for cell in cells],
            "notes": [list(p.notes) or None for p in prospects],
            "raw": list(raw),
        }
        columns |= {name: [getattr(p.parts, name) for p in prospects] for name in _PARTS}
        columns |= {name: [getattr(p, name) for p in prospects] for name in _FIELDS}
        copy_columns(self._session, "import_rows", columns)

    def reject(self, rejects: Sequence[tuple[Reject, Original]]) -> None:
        """Rows that cannot be used: with the others, and where they stay for their owner to mend."""
        if not rejects:
            return
        said = {
            "org_id": self._org_id,
            "import_id": self._import_id,
            "line": [reject.line for reject, _ in rejects],
            "reason": [reject.reason for reject, _ in rejects],
            "raw": [raw for _, raw in rejects],
        }
        copy_columns(self._session, "import_rows", {**said, "fate": str(RowFate.REJECTED)})
        copy_columns(self._session, "import_rejects", {**said, "id": self._identifiers(len(rejects))})

    def _places(
        self, prospects: Sequence[Prospect], door_ids: np.ndarray
    ) -> tuple[list[bytes | None], list[int | None]]:
        placed = [i for i, p in enumerate(prospects) if p.lat is not None and p.lon is not None]
        positions: list[bytes | None] = [None] * len(prospects)
        cells: list[int | None] = [None] * len(prospects)
        if placed:
            lats = np.array([prospects[i].lat for i in placed], dtype=np.float64)
            lons = np.array([prospects[i].lon for i in placed], dtype=np.float64)
            for i, lat, lon, cell in zip(placed, lats.tolist(), lons.tolist(), cells_at(lats, lons), strict=True):
                door_id = uuid.UUID(bytes=door_ids[i].tobytes())
                positions[i] = seal_position(self._keys, self._org_id, door_id, lat, lon)
                cells[i] = int(cell)
        return positions, cells

    def _identifiers(self, count: int) -> np.ndarray:
        return uuid7_array(np.full(count, self._milliseconds), self._random)
