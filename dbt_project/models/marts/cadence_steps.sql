{%- set outcomes = [
    'message_queued', 'message_sent', 'message_delivered', 'message_failed', 'message_suppressed',
    'task_open', 'task_done', 'task_cancelled'
] -%}
with enrollments as (
    select
        enrollments.org_id,
        enrollments.id,
        enrollments.cadence_id,
        enrollments.edition,
        enrollments.status,
        coalesce(leads.territory_id, {{ nobody() }}) as territory_id
    from {{ ref('stg_enrollments') }} as enrollments
    inner join {{ ref('stg_leads') }} as leads
        on enrollments.org_id = leads.org_id and enrollments.lead_id = leads.id
),

enrolled as (
    select
        org_id,
        cadence_id,
        edition,
        territory_id,
        cast(count(*) as bigint) as enrolled
    from enrollments
    group by org_id, cadence_id, edition, territory_id
),

credits as (
    select
        org_id,
        run_id,
        {{ count_where("what = 'reply'") }} as replies,
        {{ count_where("what = 'scheduled'") }} as scheduled,
        {{ count_where("what = 'won'") }} as won
    from {{ ref('int_step_credits') }}
    group by org_id, run_id
),

runs as (
    select
        enrollments.org_id,
        enrollments.cadence_id,
        enrollments.edition,
        enrollments.territory_id,
        runs.step_id,
        enrollments.status,
        runs.outcome,
        credits.replies,
        credits.scheduled,
        credits.won,
        runs.is_last,
        runs.is_first_of_step
    from {{ ref('int_step_runs') }} as runs
    inner join enrollments on runs.org_id = enrollments.org_id and runs.enrollment_id = enrollments.id
    left join credits on runs.org_id = credits.org_id and runs.id = credits.run_id
),

ran as (
    select
        org_id,
        cadence_id,
        edition,
        territory_id,
        step_id,
        {{ count_where('is_first_of_step') }} as ran,
        {%- for outcome in outcomes %}
        {{ count_where("outcome = '" ~ outcome ~ "'") }} as {{ outcome }},
        {%- endfor %}
        {{ count_where("is_last and status in ('completed', 'cancelled')") }} as ended_here,
        {{ total('replies') }} as replies,
        {{ total('scheduled') }} as scheduled,
        {{ total('won') }} as won
    from runs
    group by org_id, cadence_id, edition, territory_id, step_id
),

-- Steps of the edition, and those that its enrolments met because the cadence was edited meanwhile.
grid as (
    select
        enrolled.org_id,
        enrolled.cadence_id,
        enrolled.edition,
        enrolled.territory_id,
        steps.id as step_id
    from enrolled
    inner join {{ ref('stg_cadence_steps') }} as steps
        on
            enrolled.org_id = steps.org_id
            and enrolled.cadence_id = steps.cadence_id
            and enrolled.edition >= steps.first_edition
            and (steps.last_edition is null or enrolled.edition <= steps.last_edition)

    union

    select
        org_id,
        cadence_id,
        edition,
        territory_id,
        step_id
    from ran
)

select
    grid.org_id,
    grid.cadence_id,
    grid.edition,
    grid.step_id,
    grid.territory_id,
    steps.step_order,
    steps.channel,
    steps.wait_minutes,
    coalesce(
        grid.edition >= steps.first_edition and (steps.last_edition is null or grid.edition <= steps.last_edition), false
    ) as in_edition,
    enrolled.enrolled,
    coalesce(ran.ran, 0) as ran,
    {%- for outcome in outcomes %}
    coalesce(ran.{{ outcome }}, 0) as {{ outcome }},
    {%- endfor %}
    coalesce(ran.ended_here, 0) as ended_here,
    coalesce(ran.replies, 0) as replies,
    coalesce(ran.scheduled, 0) as scheduled,
    coalesce(ran.won, 0) as won,
    {{ ratio('coalesce(ran.ran, 0)', 'enrolled.enrolled') }} as ran_ratio
from grid
inner join enrolled
    on
        grid.org_id = enrolled.org_id
        and grid.cadence_id = enrolled.cadence_id
        and grid.edition = enrolled.edition
        and grid.territory_id = enrolled.territory_id
left join ran
    on
        grid.org_id = ran.org_id
        and grid.cadence_id = ran.cadence_id
        and grid.edition = ran.edition
        and grid.territory_id = ran.territory_id
        and grid.step_id = ran.step_id
left join {{ ref('stg_cadence_steps') }} as steps on grid.org_id = steps.org_id and grid.step_id = steps.id
