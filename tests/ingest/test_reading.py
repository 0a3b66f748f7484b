"""Files as they come: encodings, dialects, headers, broken lines."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import lookahead, records, text
from ingest.records import Dialect, Records
from ingest.sniff import Layout, sniff
from ingest.text import read_text
from outbound.errors import Invalid, NotFound, TooLarge

LIST = "name,address,zip\nZoë Müller,1 Elm St,11427\nAnn Lee,2 Elm St,11427\n"


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(content: bytes | str, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows(layout: Layout) -> list[list[str]]:
    with layout.records() as reading:
        return [record.values for record in reading.records]


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.encode("utf-16"),
        LIST.encode("utf-16-le"),
        LIST.encode("utf-16-be"),
        LIST.encode("utf-32"),
        LIST.encode("cp1252"),
        gzip.compress(LIST.encode(), mtime=0),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("\n", "\r").encode(),
        LIST.replace(",", ";").encode(),
        LIST.replace(",", "\t").encode(),
        LIST.replace(",", "|").encode(),
        ("Prospects of May\nbought 2026-05-01\n\n" + LIST).encode(),
    ],
)
def test_a_list_reads_the_same_in_every_dress(written, content: bytes) -> None:  # type: ignore[no-untyped-def]
    layout = sniff(written(content))
    assert layout.header == ("name", "address", "zip")
    assert rows(layout) == [["Zoë Müller", "1 Elm St", "11427"], ["Ann Lee", "2 Elm St", "11427"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \n", "is empty"),
        (bytes(5000), "is empty"),
        (bytes(range(256)) * 40, "is binary"),
        (b"PK\x03\x04" + bytes(100), "damaged ZIP"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "XLS"),
        (b"%PDF-1.7\n", "PDF"),
        (gzip.compress(LIST.encode(), mtime=0)[:-12], "damaged gzip"),
        (b'"x,y,z', "no row"),
        (b",".join([b"a"] * 20_000) + b"\n", "20,000 columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(written, content: bytes, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match=words) as raised:
        sniff(written(content))
    assert raised.value.message.startswith("list.csv")
    assert "\n" not in raised.value.message


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no\.csv"):
        read_text(tmp_path / "no.csv")
    with pytest.raises(Invalid, match="is a folder"):
        read_text(tmp_path)


def test_a_small_archive_of_a_huge_file_is_refused(written, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(text, "MOST_BYTES", 1_000_000)
    with pytest.raises(TooLarge):
        read_text(written(gzip.compress(b"a,b\n" * 1_000_000)))


def test_a_few_broken_bytes_spoil_their_lines_and_not_the_others(written) -> None:  # type: ignore[no-untyped-def]
    content = b"name,address\n" + "Zoë,1 Élm St\n".encode() * 20 + b"Bob \xff,2 Elm St\n" + b"Ann,3 Elm St\n"
    layout = sniff(written(content))
    with layout.records() as reading:
        found = list(reading.records)
    assert [r.line for r in found if r.fault] == [22]
    assert found[0].values == ["Zoë", "1 Élm St"]
    assert found[-1].values == ["Ann", "3 Elm St"]


def test_the_columns_of_a_list_without_a_header_are_numbered(written) -> None:  # type: ignore[no-untyped-def]
    layout = sniff(written("12,Elm St,11427,40.72,-73.74\n14,Elm St,11427,40.73,-73.75\n"))
    assert not layout.has_header
    assert layout.header == ("column 1", "column 2", "column 3", "column 4", "column 5")
    assert len(rows(layout)) == 2


def test_repeated_and_missing_column_names_are_told_apart(written) -> None:  # type: ignore[no-untyped-def]
    assert sniff(written("name,address,,name\nAnn,1 Elm St,x,y\n")).header == (
        "name",
        "address",
        "column 3",
        "name (2)",
    )


def of(content: str, width: int | None = None, dialect: Dialect | None = None) -> list[records.Record]:
    return list(Records(io.StringIO(content), dialect or Dialect(), width))


def test_a_quoted_field_may_run_over_lines_and_later_records_keep_their_line() -> None:
    found = of('a,"1\n2\n3",c\nd,e,f\n', 3)
    assert [(r.line, r.lines, r.fault) for r in found] == [(1, 3, None), (4, 1, None)]


@pytest.mark.parametrize("content", ['a,b,c\nd,"e,f\ng,h,i\nj,k,l\n', 'a,b,c\nd,"e,f\ng,"h,i\nj,k,l\n'])
def test_a_quote_that_is_never_closed_costs_its_line_alone(content: str) -> None:
    found = of(content, 3)
    assert [r.line for r in found] == [1, 2, 3, 4]
    assert found[1].fault is not None
    assert found[3].values == ["j", "k", "l"]


def test_a_line_without_an_end_costs_itself_and_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookahead, "LONGEST_LINE", 1000)
    found = of("a,b\n" + "x" * 50_000 + "\nc,d\n", 2)
    assert [r.line for r in found] == [1, 2, 3]
    assert "longer than" in (found[1].fault or "")
    assert found[2].values == ["c", "d"]


@pytest.mark.parametrize(
    "line",
    ['a"b,"c\n', 'a",b,"c\n', '"a\n', 'a,"b\n', '"a"b,"c\n', '"""a\n', 'a",b,"c\n' * 149 + 'z"\n'],
)
@pytest.mark.parametrize("width", [None, 3])
def test_quotes_that_are_never_closed_are_read_at_the_usual_rate(
    monkeypatch: pytest.MonkeyPatch, line: str, width: int | None
) -> None:
    """Each line is split a few times, whatever opens in it, and not once for each of those before it."""
    content = line * (3_000 // line.count("\n"))
    split = 0

    def counted(lines: Iterable[str], **how: Any) -> Any:
        def each() -> Iterator[str]:
            nonlocal split
            for line in lines:
                split += 1
                yield line

        return reader(each(), **how)

    reader = csv.reader
    monkeypatch.setattr(csv, "reader", counted)
    found = of(content, width)
    assert sum(r.lines for r in found) == content.count("\n")
    assert split < 10 * content.count("\n")


def test_a_line_of_delimiters_alone_costs_itself() -> None:
    found = of("a,b\n" + "," * 20_000 + "\nc,d\n", 2)
    assert found[1].fault == "the line has more than 16,384 fields"
    assert found[2].values == ["c", "d"]


@given(st.text(st.sampled_from("ab1,;\"'\\\n\r \t"), max_size=200), st.sampled_from([None, 2, 3]))
def test_no_line_and_no_letter_is_lost(content: str, width: int | None) -> None:
    lines = list(io.StringIO(content, newline=None))
    found = list(Records(io.StringIO(content, newline=None), Dialect(), width))
    assert sum(r.lines for r in found) == len(lines)
    assert [r.line for r in found] == sorted({r.line for r in found})
    assert _letters("".join("".join(r.values) for r in found)) == _letters(content)


def _letters(content: str) -> str:
    return "".join(char for char in content if char.isalnum())
