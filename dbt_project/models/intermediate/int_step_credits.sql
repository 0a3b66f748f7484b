-- What leads did, credited to the last step of a cadence that reached them in the 30 days before.
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'heard lead', 'keys': ['org_id', 'lead_id']}
) }}

with heard as (
    select
        messages.org_id,
        messages.id,
        messages.lead_id,
        'reply' as what,
        coalesce(messages.delivered_at, messages.created_at) as occurred_at
    from {{ ref('stg_messages') }} as messages
    where
        messages.direction = 'inbound'
        {{ and_touched(ref('int_touched'), 'heard lead', ['org_id', 'lead_id'], 'messages') }}

    union all

    select
        entries.org_id,
        entries.id,
        entries.lead_id,
        lower(entries.to_stage) as what,
        entries.occurred_at
    from {{ ref('int_stage_entries') }} as entries
    where
        entries.moved
        and entries.to_stage in ('SCHEDULED', 'WON')
        {{ and_touched(ref('int_touched'), 'heard lead', ['org_id', 'lead_id'], 'entries') }}
),

candidates as (
    select
        heard.org_id,
        heard.id,
        heard.lead_id,
        heard.what,
        runs.id as run_id,
        row_number() over (
            partition by heard.org_id, heard.what, heard.id
            order by runs.ran_at desc nulls last, runs.id desc nulls last
        ) as place
    from heard
    inner join {{ ref('int_step_runs') }} as runs on heard.org_id = runs.org_id and heard.lead_id = runs.lead_id
    where
        runs.outcome in ('message_sent', 'message_delivered', 'task_done')
        and runs.ran_at <= heard.occurred_at
        and runs.ran_at >= heard.occurred_at - interval '30 days'
)

select
    org_id,
    id,
    lead_id,
    what,
    run_id
from candidates
where place = 1
