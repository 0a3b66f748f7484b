-- A move that was taken back with its activity never was.
{{ config(
    indexes=[
        {'columns': ['org_id', 'id']},
        {'columns': ['org_id', 'lead_id']},
    ],
    meta={'lake_tables': ['lead_stage_changes']}
) }}

select
    org_id,
    id,
    lead_id,
    from_stage,
    to_stage,
    occurred_at,
    owner_id,
    territory_id,
    due_at,
    activity_id,
    batch
from {{ latest_version('lead_stage_changes') }} as latest
where undone_at is null
