"""Rejected rows are downloaded, mended, and handed in as they are."""

from __future__ import annotations

import csv
import io
import tempfile
import uuid
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ingest.chunks import read_chunks
from ingest.mapping import map_columns
from ingest.pipeline import run_import
from ingest.sniff import sniff
from outbound import spreadsheets
from outbound.imports.rejects import as_table
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.franchise import Franchise

PATH = "/api/prospect-imports"
LIST = (
    "zip,Owner Name,address,phone,note\n"
    "50309,=HYPERLINK(x),,+15155550123,@cmd\n"
    "50309,'+quoted,1 Elm St,,\n"
    '50309,"Ann\nLee",,-1-515-555-0124,\n'
    "50309,Bob,N/A,,'=already\n"
)


def imported(api: Api, franchise: Franchise, database: Database, settings: Settings, content: str) -> dict[str, Any]:
    made = api.request("POST", PATH, franchise.owner, files={"file": ("elm.csv", content.encode())})
    assert made.status_code == 201, made.text
    run_import(database, settings, franchise.org_id, uuid.UUID(made.json()["id"]))
    return api.get(f"{PATH}/{made.json()['id']}", franchise.owner).json()


def downloaded(api: Api, franchise: Franchise, done: dict[str, Any]) -> list[dict[str, str]]:
    answer = api.get(f"{PATH}/{done['id']}/rejects", franchise.owner, format="csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def test_no_cell_is_a_formula_and_columns_stand_as_in_the_list(
    api: Api, franchise: Franchise, database: Database, settings: Settings
) -> None:
    done = imported(api, franchise, database, settings, LIST)
    rows = downloaded(api, franchise, done)
    assert list(rows[0]) == ["line", "reason", "zip", "Owner Name", "address", "phone", "note"]
    assert [row["line"] for row in rows] == ["2", "4", "6"]
    assert rows[0]["Owner Name"] == "'=HYPERLINK(x)"
    assert rows[2]["note"] == "''=already"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]


def test_a_mended_file_is_taken_in_and_what_is_rejected_again_keeps_its_cells(
    api: Api, franchise: Franchise, database: Database, settings: Settings
) -> None:
    done = imported(api, franchise, database, settings, LIST)
    assert done["stats"]["rejected"] == 3
    rows = downloaded(api, franchise, done)
    rows[0]["address"] = "2 Elm St"
    again = imported(api, franchise, database, settings, written(rows))
    assert (again["stats"]["new"], again["stats"]["rejected"]) == (1, 2)
    left = downloaded(api, franchise, again)
    assert list(left[0]) == list(rows[0])
    assert [row["note"] for row in left] == ["", "''=already"]
    with database.as_job(franchise.org_id) as session:
        kept = text("select raw from outbound.import_rejects where import_id = :id order by line")
        raw = session.scalars(kept, {"id": again["id"]}).all()
    assert raw[1]["note"] == "'=already"
    assert "line" not in raw[1]


def written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


CELLS = st.text(st.sampled_from("'=+-@＝a1 ,\"\n\t;"), max_size=8)


@given(CELLS)
def test_a_cell_that_was_made_safe_comes_back_as_it_was(text: str) -> None:
    safe = spreadsheets.safe(text)
    assert safe[:1] not in set("=+-@\t\r\n＝")
    assert spreadsheets.restored(safe) == text


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_any_rows_survive_the_way_out_and_back(rows: list[tuple[str, str, str]]) -> None:
    header = ["address", "name", "note"]
    raws = [{name: value for name, value in zip(header, row, strict=True) if value} for row in rows]
    table = as_table([(n, "it has no street", raw) for n, raw in enumerate(raws)], header, header)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([spreadsheets.safe(cell) for cell in row] for row in table)
        layout = sniff(path)
        chunks = list(read_chunks(layout, map_columns(layout.header, layout.samples)))
    kept = [original for chunk in chunks for _, original in chunk.rejects]
    kept += [original for chunk in chunks for original in chunk.originals]
    assert sorted(map(str, kept)) == sorted(map(str, raws))
