-- Weeks that have anything to show, and every week of the last two years since the first of them.
with recursive seen as (
    select org_id, week_start from {{ ref('int_rep_weeks') }}
    union
    select org_id, week_start from {{ ref('int_stage_entries') }}
    union
    select org_id, week_start from {{ ref('int_trips') }}
),

bounds as (
    select
        organisations.org_id,
        {{ week_in_zone('state.as_of', 'organisations.zone') }} as this_week,
        min(seen.week_start) as first_week
    from {{ ref('stg_organisations') }} as organisations
    cross join {{ source('lake', 'state') }} as state
    left join seen on organisations.org_id = seen.org_id
    group by organisations.org_id, organisations.zone, state.as_of
),

recent (org_id, week_start, this_week) as (
    select
        org_id,
        cast(greatest(this_week - 728, least(coalesce(first_week, this_week), this_week)) as date) as week_start,
        this_week
    from bounds

    union all

    select
        org_id,
        cast(week_start + 7 as date) as week_start,
        this_week
    from recent
    where week_start < this_week
)

select org_id, week_start from recent
union
select org_id, week_start from seen
