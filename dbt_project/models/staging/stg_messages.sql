{{ config(meta={'lake_tables': ['messages']}) }}

select
    org_id,
    id,
    lead_id,
    enrollment_id,
    step_id,
    channel,
    direction,
    status,
    scheduled_for,
    sent_at,
    delivered_at,
    territory_id,
    cell,
    created_at,
    batch
from {{ latest_version('messages') }} as latest
