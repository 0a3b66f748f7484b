with touched as (
    select org_id, lead_id from {{ versions_of_changed('trip_stops') }} as stops where lead_id is not null

    union

    select org_id, lead_id from {{ versions_of_changed('lead_stage_changes') }} as wins where to_stage = 'WON'

    union

    select
        stops.org_id,
        stops.lead_id
    from {{ versions_of_changed('trips') }} as trips
    inner join {{ ref('stg_trip_stops') }} as stops on trips.org_id = stops.org_id and trips.id = stops.trip_id
    where stops.lead_id is not null
)

select
    org_id,
    lead_id
from touched
