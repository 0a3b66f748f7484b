{{ config(meta={'lake_tables': ['prospect_imports']}) }}

select
    org_id,
    id,
    uploaded_by,
    source,
    status,
    rows_read,
    rows_new,
    rows_rejected,
    rows_known,
    rows_unsure,
    rows_repeated,
    rows_outside,
    created_at,
    finished_at,
    batch
from {{ latest_version('prospect_imports') }} as latest
