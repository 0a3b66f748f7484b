{{ config(meta={'lake_tables': ['cadences']}) }}

select
    org_id,
    id,
    name,
    target_stage,
    active,
    edition,
    retired_at,
    created_at,
    batch
from {{ latest_version('cadences') }} as latest
