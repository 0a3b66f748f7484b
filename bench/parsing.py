"""A list of 100,000 rows read: its records alone, and read, mapped, normalised and judged; beside DuckDB's read_csv.

The rows are those of real sales where the shared data is (``OUTBOUND_SHARED_DATA``), else made up; sent as UTF-8, as
packed UTF-16 and as XLSX. DuckDB splits the same UTF-8 file into texts on one thread and does nothing more: what stands
between the two figures is what we do with a row. Rounds alternate; processor seconds, median of
``OUTBOUND_BENCH_PARSE_ROUNDS`` (5). Rows: ``OUTBOUND_BENCH_PARSE_ROWS``.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import os
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

from bench.machine import described
from ingest.chunks import read_chunks
from ingest.mapping import map_columns
from ingest.sniff import Layout, sniff

ROWS = int(os.environ.get("OUTBOUND_BENCH_PARSE_ROWS", "100000"))
ROUNDS = int(os.environ.get("OUTBOUND_BENCH_PARSE_ROUNDS", "5"))
SHARED = Path(os.environ.get("OUTBOUND_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
AIM_SECONDS = 15.0
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def main() -> None:
    print(described())
    with tempfile.TemporaryDirectory() as folder:
        header, rows, origin = _rows()
        plain = Path(folder) / "list.csv"
        with plain.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
        packed = Path(folder) / "list.csv.gz"
        packed.write_bytes(gzip.compress(plain.read_text(encoding="utf-8").encode("utf-16"), 6))
        book = Path(folder) / "list.xlsx"
        _write_workbook(book, header, rows)
        print(f"{len(rows):,} rows of {len(header)} columns, {origin}; {plain.stat().st_size / 1e6:.1f} MB of CSV")
        doings: dict[str, Callable[[], int]] = {
            "DuckDB read_csv, texts": lambda: _duckdb(plain),
            "records": lambda: _records(plain),
            "read and judged": lambda: _judged(plain),
            "… of packed UTF-16": lambda: _judged(packed),
            "… of XLSX": lambda: _judged(book),
        }
        times: dict[str, list[float]] = {name: [] for name in doings}
        for _, (name, do) in itertools.product(range(ROUNDS), doings.items()):
            started = time.process_time()
            found = do()
            times[name].append(time.process_time() - started)
            if found != len(rows):
                print(f"  {name}: {found:,} rows", file=sys.stderr)
        peer = statistics.median(times["DuckDB read_csv, texts"])
        for name, taken in times.items():
            seconds = statistics.median(taken)
            print(f"  {name:26}{seconds:8.2f} s{len(rows) / seconds:12,.0f} rows/s{seconds / peer:8.1f} × DuckDB")
        per_100k = statistics.median(times["read and judged"]) / len(rows) * 100_000
        print(f"  100,000 rows read and judged: {per_100k:.1f} s of one core (aim {AIM_SECONDS:.0f})")
        print(f"  peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _rows() -> tuple[list[str], list[list[str]], str]:
    """Real sales again and again, each time in other houses; or rows that are made up."""
    source = SHARED / "addresses" / "rollingsales_queens_2022.csv"
    if not source.is_file():
        header = ["owner", "address", "city", "state", "zip", "lat", "lon", "phone", "email"]
        made = [
            [
                f"Lee, Ann {n}", f"{n % 9000 + 1} {n % 200 + 1}th Avenue Apt {n % 30}", "Queens", "NY", "11427",
                f"{40.7 + n % 1000 / 1e5:.5f}", f"{-73.7 - n % 1000 / 1e5:.5f}", f"718555{n % 10_000:04}",
                f"ann{n}@example.org",
            ]
            for n in range(ROWS)
        ]  # fmt: skip
        return header, made, "made up"
    with source.open(newline="", encoding="utf-8-sig") as file:
        header, *real = csv.reader(file)
    at = header.index("ADDRESS")

    def again() -> Iterator[list[str]]:
        for turn, row in itertools.islice(((t, r) for t in itertools.count() for r in real), ROWS):
            yield row if turn == 0 else [*row[:at], f"{turn}{row[at]}", *row[at + 1 :]]

    return header, list(again()), "real sales"


def _duckdb(path: Path) -> int:
    with duckdb.connect(config={"threads": 1}) as connection:
        table = connection.sql(f"select * from read_csv('{path}', all_varchar = true)").to_arrow_table()
    return int(table.num_rows)


def _records(path: Path) -> int:
    with sniff(path).records() as reading:
        return sum(1 for _ in reading.records)


def _judged(path: Path) -> int:
    layout: Layout = sniff(path)
    return sum(chunk.rows for chunk in read_chunks(layout, map_columns(layout.header, layout.samples)))


def _write_workbook(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """As Excel writes one: texts are shared, numbers are numbers."""
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="List" r:id="r0"/></sheets></workbook>',
        )
        parts = [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(parts))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate([header, *rows], start=1):
                cells = "".join(
                    f'<c r="{chr(65 + at)}{number}"{_value(value, strings)}</c>'
                    for at, value in enumerate(row[:26])
                    if value
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')


def _value(value: str, strings: dict[str, int]) -> str:
    if value.isdecimal() and not value.startswith("0"):
        return f"><v>{value}</v>"
    return f' t="s"><v>{strings.setdefault(value, len(strings))}</v>'


def _relations(targets: list[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{made}</Relationships>'


if __name__ == "__main__":
    main()
