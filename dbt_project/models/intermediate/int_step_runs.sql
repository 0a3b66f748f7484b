{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'enrolment', 'keys': ['org_id', 'enrollment_id']},
    indexes=[
        {'columns': ['org_id', 'enrollment_id']},
        {'columns': ['org_id', 'lead_id']},
    ]
) }}

with runs as (
    select
        messages.org_id,
        messages.id,
        messages.lead_id,
        messages.enrollment_id,
        messages.step_id,
        'message_' || messages.status as outcome,
        coalesce(messages.sent_at, messages.scheduled_for, messages.created_at) as ran_at,
        true as is_first_of_step
    from {{ ref('stg_messages') }} as messages
    where
        messages.direction = 'outbound'
        and messages.enrollment_id is not null
        and messages.step_id is not null
        {{ and_touched(ref('int_touched'), 'enrolment', ['org_id', 'enrollment_id'], 'messages') }}

    union all

    select
        tasks.org_id,
        tasks.id,
        tasks.lead_id,
        tasks.enrollment_id,
        tasks.step_id,
        'task_' || tasks.state as outcome,
        tasks.created_at as ran_at,
        messages.id is null as is_first_of_step
    from {{ ref('stg_tasks') }} as tasks
    -- A step makes one message at most, and one task.
    left join {{ ref('stg_messages') }} as messages
        on
            tasks.org_id = messages.org_id
            and tasks.enrollment_id = messages.enrollment_id
            and tasks.step_id = messages.step_id
            and messages.direction = 'outbound'
    where
        tasks.enrollment_id is not null
        and tasks.step_id is not null
        {{ and_touched(ref('int_touched'), 'enrolment', ['org_id', 'enrollment_id'], 'tasks') }}
),

-- Few runs share the last moment of their enrolment, so few are put in order: that is dear.
last_moments as (
    select
        org_id,
        enrollment_id,
        max(ran_at) as ran_at
    from runs
    group by org_id, enrollment_id
),

last_runs as (
    select
        runs.org_id,
        runs.id,
        row_number() over (
            partition by runs.org_id, runs.enrollment_id order by runs.id desc nulls last
        ) as from_last
    from runs
    inner join last_moments
        on
            runs.org_id = last_moments.org_id
            and runs.enrollment_id = last_moments.enrollment_id
            and runs.ran_at = last_moments.ran_at
)

select
    runs.org_id,
    runs.id,
    runs.lead_id,
    runs.enrollment_id,
    runs.step_id,
    runs.outcome,
    runs.ran_at,
    last_runs.id is not null as is_last,
    runs.is_first_of_step
from runs
left join last_runs on runs.org_id = last_runs.org_id and runs.id = last_runs.id and last_runs.from_last = 1
