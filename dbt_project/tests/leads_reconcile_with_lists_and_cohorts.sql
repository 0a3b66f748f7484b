-- Every lead stands in exactly one row of the lists it came by; every lead with a history in exactly one cohort.
with leads as (
    select org_id, cast(count(*) as bigint) as leads from {{ ref('stg_leads') }} group by org_id
),

listed as (
    select org_id, {{ total('leads') }} as leads from {{ ref('list_returns') }} group by org_id
),

moved as (
    select org_id, cast(count(distinct lead_id) as bigint) as leads
    from {{ ref('stg_lead_stage_changes') }}
    where from_stage is null or from_stage <> to_stage
    group by org_id
),

cohorts as (
    select org_id, {{ total('leads') }} as leads from {{ ref('cohorts') }} group by org_id
)

select organisations.org_id
from {{ ref('stg_organisations') }} as organisations
left join leads on organisations.org_id = leads.org_id
left join listed on organisations.org_id = listed.org_id
left join moved on organisations.org_id = moved.org_id
left join cohorts on organisations.org_id = cohorts.org_id
where
    coalesce(leads.leads, 0) <> coalesce(listed.leads, 0)
    or coalesce(moved.leads, 0) <> coalesce(cohorts.leads, 0)
