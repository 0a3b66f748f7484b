select
    org_id,
    territory_id,
    week_start,
    stage,
    cast(count(*) as bigint) as entered,
    {{ count_where('left_at is null') }} as still_there,
    {%- for next_stage in pipeline_stages() %}
    {{ count_where("next_stage = '" ~ next_stage ~ "'") }} as to_{{ next_stage | lower }},
    {%- endfor %}
    {{ count_where('seconds_in_stage < 86400') }} as left_within_1_day,
    {{ count_where('seconds_in_stage < 604800') }} as left_within_7_days,
    {{ count_where('seconds_in_stage < 2592000') }} as left_within_30_days,
    {{ total('seconds_in_stage') }} as seconds_in_stage
from {{ ref('stage_history') }}
group by org_id, territory_id, week_start, stage
