{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'int_touched_trips', 'keys': ['org_id', 'trip_id']}
) }}

with stops as (
    select
        stops.org_id,
        stops.id,
        stops.trip_id,
        stops.address_id,
        stops.status
    from {{ ref('stg_trip_stops') }} as stops
    where true {{ and_touched(ref('int_touched_trips'), ['org_id', 'trip_id'], 'stops') }}
),

answered as (
    select distinct
        stops.org_id,
        stops.id
    from stops
    inner join {{ ref('int_touches') }} as touches on stops.org_id = touches.org_id and stops.id = touches.trip_stop_id
    where touches.result in {{ contact_results() }}
)

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
