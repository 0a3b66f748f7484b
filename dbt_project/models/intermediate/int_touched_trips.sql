select org_id, id as trip_id from {{ versions_of_changed('trips') }} as trips

union

select org_id, trip_id from {{ versions_of_changed('trip_stops') }} as changed_stops

union

-- Not joined: every touch of the past would be joined with its stop before it is asked whether it changed.
select
    stops.org_id,
    stops.trip_id
from {{ ref('stg_trip_stops') }} as stops
where
    (stops.org_id, stops.id) in (
        select
            activities.org_id,
            activities.trip_stop_id
        from {{ versions_of_changed('activities') }} as activities
        where activities.trip_stop_id is not null
    )
