{{ config(meta={'lake_tables': ['addresses']}) }}

select
    org_id,
    id,
    cell,
    territory_id,
    do_not_knock,
    created_at,
    batch
from {{ latest_version('addresses') }} as latest
