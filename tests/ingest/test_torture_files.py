"""Some 1,200 hostile files, packed ones and workbooks among them: never a crash, never a line or letter lost in
silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunks import Chunk, read_chunks
from ingest.mapping import map_columns, suggest
from ingest.records import Records
from ingest.sniff import sniff
from ingest.text import UNREADABLE, Text, read_text
from outbound.errors import OutboundError

pytestmark = pytest.mark.any_server("about reading files; how they are stored others test")

FOLDERS = [
    "blns",
    "clevercsv",
    "csv-spectrum",
    "csv_injection",
    "csvkit",
    "csvlint",
    "duckdb",
    "frictionless",
    "messytables_horror",
    "papaparse",
]


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_read_whole_or_refused_in_one_sentence(shared_data: Path, folder: str) -> None:
    files = sorted(path for path in (shared_data / "csv" / folder).rglob("*") if path.is_file())
    assert files
    sentences: list[str] = []
    for path in files:
        try:
            layout = sniff(path)
        except OutboundError as error:
            sentences.append(error.message)
            continue
        if isinstance(layout.text, Text):
            _no_line_and_no_letter_is_lost(layout.text, layout.dialect, len(layout.header))
        suggest(layout.header, layout.samples)
        try:
            mapped = map_columns(layout.header, layout.samples)
        except OutboundError as error:
            sentences.append(error.message)
            mapped = map_columns(layout.header, layout.samples, {"address": layout.header[0]})
        chunks = list(read_chunks(layout, mapped))
        with layout.records() as reading:
            assert sum(chunk.rows for chunk in chunks) == sum(1 for _ in reading.records), path
        lines = [line for chunk in chunks for line in _lines(chunk)]
        assert len(lines) == len(set(lines)), path
    assert not [sentence for sentence in sentences if "\n" in sentence or not sentence.endswith(".")]


def _lines(chunk: Chunk) -> list[int]:
    return [prospect.line for prospect in chunk.prospects] + [reject.line for reject, _ in chunk.rejects]


def _no_line_and_no_letter_is_lost(text: Text, dialect, width: int) -> None:  # type: ignore[no-untyped-def]
    with text.open() as stream:
        lines = letters = 0
        for line in stream:
            lines += 1
            letters += _letters(line)
    with text.open() as stream:
        records = list(Records(stream, dialect, width))
    assert sum(record.lines for record in records) == lines, text.path
    assert [r.line for r in records] == sorted({r.line for r in records}), text.path
    if any(record.fault for record in records):
        return  # of a faulty line only the beginning is kept
    kept = sum(_letters(value) for record in records for value in record.values)
    assert kept == letters, text.path


def _letters(text: str) -> int:
    return sum(map(str.isalnum, UNREADABLE.sub("", text)))


def test_naughty_strings_stay_what_they_are(shared_data: Path, tmp_path: Path) -> None:
    import csv

    naughty = (shared_data / "csv" / "blns" / "blns.txt").read_text(encoding="utf-8").splitlines()
    strings = [line for line in naughty if line and not line.startswith("#")]
    path = tmp_path / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "address"])
        writer.writerows([string, "1 Elm St"] for string in strings)
    layout = sniff(path)
    assert read_text(path).encoding == "utf-8"
    with layout.records() as reading:
        read = [record.values[0] for record in reading.records if record.values]
    assert read == strings
