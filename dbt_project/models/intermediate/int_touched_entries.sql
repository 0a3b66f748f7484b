with touches as (
    select org_id, lead_id, occurred_at from {{ versions_of_changed('activities') }} as activities

    union all

    select org_id, lead_id, delivered_at as occurred_at from {{ versions_of_changed('messages') }} as messages
)

select org_id, id from {{ versions_of_changed('lead_stage_changes') }} as changed

union

select
    changes.org_id,
    changes.id
from {{ ref('stg_lead_stage_changes') }} as changes
inner join touches
    on
        changes.org_id = touches.org_id
        and changes.lead_id = touches.lead_id
        and changes.occurred_at <= touches.occurred_at
        and changes.due_at >= touches.occurred_at
