{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'trip', 'keys': ['org_id', 'id']}
) }}

with trips as (
    select
        trips.*,
        coalesce(trips.completed_at, trips.started_at, trips.planned_start) as happened_at
    from {{ ref('stg_trips') }} as trips
    where true {{ and_touched(ref('int_touched'), 'trip', ['org_id', 'id'], 'trips') }}
),

stops as (
    select
        stops.org_id,
        stops.id,
        stops.trip_id,
        stops.address_id,
        stops.status
    from {{ ref('stg_trip_stops') }} as stops
    where true {{ and_touched(ref('int_touched'), 'trip', ['org_id', 'trip_id'], 'stops') }}
),

answered as (
    select distinct
        stops.org_id,
        stops.id
    from stops
    inner join {{ ref('int_touches') }} as touches on stops.org_id = touches.org_id and stops.id = touches.trip_stop_id
    where touches.result in {{ contact_results() }}
),

work as (
    select
        stops.org_id,
        stops.trip_id,
        cast(count(*) as bigint) as stops,
        {{ count_where("stops.status = 'completed'") }} as stops_completed,
        {{ count_where("stops.status = 'skipped'") }} as stops_skipped,
        cast(count(distinct case when stops.status = 'completed' then stops.address_id end) as bigint) as doors,
        {{ count_where('answered.id is not null') }} as contacts
    from stops
    left join answered on stops.org_id = answered.org_id and stops.id = answered.id
    group by stops.org_id, stops.trip_id
),

credited as (
    select
        credited.org_id,
        credited.id,
        credited.closes
    from {{ ref('int_trips') }} as credited
    where true {{ and_touched(ref('int_touched'), 'trip', ['org_id', 'id'], 'credited') }}
)

select
    trips.org_id,
    trips.id,
    trips.owner_id,
    zones.territory_id,
    trips.status,
    trips.optimization,
    {{ week_in_zone('trips.happened_at', 'zones.zone') }} as week_start,
    {{ day_in_zone('trips.happened_at', 'organisations.zone') }} as day,
    trips.planned_start,
    trips.started_at,
    trips.completed_at,
    trips.distance_meters,
    trips.duration_minutes,
    trips.actual_distance_meters,
    trips.actual_duration_minutes,
    coalesce(work.stops, 0) as stops,
    coalesce(work.stops_completed, 0) as stops_completed,
    coalesce(work.stops_skipped, 0) as stops_skipped,
    coalesce(work.doors, 0) as doors,
    coalesce(work.contacts, 0) as contacts,
    coalesce(credited.closes, 0) as closes,
    {{ ratio('coalesce(credited.closes, 0) * 60', 'trips.actual_duration_minutes') }} as closes_per_hour,
    {{ ratio('coalesce(work.doors, 0) * 60', 'trips.actual_duration_minutes') }} as doors_per_hour
from trips
inner join {{ ref('int_zones') }} as zones
    on trips.org_id = zones.org_id and coalesce(trips.territory_id, {{ nobody() }}) = zones.territory_id
inner join {{ ref('stg_organisations') }} as organisations on trips.org_id = organisations.org_id
left join work on trips.org_id = work.org_id and trips.id = work.trip_id
left join credited on trips.org_id = credited.org_id and trips.id = credited.id
