-- What is counted again because rows that it is made of changed, in any version, old or new: a version says what a row
-- counted for, or counts for now. One model, for it looks through each changed table once.
with activities as (
    select org_id, lead_id, user_id, territory_id, occurred_at, trip_stop_id
    from {{ versions_of_changed('activities') }} as versions
),

messages as (
    select org_id, lead_id, enrollment_id, territory_id, delivered_at
    from {{ versions_of_changed('messages') }} as versions
),

tasks as (
    select org_id, lead_id, enrollment_id
    from {{ versions_of_changed('tasks') }} as versions
),

changes as (
    select org_id, id, lead_id, to_stage, occurred_at, owner_id
    from {{ versions_of_changed('lead_stage_changes') }} as versions
),

stops as (
    select org_id, trip_id, lead_id, completed_at
    from {{ versions_of_changed('trip_stops') }} as versions
),

trips as (
    select org_id, id, owner_id, coalesce(completed_at, started_at, planned_start) as happened_at
    from {{ versions_of_changed('trips') }} as versions
),

leads as (
    select org_id, id from {{ versions_of_changed('leads') }} as versions
),

handoffs as (
    select org_id, lead_id from {{ versions_of_changed('onboarding_handoffs') }} as versions
),

touches as (
    select org_id, lead_id, territory_id, occurred_at from activities

    union all

    select org_id, lead_id, territory_id, delivered_at as occurred_at from messages where delivered_at is not null
),

stops_of_trips as (
    select org_id, lead_id, completed_at from stops

    union all

    select
        trip_stops.org_id,
        trip_stops.lead_id,
        trip_stops.completed_at
    from {{ ref('stg_trip_stops') }} as trip_stops
    inner join trips on trip_stops.org_id = trips.org_id and trip_stops.trip_id = trips.id
),

-- Wins that may go to another trip than before.
wins as (
    select org_id, id, lead_id, occurred_at from changes where to_stage = 'WON'

    union

    select
        moves.org_id,
        moves.id,
        moves.lead_id,
        moves.occurred_at
    from {{ ref('stg_lead_stage_changes') }} as moves
    inner join stops_of_trips
        on
            moves.org_id = stops_of_trips.org_id
            and moves.lead_id = stops_of_trips.lead_id
            and moves.occurred_at >= stops_of_trips.completed_at
            and moves.occurred_at <= stops_of_trips.completed_at + interval '30 days'
    where moves.to_stage = 'WON'
),

-- A trip is touched by a win through the first and the last win, not each: one too many is counted again at most, and
-- nothing is joined by time.
touched_trips as (
    select org_id, id from trips

    union

    select org_id, trip_id as id from stops

    union

    select org_id, trip_id as id
    from {{ ref('stg_trip_stops') }}
    where (org_id, id) in (
        select activities.org_id, activities.trip_stop_id
        from activities
        where activities.trip_stop_id is not null
    )

    union

    select org_id, trip_id as id
    from {{ ref('stg_trip_stops') }}
    where
        (org_id, lead_id) in (select wins.org_id, wins.lead_id from wins)
        and completed_at >= (select min(first_win.occurred_at) - interval '30 days' from wins as first_win)
        and completed_at <= (select max(last_win.occurred_at) from wins as last_win)
),

-- What members are credited with beside their touches: moves of leads that are theirs, and trips.
credits as (
    select org_id, owner_id as user_id, occurred_at from changes where to_stage in ('SCHEDULED', 'WON')

    union all

    select org_id, owner_id as user_id, happened_at as occurred_at from trips

    union all

    select
        trips_now.org_id,
        trips_now.owner_id as user_id,
        coalesce(trips_now.completed_at, trips_now.started_at, trips_now.planned_start) as occurred_at
    from {{ ref('stg_trips') }} as trips_now
    inner join touched_trips on trips_now.org_id = touched_trips.org_id and trips_now.id = touched_trips.id
),

touched_days as (
    select
        activities.org_id,
        activities.user_id,
        {{ day_in_zone('activities.occurred_at', 'organisations.zone') }} as day
    from activities
    inner join {{ ref('stg_organisations') }} as organisations on activities.org_id = organisations.org_id
),

found as (
    select
        touches.org_id,
        'week' as what,
        zones.territory_id as id,
        {{ week_in_zone('touches.occurred_at', 'zones.zone') }} as starts_on
    from touches
    inner join {{ ref('int_zones') }} as zones
        on
            touches.org_id = zones.org_id
            and coalesce(touches.territory_id, {{ nobody() }}) = zones.territory_id

    union all

    select org_id, 'day' as what, user_id as id, day as starts_on from touched_days

    union all

    select org_id, 'credited day' as what, user_id as id, day as starts_on from touched_days

    union all

    select
        credits.org_id,
        'credited day' as what,
        credits.user_id as id,
        {{ day_in_zone('credits.occurred_at', 'organisations.zone') }} as starts_on
    from credits
    inner join {{ ref('stg_organisations') }} as organisations on credits.org_id = organisations.org_id

    union all

    select org_id, 'entry' as what, id, cast(null as date) as starts_on from changes

    union all

    -- What owed a touch when one happened.
    select
        owed.org_id,
        'entry' as what,
        owed.id,
        cast(null as date) as starts_on
    from {{ ref('stg_lead_stage_changes') }} as owed
    inner join touches
        on
            owed.org_id = touches.org_id
            and owed.lead_id = touches.lead_id
            and owed.occurred_at <= touches.occurred_at
            and owed.due_at >= touches.occurred_at

    union all

    select org_id, 'moved lead' as what, lead_id as id, cast(null as date) as starts_on from changes

    union all

    select org_id, 'win' as what, id, cast(null as date) as starts_on from wins

    union all

    select org_id, 'trip' as what, id, cast(null as date) as starts_on from touched_trips

    union all

    select org_id, 'won lead' as what, lead_id as id, cast(null as date) as starts_on from changes

    union all

    select org_id, 'won lead' as what, lead_id as id, cast(null as date) as starts_on from wins

    union all

    select org_id, 'won lead' as what, lead_id as id, cast(null as date) as starts_on from handoffs

    union all

    select org_id, 'won lead' as what, lead_id as id, cast(null as date) as starts_on
    from {{ ref('stg_lead_stage_changes') }}
    where to_stage = 'WON' and (org_id, lead_id) in (select leads.org_id, leads.id from leads)

    union all

    select org_id, 'enrolment' as what, enrollment_id as id, cast(null as date) as starts_on
    from messages
    where enrollment_id is not null

    union all

    select org_id, 'enrolment' as what, enrollment_id as id, cast(null as date) as starts_on
    from tasks
    where enrollment_id is not null

    union all

    select org_id, 'heard lead' as what, lead_id as id, cast(null as date) as starts_on from messages

    union all

    select org_id, 'heard lead' as what, lead_id as id, cast(null as date) as starts_on from tasks

    union all

    select org_id, 'heard lead' as what, lead_id as id, cast(null as date) as starts_on
    from changes
    where to_stage in ('SCHEDULED', 'WON')
)

select distinct
    org_id,
    what,
    id,
    starts_on
from found
where id is not null
