"""XLSX and ZIP: the list in them, read as a stream, and bombs that do not go off."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import chunks, limits, shared_strings, workbooks
from ingest.mapping import map_columns
from ingest.sniff import Layout, sniff
from outbound.errors import Invalid, TooLarge
from tests.support.workbooks import letters, packed, row, sheet, workbook

pytestmark = pytest.mark.any_server("about reading files")

HEADER = row(1, ["address", "zip", "name", "since"])


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(content: bytes, name: str = "list.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def rows(layout: Layout) -> list[tuple[int, list[str], str | None]]:
    with layout.records() as reading:
        return [(record.line, record.values, record.fault) for record in reading.records]


def test_a_sheet_is_a_list_with_its_own_line_numbers(written) -> None:  # type: ignore[no-untyped-def]
    sheet_ = sheet([HEADER, row(2, ["1 Elm St", 11427.0, "Zoë <Müller>"]), row(9, ["2 Elm St", 11428.0])])
    layout = sniff(written(workbook({"Leads": sheet_})))
    assert layout.header == ("address", "zip", "name", "since")
    assert layout.text.encoding == "XLSX"
    assert rows(layout) == [
        (2, ["1 Elm St", "11427", "Zoë <Müller>"], None),
        (9, ["2 Elm St", "11428"], None),
    ]


def test_numbers_are_what_the_spreadsheet_shows(written) -> None:  # type: ignore[no-untyped-def]
    shown = row(2, ["1 Elm St", 7030.0, 7185550123.0, 45292.0, 40.72010000000001, 0.1 + 0.2], {1: 2, 3: 1})
    layout = sniff(written(workbook({"A": sheet([row(1, ["address", "zip", "phone", "since", "lat", "x"]), shown])})))
    assert rows(layout)[0][1] == ["1 Elm St", "07030", "7185550123", "2024-01-01", "40.7201", "0.3"]


def test_days_count_from_1904_where_the_workbook_says_so(written) -> None:  # type: ignore[no-untyped-def]
    content = workbook(
        {"A": sheet([HEADER, row(2, ["1 Elm St", None, None, 43830.5], {3: 3})])},
        properties='<workbookPr date1904="1"/>',
    )
    assert rows(sniff(written(content)))[0][1][3] == "2024-01-01 12:00:00"


def test_texts_that_cells_share_are_read_without_the_reading_of_japanese_words(written) -> None:  # type: ignore[no-untyped-def]
    cells = '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>7</v></c></row>'
    strings = ["<t>11427</t>", "<r><t>1 Elm </t></r><r><t>St</t></r><rPh><t>kana</t></rPh>"]
    found = rows(sniff(written(workbook({"A": sheet([HEADER, cells, row(3, ["2 Elm St"])])}, strings=strings))))
    assert found[0][1][:2] == ["1 Elm St", "11427"]
    assert found[0][2] == "the row points to a text that is not there"
    assert found[1] == (3, ["2 Elm St"], None)


def test_the_sheet_with_the_names_of_a_list_is_taken_and_hidden_ones_are_not(written) -> None:  # type: ignore[no-untyped-def]
    list_ = sheet([HEADER, row(2, ["1 Elm St"])])
    notes = sheet([row(1, ["Bought in May", "from a broker"]), row(2, ["thank", "you"])])
    layout = sniff(written(workbook({"Notes": notes, "Old": list_, "May": list_}, hidden=["Old"])))
    assert layout.header[0] == "address"
    assert isinstance(layout.text, workbooks.Workbook)
    assert layout.text.sheet.name == "May"


def test_a_cell_far_away_costs_its_row_and_no_memory(written) -> None:  # type: ignore[no-untyped-def]
    far = '<row r="3"><c r="XFD3"><v>1</v></c></row>'
    last = '<row r="1048576"><c r="A1048576" t="str"><v>9 Elm St</v></c></row>'
    found = rows(sniff(written(workbook({"A": sheet([HEADER, row(2, ["1 Elm St"]), far, last])}))))
    assert [(line, fault is None) for line, _, fault in found] == [(2, True), (3, False), (1048576, True)]


def test_how_far_a_long_sheet_is_read_is_known(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 1_000)
    long = sheet([HEADER, *(row(number, [f"{number} Elm St", 11427.0]) for number in range(2, 4_002))])
    layout = sniff(written(workbook({"A": long})))
    shares = [chunk.share for chunk in chunks.read_chunks(layout, map_columns(layout.header, layout.samples))]
    assert len(shares) >= 4
    assert shares == sorted(shares)
    assert 0.1 < shares[0] < 0.5
    assert shares[-1] == 1.0


def test_a_list_in_a_zip_is_read_and_several_are_not_guessed_at(written) -> None:  # type: ignore[no-untyped-def]
    one = packed({"may/list.csv": "address,zip\n1 Elm St,11427\n", "__MACOSX/._list.csv": "x", "readme.md": "hello"})
    layout = sniff(written(one, "list.zip"))
    assert rows(layout) == [(2, ["1 Elm St", "11427"], None)]
    with pytest.raises(Invalid, match="ZIP archive of 2 files"):
        sniff(written(packed({"a.csv": "address\n1 Elm St\n", "b.csv": "address\n2 Elm St\n"}), "two.zip"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "ODS"),
        (packed({"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x"}), "XLSB"),
        (packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<workbook><sheets>"}), "damaged"),
        (packed({"[Content_Types].xml": "<x/>", "word/workbook_of_poems.xml": "<x/>"}), "damaged"),
        (workbook({"A": "<worksheet><sheetData><row>"}), "damaged"),
        (workbook({"A": sheet([])}), "no row"),
        (workbook({}), "no sheet"),
        (workbook({"A": sheet([HEADER])})[:-300], "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (b"PK\x03\x04" + bytes(100) + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 1 << 30, 0, 0), "too many"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_in_one_sentence(written, content: bytes, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match=words) as raised:
        sniff(written(content))
    assert raised.value.message.startswith("list.xlsx")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000),
            "may.xls",
            "may.xls is an XLS workbook or one with a password, not CSV; save it as XLSX or CSV, without a password.",
        ),
        (
            packed({"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x", "xl/worksheets/sheet1.bin": "x"}),
            "may.xlsb",
            "may.xlsb is a workbook (XLSB) that is not read; save the sheet as XLSX or CSV.",
        ),
        (
            packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
            "may.ods",
            "may.ods is a workbook (ODS) that is not read; save the sheet as XLSX or CSV.",
        ),
    ],
    ids=["XLS", "XLSB", "ODS"],
)
def test_a_workbook_of_another_kind_is_refused_with_what_to_do(
    written, content: bytes, name: str, sentence: str
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid) as refused:
        sniff(written(content, name))
    assert refused.value.message == sentence


def test_entities_that_multiply_are_refused(written) -> None:  # type: ignore[no-untyped-def]
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + sheet([row(1, ["address"])])
    with pytest.raises(Invalid, match="damaged"):
        sniff(written(workbook({"A": laughs})))


def test_a_sheet_that_unpacks_to_far_more_than_it_weighs_is_refused(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "_FREE", 1 << 20)
    content = workbook({"A": sheet([HEADER, row(2, ["1 Elm St"]), *([" " * 1000] * 20_000), row(3, ["2 Elm St"])])})
    with pytest.raises(TooLarge, match=r"list\.xlsx unpacks to more than"):
        sniff(written(content))


def test_more_text_than_fits_is_refused(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(shared_strings, "_MOST_STRINGS", 100)
    points = '<row r="2"><c r="A2" t="s"><v>100</v></c></row>'
    with pytest.raises(TooLarge, match="save the sheet as CSV"):
        sniff(written(workbook({"A": sheet([HEADER, points])}, strings=["<t>x</t>"] * 101)))


BOMB = "x" * (1 << 20)
SCRIPT = """
import resource, sys
from pathlib import Path
from ingest.chunks import read_chunks
from ingest.mapping import map_columns
from ingest.sniff import sniff
from outbound.errors import OutboundError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    layout = sniff(Path(sys.argv[1]))
    rows = sum(chunk.rows for chunk in read_chunks(layout, map_columns(layout.header, layout.samples)))
    print(rows, "rows")
except OutboundError as error:
    print(error.message)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


def read_apart(path: Path) -> tuple[str, int]:
    """What became of a file in a process of its own, and how many MB it took."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    said, grown = done.stdout.strip().splitlines()
    return said, int(grown)


@pytest.mark.slow
def test_bombs_of_every_kind_take_little_memory(tmp_path: Path) -> None:
    corners = sheet([HEADER, row(2, ["1 Elm St"]), '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'])
    cell = sheet([HEADER, row(2, ["1 Elm St"]), f'<row r="3"><c t="inlineStr"><is><t>{BOMB * 200}</t></is></c></row>'])
    stray = (f'<row><c r="{letters(50)}{n}"><v>1</v></c></row>' for n in range(9))
    wide = sheet([HEADER, row(2, ["1 Elm St"]), *stray])
    for number, (bomb, words) in enumerate(((corners, "2 rows"), (cell, "unpacks to"), (wide, "10 rows"))):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(workbook({"A": bomb}))
        said, grown = read_apart(path)
        assert words in said
        assert grown < 150
    points = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    path.write_bytes(workbook({"A": sheet([HEADER, points])}, strings=[f"<t>{BOMB * 300}</t>"]))
    said, grown = read_apart(path)
    assert "unpacks to" in said
    assert grown < 700
