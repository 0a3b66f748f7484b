"""A made-up history in SQL, at any size: for tests of the lake and the warehouse, and for benchmarks.

Everything is written by the administrator, around the policies, and obeys every constraint. The same arguments
give the same counts, not the same ids.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from outbound.ids import uuid7

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
"""The end of the made-up history: a Friday noon in Chicago."""

_CELL = 0x89283082873FFFF & ~(0x1FF << 18)
"""A real H3 cell of resolution 9, first of the 343 below one of resolution 6; its digits are varied below."""


@dataclass(frozen=True)
class History:
    """What was made: the organisation, its people and its territories."""

    org_id: uuid.UUID
    users: list[uuid.UUID]
    territories: list[uuid.UUID]
    """The region, its two areas, then the micro territories."""


_PEOPLE = """
insert into outbound.users (id, email, name) select u, u || '@x.test', 'A Person' from unnest(:users) as u;
insert into outbound.memberships (org_id, user_id, role)
select :org, u, case n when 1 then 'SALES_MANAGER' else 'SALES_REP' end
from unnest(:users) with ordinality as p (u, n)
"""

_TERRITORIES = """
insert into outbound.territories (org_id, id, name, slug, type, parent_id, zone, geometry)
select
    :org, t, 'Turf ' || n, 'turf-' || n,
    case when n = 1 then 'REGION' when n <= 3 then 'AREA' else 'MICRO' end,
    case when n = 1 then null when n <= 3 then (:turfs)[1] else (:turfs)[2 + n % 2] end,
    case when n % 5 = 0 then 'America/New_York' else 'America/Chicago' end,
    '{"type": "MultiPolygon", "coordinates": [[[[0,0],[0,1],[1,1],[0,0]]]]}'
from unnest(:turfs) with ordinality as p (t, n) order by n;
insert into outbound.territory_assignments
(org_id, id, territory_id, user_id, role, is_primary, assigned_at, unassigned_at)
select
    :org, gen_random_uuid(), t, (:users)[2 + n % (cardinality(:users) - 1)],
    case when n % 4 = 3 then 'CONTRIBUTOR' else 'OWNER' end, true, :now - interval '120 days',
    case when n % 6 = 5 then :now - interval '20 days' end
from unnest(:turfs) with ordinality as p (t, n) where n > 3
"""

_DOORS = """
insert into outbound.addresses
(org_id, id, canonical, house_number, street, position, cell, territory_id, do_not_knock, created_at)
select
    :org, gen_random_uuid(), 'door ' || n, n::text, 'Sample Street', '\\x00'::bytea,
    :cell + (((n / 40) % 7)::bigint << 18) + (((n / 280) % 7)::bigint << 21) + (((n / 1960) % 7)::bigint << 24),
    (:turfs)[4 + n % (cardinality(:turfs) - 3)], n % 50 = 0, :now - interval '100 days'
from generate_series(1, :doors) as n;
insert into outbound.leads
(org_id, id, lead_type, pipeline_stage, stage_entered_at, address_id, territory_id, owner_id, cell, due_at,
estimated_value_cents, first_name)
select
    a.org_id, gen_random_uuid(), case when a.house_number::int % 20 = 0 then 'inbound' else 'outbound' end,
    (array['COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED'])
    [1 + a.house_number::int % 7],
    :now - interval '90 days', a.id, a.territory_id,
    case when a.house_number::int % 9 > 0 then (:users)[2 + a.house_number::int % (cardinality(:users) - 1)] end,
    a.cell, :now + ((a.house_number::int % 96 - 48) || ' hours')::interval, a.house_number::int * 100, 'Pat'
from outbound.addresses as a where a.org_id = :org
"""

_TRIPS = """
insert into outbound.trips
(org_id, id, created_by_id, owner_id, territory_id, status, planned_start, started_at, completed_at,
distance_meters, duration_minutes)
select
    :org, gen_random_uuid(), u, u, (:turfs)[4 + n % (cardinality(:turfs) - 3)],
    case when n % 6 = 0 then 'planned' else 'completed' end, :now - (n || ' days')::interval,
    :now - (n || ' days')::interval,
    case when n % 6 > 0 then :now - (n || ' days')::interval + interval '3 hours' end, 4000, 180
from generate_series(1, :days) as n, unnest((:users)[2:]) as u;
insert into outbound.trip_stops (org_id, id, trip_id, lead_id, address_id, "order", status, completed_at)
select
    :org, gen_random_uuid(), t.id, l.id, l.address_id, l.n, case when l.n % 5 = 0 then 'skipped' else 'completed' end,
    case when l.n % 5 > 0 then t.planned_start + (l.n * 9 || ' minutes')::interval end
from outbound.trips as t
cross join lateral (
    select id, address_id, row_number() over (order by hashtext(id::text || t.id::text))::int as n
    from outbound.leads where org_id = :org and territory_id = t.territory_id limit 12
) as l
where t.org_id = :org and t.status = 'completed'
"""

_ACTIVITIES = """
with door as materialized (
    select id, address_id, territory_id, cell, owner_id, (row_number() over (order by id))::int as n
    from outbound.leads where org_id = :org
)
insert into outbound.activities
(org_id, id, lead_id, address_id, user_id, type, occurred_at, received_at, result, cell, territory_id, owner_id)
select
    :org,
    (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
     || substr(md5(s.n::text || :org), 1, 3) || '8' || substr(md5(s.n::text || :org), 4, 15))::uuid,
    d.id, d.address_id,
    case when s.n % 40 > 0 then coalesce(d.owner_id, (:users)[1]) end,
    (array['DOOR_KNOCK', 'DOOR_KNOCK', 'DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'NOTE', 'MEETING', 'TASK'])
    [1 + s.n % 9],
    at, at + case when s.n % 30 = 0 then interval '9 days' else interval '2 seconds' end,
    (array['NOT_HOME', 'NOT_HOME', 'INTERESTED', 'FOLLOW_UP', 'NOT_INTERESTED', 'SCHEDULED', 'WON',
           'NOT_QUALIFIED', 'LEFT_MATERIAL', 'DO_NOT_CONTACT', null])[1 + s.n % 11],
    d.cell, case when s.n % 60 > 0 then d.territory_id end, d.owner_id
from (
    select n, 1 + (hashint8(n) & 2147483647) % :doors as door,
    :since + (n::float8 / :activities) * (:until - :since) as at
    from generate_series(1, :activities) as n
) as s
join door as d on d.n = s.door
"""

_STAGES = """
insert into outbound.lead_stage_changes
(org_id, id, lead_id, from_stage, to_stage, occurred_at, user_id, owner_id, territory_id, due_at)
select
    :org, gen_random_uuid(), l.id, null, 'COLD', e.at, null, l.owner_id, l.territory_id,
    case when l.owner_id is not null then e.at + interval '2 days' end
from outbound.leads as l
cross join lateral (select :since + ((hashtext(l.id::text) & 1023) / 1100.0) * (:until - :since) as at) as e
where l.org_id = :org;
insert into outbound.lead_stage_changes
(org_id, id, lead_id, from_stage, to_stage, occurred_at, user_id, owner_id, territory_id, due_at)
select
    :org, gen_random_uuid(), l.id, 'COLD', l.pipeline_stage, c.occurred_at + interval '3 days', l.owner_id, l.owner_id,
    l.territory_id, case l.pipeline_stage when 'CONTACTED' then c.occurred_at + interval '5 days' end
from outbound.leads as l
join outbound.lead_stage_changes as c on c.org_id = l.org_id and c.lead_id = l.id
where l.org_id = :org and l.pipeline_stage <> 'COLD'
"""

_MESSAGES = """
insert into outbound.cadences (org_id, id, name, target_stage)
values (:org, gen_random_uuid(), 'Follow up', 'CONTACTED');
insert into outbound.cadence_steps (org_id, id, cadence_id, "order", channel)
select org_id, gen_random_uuid(), id, 1, 'SMS' from outbound.cadences where org_id = :org;
insert into outbound.lead_cadence_enrollments (org_id, id, lead_id, cadence_id, status, started_at)
select l.org_id, gen_random_uuid(), l.id, c.id, 'active', :now - interval '40 days'
from outbound.leads as l join outbound.cadences as c on c.org_id = l.org_id
where l.org_id = :org and l.pipeline_stage = 'CONTACTED';
insert into outbound.messages
(org_id, id, lead_id, enrollment_id, step_id, channel, status, reason, sent_at, delivered_at, territory_id,
owner_id, cell)
select
    l.org_id, gen_random_uuid(), l.id, e.id, s.id, 'SMS', k.status,
    case when k.status in ('failed', 'suppressed') then 'quiet hours' end, k.at,
    case when k.status = 'delivered' then k.at end, l.territory_id, l.owner_id, l.cell
from (
    select *, row_number() over (order by id) as n from outbound.lead_cadence_enrollments where org_id = :org
) as e
join outbound.leads as l on l.org_id = e.org_id and l.id = e.lead_id
join outbound.cadence_steps as s on s.org_id = e.org_id and s.cadence_id = e.cadence_id
cross join lateral (
    select
        (array['delivered', 'delivered', 'failed', 'sent'])[1 + e.n % 4] as status,
        :now - (e.n * 7 % 64 * 12 || ' hours')::interval as at
) as k
"""

_LISTS = """
insert into outbound.campaigns (org_id, id, name, starts_on)
select :org, gen_random_uuid(), 'Campaign ' || n, date '2026-09-01' from generate_series(1, 2) as n;
insert into outbound.prospect_imports
(org_id, id, uploaded_by, source, status, stats, file_url, file_name, file_sha256, created_at, finished_at)
select
    :org, gen_random_uuid(), (:users)[1], 'Purchase', 'completed',
    jsonb_build_object('rows', 100 + n, 'new', 90, 'rejected', n, 'duplicates_in_file', 4, 'duplicates_known', 6),
    'uploads/list.csv', 'list.csv', md5(n::text), :now - interval '80 days', :now - interval '80 days'
from generate_series(1, 3) as n;
update outbound.leads as l
set
    campaign_id = c.ids[1 + (hashtext(l.id::text) & 1)], import_id = i.ids[1 + (hashtext(l.id::text) & 3)],
    last_activity_at = a.at
from
    (select array_agg(id) as ids from outbound.campaigns where org_id = :org) as c,
    (select array_agg(id) as ids from outbound.prospect_imports where org_id = :org) as i,
    (
        select lead_id, max(occurred_at) as at from outbound.activities where org_id = :org group by lead_id
    ) as a
where l.org_id = :org and a.lead_id = l.id
"""

_WORK = """
insert into outbound.cadence_steps (org_id, id, cadence_id, "order", channel, wait_minutes)
select org_id, gen_random_uuid(), id, 2, 'CALL', 2880 from outbound.cadences where org_id = :org;
insert into outbound.tasks
(org_id, id, lead_id, assignee_id, title, due_at, state, completed_at, enrollment_id, step_id, created_at)
select
    e.org_id, gen_random_uuid(), e.lead_id, (:users)[2], 'Call', e.started_at + interval '3 days', k.state,
    case when k.state = 'done' then e.started_at + interval '3 days' end, e.id, s.id, e.started_at + interval '2 days'
from outbound.lead_cadence_enrollments as e
join outbound.cadence_steps as s on s.org_id = e.org_id and s.cadence_id = e.cadence_id and s."order" = 2
cross join lateral (select (array['open', 'done', 'cancelled', 'done'])[1 + (hashtext(e.id::text) & 3)] as state) as k
where e.org_id = :org;
insert into outbound.messages (org_id, id, lead_id, channel, direction, status, delivered_at)
select org_id, gen_random_uuid(), lead_id, 'SMS', 'inbound', 'delivered', delivered_at + interval '2 hours'
from outbound.messages where org_id = :org and status = 'delivered' and hashtext(lead_id::text) % 3 = 0;
update outbound.trips set actual_distance_meters = distance_meters + 120, actual_duration_minutes = 173
where org_id = :org and status = 'completed';
update outbound.activities as a set trip_stop_id = s.id
from outbound.trip_stops as s
where a.org_id = :org and s.org_id = :org and s.lead_id = a.lead_id and a.type = 'DOOR_KNOCK'
and s.status = 'completed' and hashtext(s.id::text) % 2 = 0;
insert into outbound.onboarding_handoffs (org_id, id, lead_id, scheduled_at, status, decided_at, value_cents)
select
    c.org_id, gen_random_uuid(), c.lead_id, c.occurred_at,
    case c.to_stage when 'WON' then 'accepted' else 'pending' end,
    case c.to_stage when 'WON' then c.occurred_at end, 45000
from outbound.lead_stage_changes as c where c.org_id = :org and c.to_stage in ('SCHEDULED', 'WON')
"""

_DOOR_CHANGES = """
insert into outbound.door_changes (org_id, id, address_id, changed_at, cell, territory_id, do_not_knock)
select
    org_id, gen_random_uuid(), id, :now - interval '31 days', cell,
    case hashtext(id::text) % 3 when 0 then (:turfs)[4] end, hashtext(id::text) % 5 = 0
from outbound.addresses where org_id = :org and hashtext(id::text) % 7 = 0
"""

_LATER = (_LISTS, _WORK, _DOOR_CHANGES)


def make_history(
    engine: Engine,
    *,
    slug: str = "made-up",
    doors: int = 400,
    activities: int = 4000,
    days: int = 90,
    reps: int = 4,
    micros: int = 8,
    go_live_on: str | None = "2026-10-20",
    now: datetime = NOW,
) -> History:
    """Writes one organisation with a past of ``days`` that ends at ``now``. ``engine`` is the administrator's."""
    made = History(uuid7(), [uuid7() for _ in range(reps + 1)], [uuid7() for _ in range(micros + 3)])
    values = {
        "org": made.org_id,
        "users": made.users,
        "turfs": made.territories,
        "doors": doors,
        "activities": activities,
        "days": days,
        "now": now,
        "since": None,
        "until": now,
        "cell": _CELL,
    }
    with engine.begin() as connection:
        values["since"] = connection.scalar(
            text("select cast(:now as timestamptz) - make_interval(days => :days)"), values
        )
        connection.execute(
            text(
                "insert into outbound.organisations (id, name, slug, zone, go_live_on)"
                " values (:org, :slug, :slug, 'America/Chicago', :go_live_on)"
            ),
            {**values, "slug": slug, "go_live_on": go_live_on},
        )
        for script in (_PEOPLE, _TERRITORIES, _DOORS, _TRIPS, _ACTIVITIES, _STAGES, _MESSAGES, *_LATER):
            for statement in script.split(";\n"):
                connection.execute(text(statement), values)
    return made
