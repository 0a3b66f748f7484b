{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'int_touched_leads', 'keys': ['org_id', 'lead_id']}
) }}

select
    stays.org_id,
    stays.id,
    stays.lead_id,
    stays.stay,
    stays.stage,
    stays.entered_at,
    stays.week_start,
    stays.territory_id,
    stays.owner_id,
    stays.left_at,
    stays.next_stage,
    stays.seconds_in_stage,
    stays.won_at
from {{ ref('int_stays') }} as stays
where true {{ and_touched(ref('int_touched_leads'), ['org_id', 'lead_id'], 'stays') }}
