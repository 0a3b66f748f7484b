with weeks as (
    select
        org_id,
        week_start,
        {{ total('cold_cohort') }} as cold_cohort,
        {{ total('cold_without_follow_up') }} as cold_without_follow_up,
        {{ total('trips_completed') }} as trips_completed,
        {{ total('trip_closes') }} as trip_closes,
        {{ total('assigned_workable_cells') }} as workable_cells,
        {{ total('assigned_covered_cells') }} as covered_cells
    from {{ ref('territory_weeks') }}
    group by org_id, week_start
),

baseline as (
    select
        weeks.org_id,
        {{ total('weeks.cold_cohort') }} as cold_cohort,
        {{ total('weeks.cold_without_follow_up') }} as cold_without_follow_up,
        {{ total('weeks.trips_completed') }} as trips_completed,
        {{ total('weeks.trip_closes') }} as trip_closes
    from weeks
    inner join {{ ref('stg_organisations') }} as organisations on weeks.org_id = organisations.org_id
    where
        weeks.week_start >= organisations.go_live_on - 90
        and weeks.week_start + 7 <= organisations.go_live_on
    group by weeks.org_id
)

select
    weeks.org_id,
    weeks.week_start,
    weeks.cold_cohort,
    weeks.cold_without_follow_up,
    {{ ratio('weeks.cold_without_follow_up', 'weeks.cold_cohort') }} as cold_ratio,
    {{ ratio('baseline.cold_without_follow_up', 'baseline.cold_cohort') }} as cold_baseline,
    {{ relative_change(
        'weeks.cold_without_follow_up * baseline.cold_cohort', 'weeks.cold_cohort * baseline.cold_without_follow_up'
    ) }} as cold_change,
    weeks.trips_completed,
    weeks.trip_closes,
    {{ ratio('weeks.trip_closes', 'weeks.trips_completed') }} as closes_per_trip,
    {{ ratio('baseline.trip_closes', 'baseline.trips_completed') }} as closes_baseline,
    {{ relative_change(
        'weeks.trip_closes * baseline.trips_completed', 'weeks.trips_completed * baseline.trip_closes'
    ) }} as closes_change,
    weeks.workable_cells,
    weeks.covered_cells,
    {{ ratio('weeks.workable_cells - weeks.covered_cells', 'weeks.workable_cells') }} as gap_ratio
from weeks
left join baseline on weeks.org_id = baseline.org_id
