select
    org_id,
    id,
    role,
    active
from {{ ref('stg_memberships') }}
