-- What its author took back counts for nothing.
-- A view: activities are appended, seldom changed, so a copy would cost more than it saves.
{{ config(materialized='view') }}

select
    org_id,
    id,
    lead_id,
    address_id,
    user_id,
    type,
    result,
    occurred_at,
    received_at,
    cell,
    duration_secs,
    territory_id,
    owner_id,
    trip_stop_id,
    clock_suspect,
    batch
from {{ latest_version('activities', only_new=false) }} as latest
where undone_at is null
