-- Every completed trip is counted in one week, and no win is credited to more than one trip.
with expected as (
    select org_id, cast(count(*) as bigint) as trips
    from {{ ref('stg_trips') }}
    where status = 'completed'
    group by org_id
),

wins as (
    select org_id, cast(count(*) as bigint) as wins
    from {{ ref('stg_lead_stage_changes') }}
    where to_stage = 'WON' and (from_stage is null or from_stage <> 'WON')
    group by org_id
),

found as (
    select
        org_id,
        {{ total('trips_completed') }} as trips,
        {{ total('trip_closes') }} as closes
    from {{ ref('territory_weeks') }}
    group by org_id
)

select found.org_id
from found
left join expected on found.org_id = expected.org_id
left join wins on found.org_id = wins.org_id
where found.trips <> coalesce(expected.trips, 0) or found.closes > coalesce(wins.wins, 0)
