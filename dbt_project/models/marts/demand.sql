with leads as (
    select
        leads.org_id,
        coalesce(leads.territory_id, {{ nobody() }}) as territory_id,
        leads.pipeline_stage as stage,
        least(
            greatest({{ whole_quotient(seconds_between('leads.stage_entered_at', 'state.as_of'), 604800) }}, 0), 8
        ) as weeks_in_stage,
        {{ day_in_zone('state.as_of', 'organisations.zone') }} as today,
        leads.estimated_value_cents
    from {{ ref('stg_leads') }} as leads
    cross join {{ source('lake', 'state') }} as state
    inner join {{ ref('stg_organisations') }} as organisations on leads.org_id = organisations.org_id
    where leads.archived_at is null and leads.pipeline_stage in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED')
),

open_leads as (
    select
        org_id,
        territory_id,
        stage,
        weeks_in_stage,
        today,
        cast(count(*) as bigint) as leads,
        {{ total('estimated_value_cents') }} as value_cents
    from leads
    group by org_id, territory_id, stage, weeks_in_stage, today
),

aheads as (
    {%- for n in range(8) %}
    select {{ n }} as weeks_ahead{{ ' union all' if not loop.last }}
    {%- endfor %}
),

expected as (
    select
        open_leads.org_id,
        open_leads.territory_id,
        aheads.weeks_ahead,
        open_leads.today + 7 * aheads.weeks_ahead as starts_on,
        open_leads.stage,
        open_leads.leads,
        open_leads.leads * coalesce({{ millionths('chances.wins', 'chances.stays') }}, 0) as win_millionths,
        open_leads.value_cents * coalesce({{ millionths('chances.wins', 'chances.stays') }}, 0) as cent_millionths
    from open_leads
    cross join aheads
    left join {{ ref('int_win_chances') }} as chances
        on
            open_leads.org_id = chances.org_id
            and open_leads.stage = chances.stage
            and open_leads.weeks_in_stage = chances.weeks_in_stage
            and aheads.weeks_ahead = chances.weeks_ahead
)

select
    expected.org_id,
    expected.territory_id,
    areas.area_id,
    cast(expected.weeks_ahead as bigint) as weeks_ahead,
    cast(expected.starts_on as date) as starts_on,
    {{ total('expected.leads') }} as open_leads,
    {{ total("case when expected.stage = 'SCHEDULED' then expected.leads else 0 end") }} as scheduled_leads,
    cast({{ total('expected.win_millionths') }} as double precision) / 1000000.0 as expected_wins,
    {{ whole_quotient(total('expected.cent_millionths'), 1000000) }} as expected_value_cents
from expected
inner join {{ ref('int_areas') }} as areas
    on expected.org_id = areas.org_id and expected.territory_id = areas.territory_id
group by expected.org_id, expected.territory_id, areas.area_id, expected.weeks_ahead, expected.starts_on
