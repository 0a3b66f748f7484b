select distinct
    versions.org_id,
    versions.user_id,
    {{ day_in_zone('versions.occurred_at', 'organisations.zone') }} as day
from {{ versions_of_changed('activities') }} as versions
inner join {{ ref('stg_organisations') }} as organisations on versions.org_id = organisations.org_id
where versions.user_id is not null
