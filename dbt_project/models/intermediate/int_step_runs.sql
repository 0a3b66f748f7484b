{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    meta={'lake_tables': ['messages', 'tasks']}
) }}

select
    org_id,
    id,
    lead_id,
    enrollment_id,
    step_id,
    'message_' || status as outcome,
    coalesce(sent_at, scheduled_for, created_at) as ran_at
from {{ ref('stg_messages') }}
where
    direction = 'outbound'
    and enrollment_id is not null
    and step_id is not null
    {%- if is_incremental() %} and batch > {{ built_batch() }}{% endif %}

union all

select
    org_id,
    id,
    lead_id,
    enrollment_id,
    step_id,
    'task_' || state as outcome,
    created_at as ran_at
from {{ ref('stg_tasks') }}
where
    enrollment_id is not null
    and step_id is not null
    {%- if is_incremental() %} and batch > {{ built_batch() }}{% endif %}
