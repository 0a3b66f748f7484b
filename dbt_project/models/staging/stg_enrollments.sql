{{ config(meta={'lake_tables': ['lead_cadence_enrollments']}) }}

select
    org_id,
    id,
    lead_id,
    cadence_id,
    status,
    edition,
    batch
from {{ latest_version('lead_cadence_enrollments') }} as latest
