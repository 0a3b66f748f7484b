{{ config(meta={'lake_tables': ['territory_assignments']}) }}

select
    org_id,
    id,
    territory_id,
    user_id,
    role,
    is_primary,
    assigned_at,
    unassigned_at,
    batch
from {{ latest_version('territory_assignments') }} as latest
