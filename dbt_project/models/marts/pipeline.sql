select
    leads.org_id,
    coalesce(leads.territory_id, {{ nobody() }}) as territory_id,
    leads.pipeline_stage as stage,
    coalesce(leads.owner_id, {{ nobody() }}) as owner_id,
    leads.lead_type,
    cast(count(*) as bigint) as leads,
    {{ count_where(
        "leads.due_at < state.as_of and leads.pipeline_stage in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED')"
    ) }} as overdue,
    {{ total('leads.estimated_value_cents') }} as estimated_value_cents
from {{ ref('stg_leads') }} as leads
cross join {{ source('lake', 'state') }} as state
where leads.archived_at is null
group by
    leads.org_id,
    coalesce(leads.territory_id, {{ nobody() }}),
    leads.pipeline_stage,
    coalesce(leads.owner_id, {{ nobody() }}),
    leads.lead_type
