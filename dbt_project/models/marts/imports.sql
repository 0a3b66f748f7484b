select
    org_id,
    id,
    uploaded_by,
    source,
    status,
    created_at,
    finished_at,
    rows_read,
    rows_new,
    rows_rejected,
    rows_known,
    rows_unsure,
    rows_repeated,
    rows_outside
from {{ ref('stg_prospect_imports') }}
