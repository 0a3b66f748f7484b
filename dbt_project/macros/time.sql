{# Monday of the ISO week that a moment falls in, on the clocks of a zone. #}
{% macro week_in_zone(moment, zone) -%}
    cast(date_trunc('week', {{ moment }} at time zone {{ zone }}) as date)
{%- endmacro %}


{# The moment at which a date begins in a zone. #}
{% macro start_of_day(day, zone) -%}
    (cast({{ day }} as timestamp) at time zone {{ zone }})
{%- endmacro %}


{# The date that a moment falls on, on the clocks of a zone. #}
{% macro day_in_zone(moment, zone) -%}
    cast({{ moment }} at time zone {{ zone }} as date)
{%- endmacro %}


{# Whole seconds from one moment to a later one, rounded down; what doubles lose at the edge is given back. #}
{% macro seconds_between(earlier, later) -%}
    cast(floor({{ epoch(later) }} - {{ epoch(earlier) }} + 0.00001) as bigint)
{%- endmacro %}
