-- Every stage change has exactly one entry, in one week.
with expected as (
    select org_id, cast(count(*) as bigint) as entries from {{ ref('stg_lead_stage_changes') }} group by org_id
),

found as (
    select org_id, cast(count(*) as bigint) as entries from {{ ref('int_stage_entries') }} group by org_id
)

select coalesce(expected.org_id, found.org_id) as org_id
from expected
full outer join found on expected.org_id = found.org_id
where coalesce(expected.entries, 0) <> coalesce(found.entries, 0)
