{# Every model lives in the one schema of the build; only marts leave it, by publishing. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}


{# PostgreSQL plans well only for tables it has counted, and its own counting comes too late for a build. #}
{% macro know_sizes() -%}
    {%- if target.type == 'postgres' and config.get('materialized') != 'view' -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
