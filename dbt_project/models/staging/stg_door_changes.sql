{{ config(meta={'lake_tables': ['door_changes']}) }}

select
    org_id,
    id,
    address_id,
    changed_at,
    cell,
    territory_id,
    do_not_knock,
    batch
from {{ latest_version('door_changes') }} as latest
