{%- set fewer_cold = (var('cold_change_goal') | float * -100) | round | int -%}
{%- set more_closes = (var('closes_change_goal') | float * 100) | round | int -%}
{%- set figures = [
    (
        'cold_ratio',
        'Cold without follow-up',
        'Of the leads that entered COLD (from when an owner is set) or CONTACTED in a week and whose due time has passed, '
        ~ 'the share that got no touch by then. A late touch does not mend it.',
        'cold_without_follow_up',
        'cold_cohort',
        'cold_change at most ' ~ var('cold_change_goal') ~ ': ' ~ fewer_cold ~ ' % less than in the weeks before go-live',
    ),
    (
        'closes_per_trip',
        'Closes per door-knock route',
        'Leads that entered WON within 30 days after a completed stop of a trip, over completed trips, in the week in '
        ~ 'which the trip was completed. Each win is credited to the last such stop.',
        'trip_closes',
        'trips_completed',
        'closes_change at least ' ~ var('closes_change_goal') ~ ': ' ~ more_closes ~ ' % more than in the weeks before go-live',
    ),
    (
        'gap_ratio',
        'Coverage gap',
        '1 - covered over workable H3 cells of resolution 9, of territories that had an OWNER in the week. A cell is '
        ~ 'workable with at least one door that may be knocked, covered with at least one knock in the week.',
        'workable_cells - covered_cells',
        'workable_cells',
        'gap_ratio under ' ~ var('gap_ratio_goal'),
    ),
] -%}
{%- for figure, title, definition, part, whole, goal in figures %}
select
    org_id,
    '{{ figure }}' as figure,
    '{{ title }}' as title,
    '{{ definition }}' as definition,
    '{{ part }}' as numerator,
    '{{ whole }}' as denominator,
    '{{ goal }}' as goal
from {{ ref('stg_organisations') }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
