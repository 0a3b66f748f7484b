{%- set reached = ['contacted', 'follow_up', 'scheduled', 'won', 'lost', 'not_qualified'] -%}
select
    org_id,
    territory_id,
    week_start,
    cast(count(*) as bigint) as leads,
    {%- for stage in reached %}
    {{ total(stage) }} as {{ stage }},
    {%- endfor %}
    {%- for goal in ['scheduled', 'won'] %}
    {%- for days in [7, 30, 90] %}
    {{ count_where('seconds_to_' ~ goal ~ ' <= ' ~ days * 86400) }} as {{ goal }}_within_{{ days }}_days,
    {%- endfor %}
    {%- endfor %}
    {{ ratio(count_where('seconds_to_won <= 2592000'), 'count(*)') }} as won_within_30_days_ratio
from {{ ref('int_lead_stages') }}
group by org_id, territory_id, week_start
