-- Every message and task that a cadence made stands in exactly one row of its funnel, with its outcome; no step reached
-- more enrolments than there were.
with made as (
    select org_id, cast(count(*) as bigint) as made
    from {{ ref('stg_messages') }}
    where direction = 'outbound' and enrollment_id is not null and step_id is not null
    group by org_id

    union all

    select org_id, cast(count(*) as bigint) as made
    from {{ ref('stg_tasks') }}
    where enrollment_id is not null and step_id is not null
    group by org_id
),

expected as (
    select org_id, {{ total('made') }} as made from made group by org_id
),

found as (
    select
        org_id,
        {{ total('message_queued + message_sent + message_delivered + message_failed + message_suppressed') }}
        + {{ total('task_open + task_done + task_cancelled') }} as outcomes
    from {{ ref('cadence_steps') }}
    group by org_id
),

enrolled as (
    select org_id, cadence_id, edition, cast(count(*) as bigint) as enrolled
    from {{ ref('stg_enrollments') }}
    group by org_id, cadence_id, edition
),

steps as (
    select org_id, cadence_id, edition, step_id, {{ total('enrolled') }} as enrolled, {{ total('ran') }} as ran
    from {{ ref('cadence_steps') }}
    group by org_id, cadence_id, edition, step_id
)

select organisations.org_id
from {{ ref('stg_organisations') }} as organisations
left join expected on organisations.org_id = expected.org_id
left join found on organisations.org_id = found.org_id
where coalesce(expected.made, 0) <> coalesce(found.outcomes, 0)

union

select steps.org_id
from steps
inner join enrolled
    on
        steps.org_id = enrolled.org_id
        and steps.cadence_id = enrolled.cadence_id
        and steps.edition = enrolled.edition
where steps.enrolled > enrolled.enrolled or steps.ran > enrolled.enrolled
