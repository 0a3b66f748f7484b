{{ config(meta={'lake_tables': ['cadence_steps']}) }}

select
    org_id,
    id,
    cadence_id,
    "order" as step_order,
    channel,
    wait_minutes,
    sla_minutes,
    first_edition,
    last_edition,
    batch
from {{ latest_version('cadence_steps') }} as latest
