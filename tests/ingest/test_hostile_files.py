"""Files that want to break the reader: enormous lines, thousands of columns, a file that is still being written."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from ingest import uploads
from ingest.chunks import MOST_ROW_CHARS, read_chunks
from ingest.mapping import map_columns
from ingest.sniff import sniff
from ingest.text import read_text
from ingest.uploads import keep
from ingest.validate import Prospect
from outbound.errors import Conflict, Invalid
from outbound.settings import Settings
from tests.ingest.test_workbooks import read_apart

LINE_MB = int(os.environ.get("OUTBOUND_TEST_LINE_MB", "200"))


def test_ten_thousand_columns_are_read_and_what_is_kept_of_a_row_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"c{number}" for number in range(10_000)]
    names[7_000] = "address"
    cells = ["some text"] * 10_000
    cells[7_000] = "12 Elm St, 11427"
    path.write_text("\n".join([",".join(names), *([",".join(f'"{cell}"' for cell in cells)] * 50)]) + "\n")
    layout = sniff(path)
    [chunk] = read_chunks(layout, map_columns(layout.header, layout.samples))
    assert len(chunk.prospects) == 50
    assert chunk.originals[0]["address"] == "12 Elm St, 11427"
    assert sum(len(name) + len(value) for name, value in chunk.originals[0].items()) <= MOST_ROW_CHARS
    assert 500 < len(chunk.originals[0]) < 10_000


@pytest.mark.slow
def test_a_line_of_200_mb_costs_itself_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("address,zip\n1 Elm St,11427\n")
        for _ in range(LINE_MB):
            file.write("x" * (1 << 20))
        file.write("\n2 Elm St,11427\n")
    said, grown = read_apart(path)
    assert said == "3 rows"
    assert grown < 150


@pytest.mark.slow
def test_a_quoted_field_of_200_mb_costs_its_lines_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "field.csv"
    with path.open("w") as file:
        file.write('address,zip\n1 Elm St,11427\n"')
        for _ in range(LINE_MB):
            file.write("y" * (1 << 19) + "\n" + "z" * (1 << 19) + "\n")
        file.write('",11427\n2 Elm St,11427\n')
    said, grown = read_apart(path)
    assert said == f"{2 * LINE_MB + 3} rows"
    assert grown < 600


def test_chunks_are_small_where_rows_are_long(tmp_path: Path) -> None:
    path = tmp_path / "long_rows.csv"
    path.write_text("address,notes\n" + f"12 Elm St,{'word ' * 600}\n" * 12_000)
    layout = sniff(path)
    chunks = list(read_chunks(layout, map_columns(layout.header, layout.samples)))
    assert sum(chunk.rows for chunk in chunks) == 12_000
    assert len(chunks) > 1
    assert max(len(original["notes"]) for chunk in chunks for original in chunk.originals) == 2_000


def test_rows_behind_a_line_are_read_on(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("address,zip\n" + "".join(f"{number} Elm St,11427\n" for number in range(1, 10)))
    layout = sniff(path)
    [chunk] = read_chunks(layout, map_columns(layout.header, layout.samples), after_line=7)
    assert [prospect.line for prospect in chunk.prospects] == [8, 9, 10]
    assert all(isinstance(prospect, Prospect) for prospect in chunk.prospects)
    assert chunk.share == 1.0


def test_a_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "two_exports.csv"
    path.write_text("address,zip\n1 Elm St,11427\naddress,zip\n2 Elm St,11427\n")
    layout = sniff(path)
    [chunk] = read_chunks(layout, map_columns(layout.header, layout.samples))
    assert [(reject.line, reject.reason) for reject, _ in chunk.rejects] == [(3, "it repeats the header")]


def test_a_line_that_cannot_be_split_is_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "quote.csv"
    path.write_text('address,zip\n1 Elm St,11427\n"2 Elm St,11427\n3 Elm St,11427\n')
    layout = sniff(path)
    [chunk] = read_chunks(layout, map_columns(layout.header, layout.samples))
    [(reject, original)] = chunk.rejects
    assert (reject.line, original) == (3, {"the line as it was": '"2 Elm St,11427'})


class TestAFileThatChanges:
    def test_a_file_that_grows_while_it_is_kept_is_refused_and_not_kept(
        self, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "growing.csv"
        path.write_text("address,zip\n" + "1 Elm St,11427\n" * 1000)
        reads = uploads._Unchanged.read

        def read_while_somebody_writes(self: uploads._Unchanged, size: int = -1) -> bytes:
            with path.open("a") as file:
                file.write("2 Elm St,11427\n")
            return reads(self, size)

        monkeypatch.setattr(uploads._Unchanged, "read", read_while_somebody_writes)
        with pytest.raises(Conflict, match=r"growing\.csv changed while it was read"):
            keep(settings, uuid.uuid4(), path)
        assert not [kept for kept in settings.uploads_dir.rglob("*") if kept.is_file()]

    def test_a_file_at_rest_is_kept_as_it_is(self, tmp_path: Path, settings: Settings) -> None:
        path = tmp_path / "list.csv"
        path.write_text("address,zip\n1 Elm St,11427\n")
        kept = keep(settings, uuid.uuid4(), path)
        assert (settings.home / kept.url).read_bytes() == path.read_bytes()

    def test_a_file_that_loses_its_mark_before_it_is_read_is_told_to_be_written_to(self, tmp_path: Path) -> None:
        path = tmp_path / "moving.csv"
        path.write_bytes("address,zip\n1 Elm St,11427\n".encode("utf-16"))
        found = read_text(path)
        path.write_bytes(b"address,zip\n1 Elm St,11427\n")
        with pytest.raises(Invalid, match=r"moving\.csv is no longer what it was"):
            found.open()

    def test_a_file_that_is_cut_and_written_while_it_is_sniffed_ends_in_a_sentence_or_a_list(
        self, tmp_path: Path
    ) -> None:
        """Another process rewrites the file all the time; whatever is seen of it, nothing else is raised."""
        path = tmp_path / "busy.csv"
        path.write_text("address,zip\n1 Elm St,11427\n")
        script = (
            "import sys, pathlib, gzip, random\n"
            "path = pathlib.Path(sys.argv[1])\n"
            "rows = 'address,zip\\n' + '1 Elm St,11427\\n' * 5000\n"
            "kinds = [rows.encode(), rows.encode('utf-16'), gzip.compress(rows.encode()), b'', b'PK\\x03\\x04' * 9]\n"
            "while True:\n    path.write_bytes(random.choice(kinds))\n"
        )
        writer = subprocess.Popen([sys.executable, "-c", script, str(path)])
        try:
            seen = {_fate(path) for _ in range(150)}
        finally:
            writer.kill()
            writer.wait()
        assert seen


def _fate(path: Path) -> str:
    from outbound.errors import OutboundError

    try:
        layout = sniff(path)
        rows = sum(chunk.rows for chunk in read_chunks(layout, map_columns(layout.header, layout.samples)))
        return f"{rows} rows"
    except OutboundError as error:
        return error.message


def test_a_header_with_repeated_and_missing_names_is_no_row_either(tmp_path: Path) -> None:
    path = tmp_path / "two_exports.csv"
    header = "address,comment,comment,,zip"
    path.write_text(f"{header}\n1 Elm St,a,b,c,11427\n{header}\n2 Elm St,,,,11427\n")
    layout = sniff(path)
    assert layout.header == ("address", "comment", "comment (2)", "column 4", "zip")
    [chunk] = read_chunks(layout, map_columns(layout.header, layout.samples))
    assert [(reject.line, reject.reason) for reject, _ in chunk.rejects] == [(3, "it repeats the header")]
    assert [prospect.line for prospect in chunk.prospects] == [2, 4]
