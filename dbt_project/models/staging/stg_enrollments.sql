{{ config(meta={'lake_tables': ['lead_cadence_enrollments']}) }}

select
    org_id,
    id,
    lead_id,
    cadence_id,
    status,
    started_at,
    completed_at,
    cancelled_at,
    edition,
    ended_because,
    batch
from {{ latest_version('lead_cadence_enrollments') }} as latest
