{{ config(meta={'lake_tables': ['onboarding_handoffs']}) }}

select
    org_id,
    id,
    lead_id,
    scheduled_at,
    status,
    decided_at,
    value_cents,
    batch
from {{ latest_version('onboarding_handoffs') }} as latest
