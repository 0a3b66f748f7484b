"""Imports and matches as the dashboards ask the API for them."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any, BinaryIO

from dashboards.client import LONG, PAGE, Api

PATH = "/api/prospect-imports"
MATCHES = "/api/matches"
ROWS = 100
RECENT = 30
QUEUE = 100


def id_of(text: str | None) -> str | None:
    """The id that an address names; none for text that is no id."""
    try:
        return str(uuid.UUID(text)) if text else None
    except ValueError:
        return None


class Lists:
    """Lists of prospects at the API, from being handed in to being taken back."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def recent(self) -> list[dict[str, Any]]:
        return self._api.get(PATH, limit=str(RECENT))["items"]

    def one(self, import_id: str) -> dict[str, Any]:
        return self._api.get(f"{PATH}/{import_id}")

    def hand_in(self, name: str, file: BinaryIO, tell: Callable[[float], None], **said: str) -> dict[str, Any]:
        """Sends a file, to be looked at before anything of it is written; the same file is the same import.

        ``tell`` is called with the share that was sent, 0 to 1.
        """
        sent = {"file": (name, _Told(file, tell))}
        return self._api.post(PATH, data={**said, "review": "true"}, files=sent, timeout=LONG)

    def progress(self, import_id: str) -> dict[str, Any]:
        """How far the phase is that runs; empty before the first has begun."""
        return self._api.get(f"{PATH}/{import_id}/progress") or {}

    def mapping(self, import_id: str) -> dict[str, Any]:
        """Columns of the list with samples, what each is taken for and how sure that is."""
        return self._api.get(f"{PATH}/{import_id}/mapping")

    def settle(self, import_id: str, columns: dict[str, str | None]) -> dict[str, Any]:
        """Says which column holds which field; None: no column does."""
        return self._api.patch(f"{PATH}/{import_id}/mapping", {"columns": columns})

    def start(self, import_id: str) -> dict[str, Any]:
        return self._api.post(f"{PATH}/{import_id}/start")

    def commit(self, import_id: str, wishes: dict[str, str | None]) -> dict[str, Any]:
        return self._api.post(f"{PATH}/{import_id}/commit", wishes)

    def resume(self, import_id: str) -> dict[str, Any]:
        return self._api.post(f"{PATH}/{import_id}/resume")

    def undo(self, import_id: str) -> dict[str, Any]:
        return self._api.post(f"{PATH}/{import_id}/undo")

    def rows(self, import_id: str, fate: str, cursor: str | None = None) -> dict[str, Any]:
        """Rows of one fate by line, a page at a time."""
        return self._api.get(f"{PATH}/{import_id}/rows", fate=fate, cursor=cursor, limit=str(ROWS))

    def cells(self, import_id: str) -> list[dict[str, Any]]:
        """How many new leads each H3 cell gets."""
        return self._api.get(f"{PATH}/{import_id}/cells")["cells"]

    def rejects(self, import_id: str) -> bytes:
        """Rows that could not be used, as a table to mend and send again."""
        return self._api.text(f"{PATH}/{import_id}/rejects", format="csv")


class _Told(io.BufferedIOBase):
    """A file that says how much of it was read, about a hundred times."""

    def __init__(self, file: BinaryIO, tell: Callable[[float], None]) -> None:
        self._file, self._tell = file, tell
        self._size = max(1, file.seek(0, io.SEEK_END))
        self._told = 0
        file.seek(0)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        piece = self._file.read(-1 if size is None else size)
        at = self._file.tell()
        if at - self._told >= self._size / 100 or (at >= self._size > self._told):
            self._told = at
            self._tell(min(1.0, at / self._size))
        return piece


class Matches:
    """Pairs that may be one lead, at the API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def waiting(self, import_id: str | None, kind: str | None = None) -> list[dict[str, Any]]:
        """Those that wait the longest, :data:`QUEUE` at the most; of one list alone, if it is named."""
        return self._api.get(MATCHES, import_id=import_id, kind=kind, limit=str(QUEUE))["items"]

    def decided(self, import_id: str | None) -> list[dict[str, Any]]:
        return self._api.get(MATCHES, import_id=import_id, decided="true", limit=str(PAGE))["items"]

    def decide(self, match_id: str, decision: str) -> None:
        """Says that a pair is one lead (``same``), or two (``new``)."""
        self._api.put(f"{MATCHES}/{match_id}/decision", {"decision": decision})

    def take_back(self, match_id: str) -> None:
        self._api.delete(f"{MATCHES}/{match_id}/decision")
