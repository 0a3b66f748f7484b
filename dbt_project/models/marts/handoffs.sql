with entries as (
    select
        handoffs.org_id,
        handoffs.id,
        entries.territory_id,
        entries.owner_id,
        row_number() over (
            partition by handoffs.org_id, handoffs.id
            order by entries.entered_at desc nulls last, entries.id desc nulls last
        ) as place
    from {{ ref('stg_handoffs') }} as handoffs
    inner join {{ ref('stage_history') }} as entries
        on handoffs.org_id = entries.org_id and handoffs.lead_id = entries.lead_id
    where entries.stage = 'SCHEDULED' and entries.entered_at <= handoffs.scheduled_at
)

select
    handoffs.org_id,
    handoffs.id,
    handoffs.lead_id,
    zones.territory_id,
    coalesce(entries.owner_id, leads.owner_id, {{ nobody() }}) as owner_id,
    handoffs.status,
    handoffs.scheduled_at,
    {{ week_in_zone('handoffs.scheduled_at', 'zones.zone') }} as week_start,
    handoffs.decided_at,
    {{ seconds_between('handoffs.scheduled_at', 'coalesce(handoffs.decided_at, state.as_of)') }} as seconds_open,
    handoffs.value_cents,
    leads.estimated_value_cents
from {{ ref('stg_handoffs') }} as handoffs
cross join {{ source('lake', 'state') }} as state
inner join {{ ref('stg_leads') }} as leads on handoffs.org_id = leads.org_id and handoffs.lead_id = leads.id
left join entries on handoffs.org_id = entries.org_id and handoffs.id = entries.id and entries.place = 1
inner join {{ ref('int_zones') }} as zones
    on
        handoffs.org_id = zones.org_id
        and coalesce(entries.territory_id, leads.territory_id, {{ nobody() }}) = zones.territory_id
