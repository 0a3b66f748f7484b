{{ config(meta={'lake_tables': ['tasks']}) }}

select
    org_id,
    id,
    lead_id,
    state,
    enrollment_id,
    step_id,
    created_at,
    batch
from {{ latest_version('tasks') }} as latest
