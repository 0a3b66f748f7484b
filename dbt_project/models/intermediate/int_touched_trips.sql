select org_id, id as trip_id from {{ versions_of_changed('trips') }} as trips

union

select org_id, trip_id from {{ versions_of_changed('trip_stops') }} as changed_stops

union

select
    stops.org_id,
    stops.trip_id
from {{ versions_of_changed('activities') }} as activities
inner join {{ ref('stg_trip_stops') }} as stops
    on activities.org_id = stops.org_id and activities.trip_stop_id = stops.id
