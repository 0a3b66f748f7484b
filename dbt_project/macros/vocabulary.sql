{# The words of outbound/vocabulary.py that models need; a test holds both to the same. #}
{% macro touch_types() -%}
    ('DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'MEETING')
{%- endmacro %}


{% macro touch_results() -%}
    {{ return([
        'NOT_HOME', 'INTERESTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'NOT_INTERESTED', 'NOT_QUALIFIED',
        'DO_NOT_CONTACT', 'LEFT_MATERIAL',
    ]) }}
{%- endmacro %}


{# Results that only somebody who answered can give. #}
{% macro contact_results() -%}
    ('INTERESTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'NOT_INTERESTED', 'NOT_QUALIFIED', 'DO_NOT_CONTACT')
{%- endmacro %}


{% macro pipeline_stages() -%}
    {{ return(['COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED']) }}
{%- endmacro %}
