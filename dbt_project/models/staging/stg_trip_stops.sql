{{ config(
    indexes=[
        {'columns': ['org_id', 'id']},
        {'columns': ['org_id', 'lead_id']},
        {'columns': ['org_id', 'trip_id']},
    ],
    meta={'lake_tables': ['trip_stops']}
) }}

select
    org_id,
    id,
    trip_id,
    lead_id,
    address_id,
    status,
    completed_at,
    batch
from {{ latest_version('trip_stops') }} as latest
