{{ config(meta={'lake_tables': ['trips']}) }}

select
    org_id,
    id,
    owner_id,
    territory_id,
    optimization,
    status,
    planned_start,
    started_at,
    completed_at,
    distance_meters,
    duration_minutes,
    actual_distance_meters,
    actual_duration_minutes,
    batch
from {{ latest_version('trips') }} as latest
