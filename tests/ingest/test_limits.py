"""Small files that hold far too much: refused in a sentence, at a glance or while they are read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ingest import chunks, limits
from ingest.chunks import read_chunks
from ingest.limits import Allowance, glance
from ingest.mapping import map_columns
from ingest.service import hand_in, run_import
from ingest.sniff import Layout, sniff
from outbound.errors import Invalid, OutboundError, TooLarge
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import ImportPhase
from tests.support.franchise import Franchise
from tests.support.workbooks import row, sheet, workbook

LIST = b"address,zip\n1 Elm St,11427\n"


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(content: bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def read(layout: Layout, allowance: Allowance | None = None) -> int:
    mapped = map_columns(layout.header, layout.samples)
    return sum(chunk.rows for chunk in read_chunks(layout, mapped, allowance=allowance))


@pytest.mark.parametrize("empty", [b"\n", b",\n", b"  \r\n"])
def test_a_packed_list_of_empty_rows_ends_where_a_spreadsheet_would(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
    empty: bytes,
) -> None:
    monkeypatch.setattr(chunks, "MOST_BLANK_ROWS", 5_000)
    monkeypatch.setattr(chunks, "CHUNK_BLANK_ROWS", 1_000)
    layout = sniff(written(gzip.compress(LIST + empty * 200_000 + b"2 Elm St,11427\n"), "list.csv.gz"))
    with pytest.raises(TooLarge, match=r"list\.csv\.gz has more than 5,000 empty rows up to line 6,00\d; remove them"):
        read(layout)


def test_empty_rows_do_not_keep_progress_from_being_told(written) -> None:  # type: ignore[no-untyped-def]
    layout = sniff(written(LIST + b"\n" * 250_000))
    found = list(read_chunks(layout, map_columns(layout.header, layout.samples)))
    assert [chunk.blank for chunk in found] == [99_999 + 1, 100_000, 50_000]


def test_more_rows_than_a_list_may_have_are_refused(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(chunks, "MOST_ROWS", 100)
    monkeypatch.setattr(chunks, "MOST_BLANK_ROWS", 0)
    with pytest.raises(TooLarge, match=r"list\.csv has more than 100 rows; split the list"):
        read(sniff(written(LIST * 101)))


def test_a_gzip_of_far_more_than_it_weighs_is_refused(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "_FREE", 1 << 20)
    path = written(gzip.compress(LIST + b"\n" * (32 << 20)), "list.csv.gz")
    with pytest.raises(TooLarge, match=r"list\.csv\.gz unpacks to more than"):
        sniff(path)


def test_a_gzip_within_a_gzip_is_told(written) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match="gzip within"):
        sniff(written(gzip.compress(gzip.compress(LIST * 1000)), "list.csv.gz"))


def test_a_glance_reads_no_more_than_tells_what_a_list_is(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """A broken end is found when the list is read in, and not while somebody waits for an answer."""
    monkeypatch.setattr("ingest.text.GLANCE_BYTES", 1 << 20)
    monkeypatch.setattr("ingest.text._CHUNK", 1 << 16)
    path = written(gzip.compress(LIST * 200_000)[:-8], "list.csv.gz")
    assert sniff(path, None, glance()).header == ("address", "zip")
    with pytest.raises(Invalid, match="damaged gzip"):
        sniff(path)


def test_no_file_is_read_beyond_its_time(written) -> None:  # type: ignore[no-untyped-def]
    now = iter(range(1_000))
    late = Allowance(5, clock=lambda: float(next(now)))
    with pytest.raises(TooLarge, match=r"list\.csv is not read after 5 s"):
        read(sniff(written(LIST * 500_000), None, late), late)


@pytest.mark.parametrize(
    "within",
    [
        "<a>" * 5_000,
        '<row r="3"><c r="A3" ' + " ".join(f'a{n}="1"' for n in range(60_000)) + "/></row>",
        "<a " + "x" * (1 << 20) + "=''/>",
    ],
    ids=["deep", "attributes", "a tag without an end"],
)
def test_a_workbook_that_is_no_sheet_is_refused(written, within: str) -> None:  # type: ignore[no-untyped-def]
    content = workbook({"A": sheet([row(1, ["address", "zip"]), row(2, ["1 Elm St"]), within])})
    with pytest.raises(OutboundError, match=r"list\.xlsx is a damaged ZIP archive or workbook"):
        read(sniff(written(content, "list.xlsx")))


def test_texts_that_sheets_share_are_read_once(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    parts: list[str] = []
    bounded = limits.Bounded.__init__

    def counted(self: limits.Bounded, stream: object, name: str, *rest: object, **how: object) -> None:
        parts.append(getattr(stream, "name", ""))
        bounded(self, stream, name, *rest, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(limits.Bounded, "__init__", counted)
    points = sheet(['<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>', row(2, ["1 Elm St"])])
    sheets = {f"S{number}": points for number in range(20)}
    sniff(written(workbook(sheets, strings=["<t>address</t>", "<t>zip</t>"]), "list.xlsx"))
    assert parts.count("xl/sharedStrings.xml") == 1


def test_a_list_of_empty_rows_fails_with_its_reason_and_gives_its_place_to_the_next(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MOST_BLANK_ROWS", 5_000)
    monkeypatch.setattr(chunks, "CHUNK_BLANK_ROWS", 1_000)
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(LIST + b"\n" * 20_000))
    with franchise.as_member(franchise.owner) as session:
        job, _ = hand_in(session, settings, path, path.name, waits=False)
    with pytest.raises(TooLarge):
        run_import(database, settings, franchise.org_id, job.id)
    with franchise.as_job() as session:
        session.add(job)
        session.refresh(job)
        assert job.status == "failed"
        assert "empty rows up to line" in (job.error or "")


def test_a_phase_that_takes_too_long_has_failed_with_its_reason(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST)
    with franchise.as_member(franchise.owner) as session:
        job, _ = hand_in(session, settings, path, path.name, waits=False)
    matching = ImportPhase.MATCHING
    monkeypatch.setattr("ingest.pipeline.seconds_of", lambda phase, _: 0.2 if phase is matching else 600)
    monkeypatch.setattr("ingest.match_statements.LEFT", "select pg_sleep(60)")
    with pytest.raises(TooLarge, match="still matching after 0 s"):
        run_import(database, settings, franchise.org_id, job.id)
