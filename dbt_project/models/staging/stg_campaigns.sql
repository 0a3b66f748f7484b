{{ config(meta={'lake_tables': ['campaigns']}) }}

select
    org_id,
    id,
    name,
    starts_on,
    ends_on,
    active,
    created_at,
    batch
from {{ latest_version('campaigns') }} as latest
