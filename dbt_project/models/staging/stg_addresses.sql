{{ config(meta={'lake_tables': ['addresses']}) }}

select
    org_id,
    id,
    -- The middle of a ZIP code is where none of its doors stands.
    case when coalesce(location_source, '') <> 'zip_centroid' then cell end as cell,
    territory_id,
    do_not_knock,
    created_at,
    batch
from {{ latest_version('addresses') }} as latest
