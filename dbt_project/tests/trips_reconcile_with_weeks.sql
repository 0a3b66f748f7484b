-- A trip and its stops stand in one row; completed trips and their closes are those of the weekly marts, and of the
-- members' days.
with rows_of_trips as (
    select
        org_id,
        {{ count_where("status = 'completed'") }} as trips,
        {{ total('closes') }} as closes,
        {{ total('stops') }} as stops
    from {{ ref('trips') }}
    group by org_id
),

stops as (
    select org_id, cast(count(*) as bigint) as stops from {{ ref('stg_trip_stops') }} group by org_id
),

weeks as (
    select org_id, {{ total('trips_completed') }} as trips, {{ total('trip_closes') }} as closes
    from {{ ref('territory_weeks') }}
    group by org_id
),

days as (
    select org_id, {{ total('trips_completed') }} as trips, {{ total('trip_closes') }} as closes
    from {{ ref('rep_days') }}
    group by org_id
)

select rows_of_trips.org_id
from rows_of_trips
left join stops on rows_of_trips.org_id = stops.org_id
left join weeks on rows_of_trips.org_id = weeks.org_id
left join days on rows_of_trips.org_id = days.org_id
where
    rows_of_trips.trips <> coalesce(weeks.trips, 0)
    or rows_of_trips.closes <> coalesce(weeks.closes, 0)
    or rows_of_trips.trips <> coalesce(days.trips, 0)
    or rows_of_trips.closes <> coalesce(days.closes, 0)
    or rows_of_trips.stops <> coalesce(stops.stops, 0)
