-- What leads did, credited to the last step of a cadence that reached them in the 30 days before.
with heard as (
    select
        org_id,
        id,
        lead_id,
        'reply' as what,
        coalesce(delivered_at, created_at) as occurred_at
    from {{ ref('stg_messages') }}
    where direction = 'inbound'

    union all

    select
        org_id,
        id,
        lead_id,
        lower(to_stage) as what,
        occurred_at
    from {{ ref('int_stage_entries') }}
    where moved and to_stage in ('SCHEDULED', 'WON')
),

candidates as (
    select
        heard.org_id,
        heard.id,
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
    what,
    run_id
from candidates
where place = 1
