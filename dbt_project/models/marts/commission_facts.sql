{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'won lead', 'keys': ['org_id', 'lead_id']}
) }}

with wins as (
    select history.*
    from {{ ref('stage_history') }} as history
    where
        history.stage = 'WON'
        {{ and_touched(ref('int_touched'), 'won lead', ['org_id', 'lead_id'], 'history') }}
),

scheduled as (
    select
        wins.org_id,
        wins.id,
        entries.owner_id,
        entries.entered_at,
        row_number() over (
            partition by wins.org_id, wins.id order by entries.stay desc nulls last
        ) as place
    from wins
    inner join {{ ref('stage_history') }} as entries on wins.org_id = entries.org_id and wins.lead_id = entries.lead_id
    where entries.stage = 'SCHEDULED' and entries.stay < wins.stay
),

quotes as (
    select
        wins.org_id,
        wins.id,
        handoffs.id as handoff_id,
        handoffs.value_cents,
        row_number() over (
            partition by wins.org_id, wins.id
            order by handoffs.decided_at desc nulls last, handoffs.id desc nulls last
        ) as place
    from wins
    inner join {{ ref('stg_handoffs') }} as handoffs
        on wins.org_id = handoffs.org_id and wins.lead_id = handoffs.lead_id
    where
        handoffs.status = 'accepted'
        and handoffs.decided_at <= wins.entered_at + interval '1 minute'
)

select
    wins.org_id,
    wins.id,
    wins.lead_id,
    wins.entered_at as won_at,
    wins.week_start,
    {{ day_in_zone('wins.entered_at', 'organisations.zone') }} as day,
    wins.territory_id,
    wins.owner_id,
    coalesce(scheduled.owner_id, {{ nobody() }}) as scheduled_owner_id,
    scheduled.entered_at as scheduled_at,
    quotes.handoff_id,
    credits.trip_id,
    leads.campaign_id,
    leads.import_id,
    leads.lead_type,
    coalesce(quotes.value_cents, leads.estimated_value_cents) as value_cents,
    case
        when quotes.value_cents is not null then 'quote'
        when leads.estimated_value_cents is not null then 'estimate'
        else 'none'
    end as value_from,
    wins.left_at is null as stands
from wins
inner join {{ ref('stg_organisations') }} as organisations on wins.org_id = organisations.org_id
inner join {{ ref('stg_leads') }} as leads on wins.org_id = leads.org_id and wins.lead_id = leads.id
left join scheduled on wins.org_id = scheduled.org_id and wins.id = scheduled.id and scheduled.place = 1
left join quotes on wins.org_id = quotes.org_id and wins.id = quotes.id and quotes.place = 1
left join {{ ref('int_win_credits') }} as credits on wins.org_id = credits.org_id and wins.id = credits.id
