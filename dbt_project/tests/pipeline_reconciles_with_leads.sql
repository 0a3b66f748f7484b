-- Every lead that was not put away stands in exactly one row of the pipeline, with its value.
with expected as (
    select
        org_id,
        cast(count(*) as bigint) as leads,
        {{ total('estimated_value_cents') }} as cents
    from {{ ref('stg_leads') }}
    where archived_at is null
    group by org_id
),

found as (
    select
        org_id,
        {{ total('leads') }} as leads,
        {{ total('estimated_value_cents') }} as cents
    from {{ ref('pipeline') }}
    group by org_id
)

select coalesce(expected.org_id, found.org_id) as org_id
from expected
full outer join found on expected.org_id = found.org_id
where
    coalesce(expected.leads, 0) <> coalesce(found.leads, 0)
    or coalesce(expected.cents, 0) <> coalesce(found.cents, 0)
