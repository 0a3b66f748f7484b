{%- set reached = ['contacted', 'follow_up', 'scheduled', 'won', 'lost', 'not_qualified'] -%}
with quotes as (
    select
        org_id,
        lead_id,
        {{ total('value_cents') }} as value_cents
    from {{ ref('commission_facts') }}
    where stands
    group by org_id, lead_id
)

select
    leads.org_id,
    coalesce(leads.campaign_id, {{ nobody() }}) as campaign_id,
    coalesce(leads.import_id, {{ nobody() }}) as import_id,
    coalesce(leads.territory_id, {{ nobody() }}) as territory_id,
    cast(count(*) as bigint) as leads,
    {{ count_where('leads.archived_at is not null') }} as put_away,
    {{ count_where('leads.last_activity_at is not null') }} as worked,
    {%- for stage in reached %}
    {{ total('stages.' ~ stage) }} as {{ stage }},
    {%- endfor %}
    {{ total('leads.estimated_value_cents') }} as estimated_value_cents,
    {{ total('quotes.value_cents') }} as won_value_cents
from {{ ref('stg_leads') }} as leads
left join {{ ref('int_lead_stages') }} as stages on leads.org_id = stages.org_id and leads.id = stages.lead_id
left join quotes on leads.org_id = quotes.org_id and leads.id = quotes.lead_id
group by
    leads.org_id,
    coalesce(leads.campaign_id, {{ nobody() }}),
    coalesce(leads.import_id, {{ nobody() }}),
    coalesce(leads.territory_id, {{ nobody() }})
