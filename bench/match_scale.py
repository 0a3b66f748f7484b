"""Rows of a list against the leads of a base: how long the matching phase takes, and what it finds.

Of the rows two in five are new doors, as many are people of the base at their door, some with another first name, a
street with a slip or a unit; the rest share a number alone or repeat another row. The night's look over the whole base
is measured too.
"""

from __future__ import annotations

import os
import resource
import time
import uuid
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import text

from bench.town_of_leads import town
from ingest.match import match_rows
from outbound.ids import uuid7
from outbound.matching.nightly import find_duplicates
from outbound.storage.database import Database

LEADS = int(os.environ.get("OUTBOUND_BENCH_BASE", "1000000"))
ROWS = int(os.environ.get("OUTBOUND_BENCH_ROWS", "100000"))

# Person n of door n: a number on one of 600 streets of 60 ZIP codes, a name of some thousands, most with a phone.
_DOOR = """
    (1 + n / 36000 * 2)::text as house_number,
    initcap((array['oak','elm','ash','fir','bay','ivy','fern','rose','pine','lake'])[1 + n % 10]) || ' '
        || chr(65 + n / 10 % 20) || chr(97 + n / 200 % 3) || ' St' as street,
    (11000 + n / 600 % 60)::text as postcode,
    'First' || chr(97 + (n * 7 % 26)::int) || chr(97 + (n * 11 / 26 % 26)::int) as first_name,
    'Last' || chr(97 + (n * 13 % 26)::int) || chr(97 + (n * 17 / 26 % 26)::int) || chr(97 + (n * 3 / 9 % 9)::int)
        as last_name,
    case when n % 10 < 7 then '+1718' || lpad((2000000 + n % 7999999)::text, 7, '0') end as phone,
    case when n % 10 < 3 then 'p' || n || '@example.com' end as email
"""


_FATES = "select fate, count(*) as rows from outbound.import_rows group by 1"


def main() -> None:
    with town(0, reps=1) as there:
        database, org_id, owner = there.database, there.org_id, there.reps[0]
        _base(database, org_id)
        import_id = _list(database, org_id, owner)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        with database.as_job(org_id, source="import") as session:
            match_rows(session, import_id)
        seconds = time.monotonic() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with database.as_job(org_id) as session:
            fates = Counter({each.fate: each.rows for each in session.execute(text(_FATES))})
        print(f"{ROWS:,} rows against {LEADS:,} leads: {seconds:.1f} s, {ROWS / seconds:,.0f} rows/s")
        print(f"  peak memory of the process {peak / 1024:,.0f} MiB, {before / 1024:,.0f} before")
        print("  " + ", ".join(f"{fate} {count:,}" for fate, count in fates.most_common()))
        began = time.monotonic()
        with database.as_job(org_id) as session:
            done = find_duplicates(session, datetime.now(UTC))
        print(f"the night's look over {done.leads:,} leads: {time.monotonic() - began:.1f} s, {done.compared:,} pairs")
        print(f"  compared, {done.proposed:,} proposed; peak memory ", end="")
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def _base(database: Database, org_id: uuid.UUID) -> None:
    with database.admin_engine.begin() as connection:
        connection.execute(
            text(
                f"create temporary table town as select gen_random_uuid() as door, p.* from (select n, {_DOOR}"
                " from generate_series(0, :leads - 1) as n) as p"
            ),
            {"leads": LEADS},
        )
        connection.execute(
            text(
                "insert into outbound.addresses (org_id, id, house_number, street, postcode, canonical)"
                " select :org, door, house_number, street, postcode,"
                " house_number || ' ' || upper(street) || ', ' || postcode from town"
                " on conflict do nothing"
            ),
            {"org": org_id},
        )
        connection.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, address_id, first_name,"
                " last_name, phone, email)"
                " select :org, gen_random_uuid(), 'outbound', now(), a.id, first_name, last_name, phone, email"
                " from town join outbound.addresses as a on a.org_id = :org and a.id = door"
            ),
            {"org": org_id},
        )
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("addresses", "leads", "lead_tokens"):
            connection.execute(text(f"vacuum analyze outbound.{table}"))


def _list(database: Database, org_id: uuid.UUID, owner: uuid.UUID) -> uuid.UUID:
    import_id = uuid7()
    with database.as_job(org_id, source="import") as session:
        session.execute(
            text(
                "insert into outbound.prospect_imports (org_id, id, uploaded_by, source, file_url, file_name,"
                " file_sha256) values (:org, :id, :owner, 'CSV', '-', '-', '-')"
            ),
            {"org": org_id, "id": import_id, "owner": owner},
        )
        session.execute(
            text(
                f"""
                insert into outbound.import_rows (
                    org_id, import_id, line, house_number, street, unit, city, state, postcode, canonical, first_name,
                    last_name, phone, email, door_id, lead_id, change_id
                )
                select
                    :org, :id, line, house_number, street, unit, '', '', postcode,
                    house_number || ' ' || upper(street) || case when unit = '' then '' else ' # ' || unit end
                    || ', ' || postcode,
                    case when kind = 5 then 'Zyx' else first_name end, last_name, phone, email,
                    gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
                from (
                    select
                        line, kind, first_name, last_name, postcode, phone, email,
                        case when kind = 6 then replace(street, ' St', 'e St') else street end as street,
                        case when kind < 4 then (200001 + line)::text when kind = 8 then '9' || house_number
                            else house_number end as house_number,
                        case when kind = 7 then '2B' else '' end as unit
                    from (
                        select row_number() over () + 1 as line, n, k % 10 as kind, p.*
                        from (
                            select k, case when k % 10 = 9 then (k - 9) * 7919 + 4 * 7919 else k * 7919 end
                                % :leads as n
                            from generate_series(0, :rows - 1) as k
                        ) as k
                        cross join lateral (select {_DOOR}) as p
                    ) as row
                ) as r
                """
            ),
            {"org": org_id, "id": import_id, "rows": ROWS, "leads": LEADS},
        )
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze outbound.import_rows"))
    return import_id


if __name__ == "__main__":
    main()
