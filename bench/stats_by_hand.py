"""The rows of ``outbound_stats`` from the lake in one hand-written statement, as an analyst without models would.

``QUERY`` is right for a lake of one organisation and one batch, where each row is there once. ``QUERY_OF_ANY_BATCHES``
also does what every reader of a lake that has grown must do, and the models do: take the last version of each row that
was not deleted since. Both are held to the mart's own rows. Neither keeps anything for the next build or another mart.
"""

from __future__ import annotations

import re

from outbound.lake.tables import CHANGE_TABLES

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
_RESULTS = (
    "not_home", "interested", "follow_up", "scheduled", "won", "not_interested", "not_qualified", "do_not_contact",
    "left_material",
)  # fmt: skip
_STAGES = ("cold", "contacted", "follow_up", "lost", "not_qualified", "scheduled", "won")
_CHANNELS = {"DOOR_KNOCK": "door_touches", "CALL": "calls", "SMS": "sms", "EMAIL": "emails", "MEETING": "meetings"}

_TOUCHED = ", ".join(
    [
        "count(*) as touches",
        *(f"count(*) filter (channel = '{channel}') as {name}" for channel, name in _CHANNELS.items()),
        "count(*) filter (channel like 'CADENCE%') as cadence_messages",
        *(f"count(*) filter (result = '{name.upper()}') as r_{name}" for name in _RESULTS),
    ]
)
_ENTERED = ", ".join(f"count(*) filter (moved and to_stage = '{name.upper()}') as entered_{name}" for name in _STAGES)
_SUMMED = (
    "touches", *_CHANNELS.values(), "cadence_messages", *(f"r_{name}" for name in _RESULTS),
    *(f"entered_{name}" for name in _STAGES), "sla_due", "sla_missed", "doors", "cold_cohort", "cold_missed",
    "trips_completed", "trip_closes",
)  # fmt: skip
_SUMS = ", ".join(f"sum(coalesce({name}, 0))::bigint as {name}" for name in _SUMMED)

QUERY = f"""
with recursive zones as (
    select id as t, zone from lake.territories
    union all select {NOBODY}, zone from lake.organisations
),
here as (select zone from lake.organisations),
now as (select as_of, date_trunc('week', as_of at time zone zone)::date as this_week from lake.state, here),
happened as (
    select id, lead_id, coalesce(territory_id, {NOBODY}) as t, cell, type as channel, result, occurred_at
    from lake.activities
    where type in ('DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'MEETING') and user_id is not null and undone_at is null
    union all
    select id, lead_id, coalesce(territory_id, {NOBODY}), cell, 'CADENCE_' || channel, null, delivered_at
    from lake.messages where direction = 'outbound' and status = 'delivered' and enrollment_id is not null
),
touches as (
    select happened.*, date_trunc('week', occurred_at at time zone zone)::date as w from happened join zones using (t)
),
by_week as (select t, w, {_TOUCHED} from touches group by t, w),
by_cell as (
    select t, w, cell, count(*) filter (channel = 'DOOR_KNOCK') as knocks, count(*) as touches
    from touches where cell is not null group by t, w, cell
),
changes as (
    select *, coalesce(territory_id, {NOBODY}) as t, date_trunc('week', occurred_at at time zone zone)::date as w,
    from_stage is null or from_stage <> to_stage as moved
    from lake.lead_stage_changes as c join zones on zones.t = coalesce(c.territory_id, {NOBODY})
    where undone_at is null
),
answered as (
    select distinct c.id from changes as c join happened as h
    on c.lead_id = h.lead_id and h.occurred_at between c.occurred_at and c.due_at
    and (c.activity_id is null or c.activity_id <> h.id)
    where c.due_at is not null
),
stages as (
    select t, w, {_ENTERED},
    count(*) filter (due_at <= as_of) as sla_due,
    count(*) filter (due_at <= as_of and answered.id is null) as sla_missed,
    count(*) filter (due_at <= as_of and to_stage in ('COLD', 'CONTACTED')) as cold_cohort,
    count(*) filter (due_at <= as_of and to_stage in ('COLD', 'CONTACTED') and answered.id is null) as cold_missed
    from changes left join answered on changes.id = answered.id cross join now group by t, w
),
credited as (
    select c.id, arg_max(s.trip_id, (s.completed_at, s.id)) as trip_id
    from changes as c join lake.trip_stops as s on c.lead_id = s.lead_id
    join lake.trips as r on s.trip_id = r.id
    where c.to_stage = 'WON' and c.moved and s.status = 'completed' and r.status = 'completed'
    and s.completed_at between c.occurred_at - interval 30 day and c.occurred_at
    group by c.id
),
closes as (select trip_id, count(*) as closes from credited group by trip_id),
trips as (
    select zones.t, date_trunc('week', completed_at at time zone zone)::date as w,
    count(*) as trips_completed, sum(coalesce(closes, 0)) as trip_closes
    from lake.trips as r join zones on zones.t = coalesce(r.territory_id, {NOBODY})
    left join closes on closes.trip_id = r.id
    where status = 'completed' group by 1, 2
),
seen as (select w from by_week union select w from stages union select w from trips),
weeks as (
    select w from seen
    union
    select unnest(range(
        greatest((select this_week - 728 from now), (select min(w) from seen))::timestamp,
        (select this_week + 1 from now)::timestamp, interval 7 day))::date
),
moves as (
    select address_id, changed_at, cell, coalesce(territory_id, {NOBODY}) as t, do_not_knock,
    lag(changed_at) over (partition by address_id order by changed_at, id) as before from lake.door_changes
),
stood as (
    select a.cell, coalesce(a.territory_id, {NOBODY}) as t, coalesce(m.last, a.created_at) as since,
    null::timestamptz as until
    from lake.addresses as a
    left join (select address_id, max(changed_at) as last from moves group by 1) as m on m.address_id = a.id
    where a.cell is not null and not a.do_not_knock and a.location_source is distinct from 'zip_centroid'
    union all
    select m.cell, m.t, coalesce(m.before, a.created_at), m.changed_at
    from moves as m join lake.addresses as a on m.address_id = a.id where not m.do_not_knock and m.cell is not null
),
doors as (
    select t, cell, first_week, week_after, count(*) as doors from (
        select t, cell, date_trunc('week', since at time zone zone)::date as first_week,
        date_trunc('week', until at time zone zone)::date as week_after from stood cross join here
    ) where week_after is null or first_week < week_after group by all
),
grid as (
    select t, w, cell, sum(doors) as doors from weeks
    join doors on w >= first_week and (week_after is null or w < week_after) group by all
),
cells as (
    select coalesce(g.t, b.t) as t, coalesce(g.w, b.w) as w, coalesce(g.cell, b.cell) as cell,
    coalesce(doors, 0) as doors, coalesce(doors, 0) > 0 as workable, coalesce(touches, 0) as touches,
    coalesce(doors, 0) > 0 and coalesce(knocks, 0) > 0 as covered
    from grid as g full join by_cell as b on g.t = b.t and g.w = b.w and g.cell = b.cell
),
up (a, t) as (
    select id, id from lake.territories
    union all select l.parent_id, up.t from up join lake.territories as l on up.a = l.id where l.parent_id is not null
),
closure as (select * from up union all select {NOBODY}, {NOBODY}),
owned as (
    select distinct z.t, w from zones as z cross join weeks
    join closure as c on c.t = z.t
    join lake.territory_assignments as o on o.territory_id = c.a and o.role = 'OWNER'
    and ((w + 7)::timestamp at time zone z.zone) > o.assigned_at
    and (o.unassigned_at is null or (w::timestamp at time zone z.zone) < o.unassigned_at)
),
door_sums as (select t, w, sum(doors) as doors from cells group by t, w),
leaves as (
    select z.t, weeks.w, owned.t is not null as had_owner,
    by_week.* exclude (t, w), stages.* exclude (t, w), trips.* exclude (t, w), door_sums.doors
    from zones as z cross join weeks
    left join owned on owned.t = z.t and owned.w = weeks.w
    left join by_week on by_week.t = z.t and by_week.w = weeks.w
    left join stages on stages.t = z.t and stages.w = weeks.w
    left join trips on trips.t = z.t and trips.w = weeks.w
    left join door_sums on door_sums.t = z.t and door_sums.w = weeks.w
),
sums as (select c.a, w, bool_or(had_owner) as had_owner, {_SUMS} from closure as c join leaves using (t) group by 1, 2),
spread as (
    select c.a, cells.w, cells.cell, bool_or(workable) as workable, bool_or(covered) as covered,
    bool_or(workable and touches > 0) as reached, bool_or(workable and owned.t is not null) as a_workable,
    bool_or(covered and owned.t is not null) as a_covered
    from cells join closure as c using (t) left join owned on owned.t = cells.t and owned.w = cells.w group by all
),
coverage as (
    select a, w, count(*) filter (workable) as workable, count(*) filter (covered) as covered,
    count(*) filter (reached) as reached, count(*) filter (a_workable) as a_workable,
    count(*) filter (a_covered) as a_covered from spread group by a, w
)
select a as territory_id, w as week_start, had_owner, touches, door_touches, calls, sms, emails, meetings,
cadence_messages, r_not_home as not_home, r_scheduled as said_scheduled, entered_cold, entered_contacted,
entered_scheduled as scheduled, entered_won as won, sla_due, sla_missed, doors,
coalesce(workable, 0) as workable_cells, coalesce(covered, 0) as covered_cells, coalesce(reached, 0) as reached_cells,
coalesce(a_workable, 0) as assigned_workable_cells, coalesce(a_covered, 0) as assigned_covered_cells,
round(1 - a_covered / nullif(a_workable, 0), 6) as gap_ratio, cold_cohort, cold_missed as cold_without_follow_up,
round(cold_missed / nullif(cold_cohort, 0), 6) as cold_ratio, trips_completed, trip_closes,
round(trip_closes / nullif(trips_completed, 0), 6) as closes_per_trip
from sums left join coverage using (a, w)
"""

_LAST_VERSION = """(
    select * from lake.{table} as version where not exists (
        select 1 from lake.tombstones as gone
        where gone.table_name = '{table}' and gone.row_id = version.id and gone.batch > version.batch
    ) qualify row_number() over (partition by id order by batch desc) = 1
)"""
_CHANGING = "|".join(table.name for table in CHANGE_TABLES)
QUERY_OF_ANY_BATCHES = re.sub(
    rf"lake\.({_CHANGING})\b", lambda found: _LAST_VERSION.format(table=found[1]), QUERY
)  # fmt: skip

COMPARED = (
    "territory_id", "week_start", "had_owner", "touches", "door_touches", "calls", "sms", "emails", "meetings",
    "cadence_messages", "not_home", "said_scheduled", "entered_cold", "entered_contacted", "scheduled", "won",
    "sla_due", "sla_missed", "doors", "workable_cells", "covered_cells", "reached_cells", "assigned_workable_cells",
    "assigned_covered_cells", "cold_cohort", "cold_without_follow_up", "trips_completed", "trip_closes",
)  # fmt: skip
"""Columns held to the mart's: all that is counted."""
