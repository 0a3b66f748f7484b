select distinct
    org_id,
    lead_id
from {{ versions_of_changed('lead_stage_changes') }} as changed
