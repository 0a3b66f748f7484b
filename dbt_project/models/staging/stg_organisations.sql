{{ config(materialized='table', indexes=[]) }}

select
    org_id,
    zone,
    go_live_on,
    is_demo,
    created_at
from {{ source('lake', 'organisations') }}
