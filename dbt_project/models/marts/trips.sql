select
    trips.org_id,
    trips.id,
    trips.owner_id,
    zones.territory_id,
    trips.status,
    trips.optimization,
    {{ week_in_zone('coalesce(trips.completed_at, trips.started_at, trips.planned_start)', 'zones.zone') }} as week_start,
    {{ day_in_zone('coalesce(trips.completed_at, trips.started_at, trips.planned_start)', 'organisations.zone') }} as day,
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
from {{ ref('stg_trips') }} as trips
inner join {{ ref('int_zones') }} as zones
    on trips.org_id = zones.org_id and coalesce(trips.territory_id, {{ nobody() }}) = zones.territory_id
inner join {{ ref('stg_organisations') }} as organisations on trips.org_id = organisations.org_id
left join {{ ref('int_trip_work') }} as work on trips.org_id = work.org_id and trips.id = work.trip_id
left join {{ ref('int_trips') }} as credited on trips.org_id = credited.org_id and trips.id = credited.id
