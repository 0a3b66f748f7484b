-- Of the stays in a stage that lasted at least so many weeks, how many were won so many weeks later still. Only stays of
-- the last year that were watched for all of that time count; eight weeks stand for eight and more.
{%- set week = 604800 %}
with stays as (
    select
        history.org_id,
        history.stage,
        {{ seconds_between('history.entered_at', 'coalesce(history.left_at, state.as_of)') }} as seconds_stayed,
        {{ seconds_between('history.entered_at', 'history.won_at') }} as seconds_to_win,
        {{ seconds_between('history.entered_at', 'state.as_of') }} as seconds_watched
    from {{ ref('stage_history') }} as history
    cross join {{ source('lake', 'state') }} as state
    where
        history.stage in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED')
        and history.entered_at <= state.as_of
        and history.entered_at >= state.as_of - interval '364 days'
),

weekly as (
    select
        org_id,
        stage,
        least({{ whole_quotient('seconds_stayed', week) }}, 8) as weeks_stayed,
        case when seconds_to_win is not null then least({{ whole_quotient('seconds_to_win', week) }}, 16) end
            as weeks_to_win,
        least({{ whole_quotient('seconds_watched', week) }}, 16) as weeks_watched
    from stays
),

patterns as (
    select
        org_id,
        stage,
        weeks_stayed,
        weeks_to_win,
        weeks_watched,
        cast(count(*) as bigint) as stays
    from weekly
    group by org_id, stage, weeks_stayed, weeks_to_win, weeks_watched
),

numbers as (
    {%- for n in range(9) %}
    select {{ n }} as n{{ ' union all' if not loop.last }}
    {%- endfor %}
)

select
    patterns.org_id,
    patterns.stage,
    ages.n as weeks_in_stage,
    aheads.n as weeks_ahead,
    {{ total('patterns.stays') }} as stays,
    {{ total('case when patterns.weeks_to_win = ages.n + aheads.n then patterns.stays else 0 end') }} as wins
from patterns
inner join numbers as ages on patterns.weeks_stayed >= ages.n
inner join numbers as aheads on aheads.n < 8 and patterns.weeks_watched > ages.n + aheads.n
group by patterns.org_id, patterns.stage, ages.n, aheads.n
