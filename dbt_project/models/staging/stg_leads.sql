{{ config(meta={'lake_tables': ['leads']}) }}

select
    org_id,
    id,
    lead_type,
    pipeline_stage,
    stage_entered_at,
    territory_id,
    campaign_id,
    import_id,
    owner_id,
    last_activity_at,
    due_at,
    estimated_value_cents,
    archived_at,
    batch
from {{ latest_version('leads') }} as latest
