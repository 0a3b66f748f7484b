{{ config(materialized='table', indexes=[]) }}

select
    org_id,
    id,
    role,
    active,
    created_at
from {{ source('lake', 'memberships') }}
