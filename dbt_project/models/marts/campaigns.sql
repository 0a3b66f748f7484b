select
    org_id,
    id,
    name,
    starts_on,
    ends_on,
    active,
    created_at
from {{ ref('stg_campaigns') }}
