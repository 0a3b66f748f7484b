"""Two organisations at once: one takes a list in, the other reads. Also where the list is a file that wants to stop it.

The list goes through the API and is taken in by a process of its own, as Dagster starts one. The other organisation
has 100,000 leads (``OUTBOUND_BENCH_TWO_LEADS``), which is all that the planner's statistics know; 20 times a second
somebody there reads a page of them, a lead or the board.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import secrets
import subprocess
import sys
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from sqlalchemy import text

from bench.http_load import Request, percentile, steady
from bench.machine import described
from bench.town_of_leads import Town, lead_id, served, town
from outbound.identity.service import add_member
from outbound.policies.founding import create_organisation
from outbound.vocabulary import Role
from tests.support.workbooks import row, sheet, workbook

LEADS = int(os.environ.get("OUTBOUND_BENCH_TWO_LEADS", "100000"))
ROWS = 20_000
NEWLINES = int(os.environ.get("OUTBOUND_BENCH_TWO_NEWLINES", "600000000"))
READS_A_SECOND = 20
MOST_P95 = 0.3
"""The aim, in seconds."""
_ROUND = 3.0
_HEADER = b"number,street,city,state,zip,lat,lon,first,last,phone\n"
_RUN = """
import sys, uuid
from ingest.service import run_import
from outbound.errors import OutboundError
from outbound.settings import get_settings
from outbound.storage.database import Database
settings = get_settings()
try:
    report = run_import(Database.open(settings), settings, uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2]))
    print(f"{report.status}, {report.new:,} new leads, {report.rejected:,} rejected")
except OutboundError as error:
    print(error.message)
"""


@dataclass(frozen=True)
class Importer:
    org_id: uuid.UUID
    token: str


def main() -> None:
    with town(LEADS) as place:
        print(described(place.database.admin_engine))
        importer = _importer(place)
        with served(place.settings) as address:
            steady(address, READS_A_SECOND, _ROUND, lambda number: _read(place, number))  # warm
            _tell("nothing beside", steady(address, READS_A_SECOND, 4 * _ROUND, lambda number: _read(place, number)))
            for name, make in _LISTS.items():
                _beside(place, address, importer, name, make())


def _beside(place: Town, address: str, importer: Importer, name: str, content: bytes) -> None:
    said: list[str] = []
    work = threading.Thread(target=lambda: said.append(_import(place, address, importer, name, content)))
    began = time.monotonic()
    work.start()
    times: list[float] = []
    while work.is_alive():
        times += steady(address, READS_A_SECOND, _ROUND, lambda number: _read(place, number))
    _tell(f"{name} ({len(content) / 1e6:.1f} MB)", sorted(times))
    print(f"    {time.monotonic() - began:.0f} s: {said[0]}", flush=True)


def _tell(name: str, times: list[float]) -> None:
    shown = ", ".join(f"p{share * 100:g} {percentile(times, share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99))
    print(f"  reads beside {name}: {shown} (aim: p95 {MOST_P95 * 1000:.0f} ms)", flush=True)


def _read(place: Town, number: int) -> Request:
    rep = number % len(place.reps)
    lead = lead_id(number * 7_919 % LEADS // len(place.reps) * len(place.reps) + rep)
    path = ("/api/leads?limit=50", f"/api/leads/{lead}", "/api/board")[number % 3]
    return "GET", path, b"", place.tokens[rep]


def _import(place: Town, address: str, importer: Importer, name: str, content: bytes) -> str:
    """Hands a list in and takes it in; what was said of it in the end."""
    with httpx.Client(base_url=address, timeout=120, headers={"Authorization": f"Bearer {importer.token}"}) as client:
        answer = client.post("/api/prospect-imports", files={"file": (name, content)})
    if answer.status_code >= 500:
        raise SystemExit(f"error: the API answered {answer.status_code} {answer.text[:300]}")
    if answer.status_code >= 400:
        return f"refused: {json.loads(answer.text).get('detail')}"
    env = os.environ | {"OUTBOUND_HOME": str(place.settings.home), "DATABASE_URL": place.settings.database_url or ""}
    command = [sys.executable, "-c", _RUN, str(importer.org_id), answer.json()["id"]]
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _importer(place: Town) -> Importer:
    org_id = create_organisation(
        place.database, name="Second", zone="America/Chicago", slug=f"s-{uuid.uuid4().hex[:8]}"
    )
    secret = uuid.uuid4().hex
    owner = add_member(
        place.database,
        org_id,
        email=f"{secret[:8]}@bench.test",
        name="Owner",
        role=Role.FRANCHISE_OWNER,
        password=secret,
    )
    token = secrets.token_urlsafe(32)
    with place.database.admin_engine.begin() as connection:
        connection.execute(
            text(
                "insert into outbound.sessions (org_id, id, user_id, token_hash, expires_at)"
                " values (:org, gen_random_uuid(), :person, :hash, now() + interval '1 day')"
            ),
            {"org": org_id, "person": owner, "hash": hashlib.sha256(token.encode()).digest()},
        )
    return Importer(org_id, token)


def _rows() -> bytes:
    rows = (
        f"{1 + n // 200},Oak {n % 200} St,Fairview,KS,66002,{36 + n / 1e5:.5f},{-96 + n / 1e5:.5f},Ann,Lee{n},"
        f"913{2_000_000 + n}\n"
        for n in range(ROWS)
    )
    return _HEADER + "".join(rows).encode()


def _newlines() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(_HEADER + b"1,Oak St,Fairview,KS,66002,,,Ann,Lee,\n")
        for _ in range(NEWLINES // 1_000_000):
            file.write(b"\n" * 1_000_000)
    return packed.getvalue()


def _quotes() -> bytes:
    return _HEADER + b"1,Oak St,Fairview,KS,66002,,,Ann,Lee,\n" + b'a"b,"c\n' * (5 * ROWS)


def _deep() -> bytes:
    """Tags in tags, a million deep, behind a header; and texts for hours."""
    head = row(1, ["number", "street", "zip"]) + row(2, ["1", "Oak St", "66002"])
    return workbook({f"S{number}": sheet([head, "<a>" * 1_000_000]) for number in range(10)})


def _empty_cells() -> bytes:
    """A sheet of hundreds of megabytes in which no cell stands."""
    packed = io.BytesIO(workbook({"S": sheet([row(1, ["number", "street", "zip"])])}))
    made = io.BytesIO()
    with zipfile.ZipFile(packed) as there, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for info in there.infolist():
            if not info.filename.endswith("sheet1.xml"):
                file.writestr(info, there.read(info))
                continue
            before, _, after = there.read(info).partition(b"</sheetData>")
            with file.open(info.filename, "w") as part:
                part.write(before)
                for _ in range(100):
                    part.write(b"<c/>" * 1_000_000)
                part.write(b"</sheetData>" + after)
    return made.getvalue()


_LISTS: dict[str, Callable[[], bytes]] = {
    "list.csv": _rows,
    "newlines.csv.gz": _newlines,
    "quotes.csv": _quotes,
    "deep.xlsx": _deep,
    "cells.xlsx": _empty_cells,
}

if __name__ == "__main__":
    main()
