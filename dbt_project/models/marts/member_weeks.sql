{%- set added_up = [
    'touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'contacts', 'scheduled', 'won'
] -%}
{%- set named = {
    'not_home': 'not_home', 'interested': 'interested', 'follow_up': 'follow_ups', 'scheduled': 'said_scheduled',
    'won': 'said_won', 'not_interested': 'not_interested', 'not_qualified': 'not_qualified',
    'do_not_contact': 'do_not_contact', 'left_material': 'left_material'
} -%}
select
    org_id,
    user_id,
    territory_id,
    cast(date_trunc('week', day) as date) as week_start,
    {%- for column in added_up %}
    {{ total(column) }} as {{ column }},
    {%- endfor %}
    {%- for result, column in named.items() %}
    {{ total('result_' ~ result) }} as {{ column }},
    {%- endfor %}
    cast(
        bit_or(case when touches > 0 then 1 << (cast(extract(isodow from day) as integer) - 1) else 0 end) as bigint
    ) as weekdays
from {{ ref('rep_days') }}
group by org_id, user_id, territory_id, cast(date_trunc('week', day) as date)
