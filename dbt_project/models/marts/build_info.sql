select
    organisations.org_id,
    organisations.zone,
    organisations.go_live_on,
    state.build_id,
    state.as_of as built_at,
    state.extracted_at,
    state.generation,
    state.batch_to as batch
from {{ ref('stg_organisations') }} as organisations
cross join {{ source('lake', 'state') }} as state
