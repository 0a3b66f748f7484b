{# Every model lives in the one schema of the build; only marts leave it, by publishing. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
