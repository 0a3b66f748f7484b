select
    org_id,
    id,
    name,
    target_stage,
    active,
    edition,
    retired_at
from {{ ref('stg_cadences') }}
