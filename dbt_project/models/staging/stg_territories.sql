{{ config(meta={'lake_tables': ['territories']}) }}

select
    org_id,
    id,
    name,
    type,
    parent_id,
    priority_weight,
    active,
    zone,
    created_at,
    batch
from {{ latest_version('territories') }} as latest
