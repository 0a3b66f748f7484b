"""Answers as CSV, for people who open them in a spreadsheet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Query
from fastapi.responses import StreamingResponse

from outbound import spreadsheets

_IN_MEMORY = 4 << 20
_PIECE = 1 << 18
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""For ``responses`` of a route that answers so too."""


def get_wants_csv(
    accept: Annotated[str, Header(max_length=1000, description="`text/csv` for a table.")] = "",
    format: Annotated[str | None, Query(pattern="^(csv|json)$", description="Instead of `Accept`.")] = None,
) -> bool:
    """Whether the caller would rather have a table."""
    if format is not None:
        return format == "csv"
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return "text/csv" in wanted and "application/json" not in wanted


WantsCsv = Annotated[bool, Depends(get_wants_csv)]


def safe_cell(value: Any) -> str:
    """A cell as text that no spreadsheet runs: what would be a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    return spreadsheets.safe(str(value))


def table(name: str, rows: Iterable[Iterable[Any]]) -> StreamingResponse:
    """An answer with all the rows, written down before it begins: they may come from a transaction."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed when it has been sent)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    text.detach()
    return attached(file, name, "text/csv; charset=utf-8")


def attached(file: IO[bytes], name: str, media_type: str) -> StreamingResponse:
    """A file that was just written, as an answer to be saved; closed when it has been sent."""
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_PIECE):
                yield piece

    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return StreamingResponse(pieces(), media_type=media_type, headers=headers)
