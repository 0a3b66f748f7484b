{# Stands where a key must not be null: no territory, no owner, no person. #}
{% macro nobody() -%}
    cast('00000000-0000-0000-0000-000000000000' as uuid)
{%- endmacro %}


{# numerator / denominator, rounded half up to 6 places; null over 0. Both are whole numbers of at least 0, and the
   rounding is done in whole numbers, so that every engine gives the same double. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ millionths(numerator, denominator) }} as double precision) / 1000000.0
{%- endmacro %}


{# By how much numerator / denominator differs from 1, as a ratio is rounded; null over 0. #}
{% macro relative_change(numerator, denominator) -%}
    cast({{ millionths(numerator, denominator) }} - 1000000 as double precision) / 1000000.0
{%- endmacro %}


{# numerator / denominator in millionths, rounded half up, as bigint; null over 0. What is added up exactly. #}
{% macro millionths(numerator, denominator) -%}
    cast(
        {{ whole_quotient(
            "2000000 * cast((" ~ numerator ~ ") as bigint) + (" ~ denominator ~ ")",
            "nullif(2 * cast((" ~ denominator ~ ") as bigint), 0)"
        ) }} as bigint
    )
{%- endmacro %}


{% macro whole_quotient(numerator, denominator) -%}
    {{ adapter.dispatch('whole_quotient')(numerator, denominator) }}
{%- endmacro %}

{% macro default__whole_quotient(numerator, denominator) -%}
    ({{ numerator }}) / ({{ denominator }})
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    ({{ numerator }}) // ({{ denominator }})
{%- endmacro %}


{# A sum of whole numbers as bigint, 0 over no rows: engines widen sums each in their own way. #}
{% macro total(expression) -%}
    cast(coalesce(sum({{ expression }}), 0) as bigint)
{%- endmacro %}


{# Rows that meet a condition, as bigint. #}
{% macro count_where(condition) -%}
    cast(count(*) filter (where {{ condition }}) as bigint)
{%- endmacro %}


{# Seconds since 1970 UTC of a timestamptz, as double. #}
{% macro epoch(moment) -%}
    {{ adapter.dispatch('epoch')(moment) }}
{%- endmacro %}

{% macro default__epoch(moment) -%}
    cast(extract(epoch from {{ moment }}) as double precision)
{%- endmacro %}

{% macro duckdb__epoch(moment) -%}
    epoch({{ moment }})
{%- endmacro %}
