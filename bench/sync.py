"""The capture API against the database below it: activities in batches and one by one, a steady load, a delta.

The peer is pgbench, out of the same PostgreSQL: a superuser, without policies, that inserts the very rows which an
activity leaves (itself, its entry in the audit, and where it moves its lead the change and its entry), as many in a
transaction, into the same tables with the same keys and indexes. Commits are durable in both. The API also reads,
locks and updates the leads; the peer does not. Rounds alternate.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.http_load import Request, ask, closed_loop, percentile, steady
from bench.machine import described
from bench.town_of_leads import LEAD_ID, Town, lead_id, served, town
from outbound.ids import uuid7
from outbound.lake.source import conninfo
from outbound.storage import embedded

LEADS = int(os.environ.get("OUTBOUND_BENCH_SYNC_LEADS", "100000"))
SECONDS = float(os.environ.get("OUTBOUND_BENCH_SYNC_SECONDS", "20"))
WORKERS = int(os.environ.get("OUTBOUND_BENCH_SYNC_WORKERS", "2"))
"""``OUTBOUND_API_WORKERS``: one a core."""
BATCH = 200
CLIENTS = 4
ROUNDS = 3
RATES = [int(rate) for rate in os.environ.get("OUTBOUND_BENCH_SYNC_RATES", "100,150,200").split(",")]
RESULTS = ["NOT_HOME"] * 6 + ["INTERESTED", "LEFT_MATERIAL", "NOT_INTERESTED", "FOLLOW_UP"]


def main() -> None:
    with town(LEADS) as place:
        print(described(place.database.admin_engine))
        with place.database.admin_engine.connect() as connection:
            durable = connection.execute(text("select current_setting('synchronous_commit'), current_setting('fsync')"))
            print("synchronous_commit, fsync:", *durable.one())
        print("processes of the API:", WORKERS)
        with served(place.settings.model_copy(update={"api_workers": WORKERS})) as address:
            _warmed(place, address)
            _compared(place, address, BATCH)
            _compared(place, address, 1)
            _steadily(place, address)
            _delta(place, address)


def _warmed(place: Town, address: str) -> None:
    """Both sides warm, and the tables with the statistics that the server takes by itself within a minute: before,
    even the check of a foreign key walks a table that is no longer empty."""
    closed_loop(address, [[_batch(place, client, BATCH) for _ in range(5)] for client in range(CLIENTS)])
    for table in ("leads", "activities", "audit_entries", "lead_stage_changes"):
        place.database.refresh_statistics(table)
    closed_loop(address, [[_knock(place, client) for _ in range(20)] for client in range(CLIENTS)])


def _compared(place: Town, address: str, size: int) -> None:
    """Activities a second, so many a transaction: through the API, and as raw inserts."""
    transactions = max(CLIENTS, int(SECONDS / ROUNDS * (12 if size > 1 else 120)))
    ours, raw, together = [], [], []
    for _ in range(ROUNDS):
        make = _batch if size > 1 else (lambda place, number, _: _knock(place, number))
        work = [[make(place, client, size) for _ in range(transactions // CLIENTS)] for client in range(CLIENTS)]
        before = _counts(place)
        seconds = closed_loop(address, work)
        after = _counts(place)
        written = {table: after[table] - before[table] for table in after}
        ours.append(written["activities"] / seconds)
        moved = written["lead_stage_changes"] / written["activities"]
        audited = written["audit_entries"] / written["activities"]
        raw.append(_pgbench(place, transactions, size, moved, audited))
        if size > 1:
            together.append(_pgbench(place, transactions, size, moved, audited, one_statement=True))
    api, peer = statistics.median(ours), statistics.median(raw)
    print(f"\n{size} activit{'ies' if size > 1 else 'y'} a transaction, {CLIENTS} clients, median of {ROUNDS} rounds")
    print(f"  rows an activity leaves: itself, {audited:.2f} entries of the audit, {moved:.2f} moves")
    print(f"  {'POST /api/sync' if size > 1 else 'POST …/activities'}    {api:9,.0f} activities/s")
    print(f"  pgbench, a row a statement {peer:9,.0f} activities/s   reached: {api / peer:.2f}")
    if together:
        whole = statistics.median(together)
        print(f"  pgbench, a table a statement {whole:7,.0f} activities/s   reached: {api / whole:.2f}")


def _steadily(place: Town, address: str) -> None:
    with place.database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What the server would do for minutes after so many rows at once is done before.
        connection.execute(text("vacuum analyze"))
        connection.execute(text("checkpoint"))
    steady(address, RATES[0], SECONDS / 2, lambda number: _knock(place, number))  # every process warm
    print()
    for rate in RATES:
        times = steady(address, rate, SECONDS, lambda number: _knock(place, number))
        shown = ", ".join(f"p{share * 100:g} {percentile(times, share) * 1000:.1f} ms" for share in (0.5, 0.95, 0.99))
        print(f"{rate} knocks a second, one a request, for {SECONDS:g} s: {shown} (aim at 200: p99 50 ms)")


def _delta(place: Town, address: str) -> None:
    """What a rep's phone waits for when one lead of the franchise's has changed."""
    token = place.tokens[0]
    cursor, rows = "", 0
    while True:
        page = ask(address, ("GET", f"/api/sync?limit=1000{'&cursor=' + cursor if cursor else ''}", b"", token))
        cursor, rows = page["cursor"], rows + len(page["leads"])
        if not page["more"]:
            break
    times = []
    with psycopg.connect(conninfo(place.database.admin_url), autocommit=True) as connection:
        for _ in range(30):
            connection.execute("update outbound.leads set language = 'en' where id = %s", [lead_id(0)])
            started = datetime.now(UTC)
            page = ask(address, ("GET", f"/api/sync?cursor={cursor}", b"", token))
            times.append((datetime.now(UTC) - started).total_seconds())
            if [each["id"] for each in page["leads"]] != [lead_id(0)]:
                raise SystemExit(f"error: the delta holds {len(page['leads'])} leads, not the one that changed.")
            cursor = page["cursor"]
    times.sort()
    print(f"\n1 change in {place.leads:,} leads ({rows:,} in the rep's reach), GET /api/sync?cursor=…")
    print(f"  median {percentile(times, 0.5) * 1000:.1f} ms, slowest of 30 {times[-1] * 1000:.1f} ms (aim: 30 ms)")


def _knock(place: Town, number: int) -> Request:
    rep = number % len(place.reps)
    lead = random.choice(place.mine(rep))
    body = {"id": str(uuid7()), "type": "DOOR_KNOCK", **_what()}
    return "POST", f"/api/leads/{lead}/activities", json.dumps(body).encode(), place.tokens[rep]


def _batch(place: Town, rep: int, size: int) -> Request:
    mine = place.mine(rep)
    operations = []
    for _ in range(size):
        what = _what()
        occurred_at, sent_at = what.pop("occurred_at"), what.pop("client_sent_at")
        data = {"lead_id": random.choice(mine), "type": "DOOR_KNOCK", **what}
        operations.append({"id": str(uuid7()), "kind": "activity", "occurred_at": occurred_at, "data": data})
    body = json.dumps({"client_sent_at": sent_at, "operations": operations}).encode()
    return "POST", "/api/sync", body, place.tokens[rep]


def _what() -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "result": random.choice(RESULTS),
        "occurred_at": (now - timedelta(minutes=random.randrange(600))).isoformat(),
        "client_sent_at": now.isoformat(),
        "notes": "Gate on the left, asks for spring",
        "lat": 41.6,
        "lon": -93.6,
    }


def _counts(place: Town) -> dict[str, int]:
    with place.database.admin_engine.connect() as connection:
        return {
            table: connection.scalar(text(f"select count(*) from outbound.{table}")) or 0
            for table in ("activities", "audit_entries", "lead_stage_changes")
        }


def _pgbench(
    place: Town, transactions: int, size: int, moved: float, audited: float, *, one_statement: bool = False
) -> float:
    """Activities a second of the same rows, inserted by a superuser."""
    script = place.settings.home / f"raw-{uuid.uuid4().hex[:8]}.sql"
    lines = _together(place, size, moved, audited) if one_statement else _singly(place, size, moved, audited)
    script.write_text("\n".join(["begin;", *lines, "commit;"]) + "\n", encoding="utf-8")
    done = subprocess.run(
        [
            embedded.binary("pgbench"),
            *("-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(CLIENTS)),
            *("-t", str(max(1, transactions // CLIENTS)), "-f", str(script)),
            _dbname(place),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    Path(script).unlink()
    tps = [line for line in done.stdout.splitlines() if line.startswith("tps")]
    if done.returncode or not tps:
        raise SystemExit(f"error: pgbench: {done.stderr.strip()[-400:]}")
    return float(tps[-1].split("=")[1].split()[0]) * size


def _singly(place: Town, size: int, moved: float, audited: float) -> Iterator[str]:
    """A row a statement; every so many an extra one, so that each table gets its share."""
    moves = extra = 0.0
    for _ in range(size):
        yield f"\\set n random(0, {place.leads - 1})"
        yield _values(place, "activities", "select :n::int as n")
        yield _values(place, "audit_entries", "select :n::int as n")
        extra += audited - 1
        moves += moved
        if extra >= 1:
            yield _values(place, "audit_entries", "select :n::int as n")
            extra -= 1
        if moves >= 1:
            yield _values(place, "lead_stage_changes", "select :n::int as n")
            moves -= 1


def _together(place: Town, size: int, moved: float, audited: float) -> Iterator[str]:
    for table, rows in (("activities", size), ("audit_entries", size * audited), ("lead_stage_changes", size * moved)):
        if round(rows):
            source = f"select (random() * {place.leads - 1})::int as n from generate_series(1, {round(rows)})"
            yield _values(place, table, source)


def _values(place: Town, table: str, source: str) -> str:
    rep = f"'{place.reps[0]}'::uuid"
    columns = {
        "activities": (
            (
                "id, lead_id, user_id, type, channel, occurred_at, received_at, result, notes, position, cell,"
                " owner_id, clock_suspect"
            ),
            (
                f"uuidv7(), {LEAD_ID}, {rep}, 'DOOR_KNOCK', 'door', now(), now(), 'NOT_HOME',"
                f" 'Gate on the left, asks for spring', decode('{'00' * 48}', 'hex'), 617700169958293503, {rep}, false"
            ),
        ),
        "audit_entries": (
            "id, acted_by, entity, entity_id, action, after, request_id, source",
            (
                f"uuidv7(), {rep}, 'activity', gen_random_uuid(), 'logged', jsonb_build_object('lead_id', {LEAD_ID},"
                " 'type', 'DOOR_KNOCK', 'result', 'NOT_HOME'), gen_random_uuid()::text, 'api'"
            ),
        ),
        "lead_stage_changes": (
            "id, lead_id, from_stage, to_stage, occurred_at, user_id, owner_id, due_at",
            f"uuidv7(), {LEAD_ID}, 'COLD', 'CONTACTED', now(), {rep}, {rep}, now()",
        ),
    }
    names, values = columns[table]
    return f"insert into outbound.{table} (org_id, {names}) select '{place.org_id}', {values} from ({source}) as s;"


def _dbname(place: Town) -> str:
    return conninfo(place.database.admin_url)


if __name__ == "__main__":
    main()
