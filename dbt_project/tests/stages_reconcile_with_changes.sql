-- Every move of a lead into a stage is one stay of the history, stands in one row of each weekly mart, and an owner or
-- territory that changes makes none.
with expected as (
    select
        org_id,
        {{ count_where('from_stage is null or from_stage <> to_stage') }} as moves,
        {{ count_where("to_stage = 'WON' and (from_stage is null or from_stage <> 'WON')") }} as wins
    from {{ ref('stg_lead_stage_changes') }}
    group by org_id
),

history as (
    select org_id, cast(count(*) as bigint) as moves from {{ ref('stage_history') }} group by org_id
),

by_stage as (
    select org_id, {{ total('entered') }} as moves from {{ ref('stage_weeks') }} group by org_id
),

by_week as (
    select
        org_id,
        {{ total('entered_cold + entered_contacted + entered_follow_up + scheduled + won + entered_lost') }}
        + {{ total('entered_not_qualified') }} as moves,
        {{ total('won') }} as wins
    from {{ ref('territory_weeks') }}
    group by org_id
),

facts as (
    select org_id, cast(count(*) as bigint) as wins from {{ ref('commission_facts') }} group by org_id
)

select organisations.org_id
from {{ ref('stg_organisations') }} as organisations
left join expected on organisations.org_id = expected.org_id
left join history on organisations.org_id = history.org_id
left join by_stage on organisations.org_id = by_stage.org_id
left join by_week on organisations.org_id = by_week.org_id
left join facts on organisations.org_id = facts.org_id
where
    coalesce(expected.moves, 0) <> coalesce(history.moves, 0)
    or coalesce(expected.moves, 0) <> coalesce(by_stage.moves, 0)
    or coalesce(expected.moves, 0) <> coalesce(by_week.moves, 0)
    or coalesce(expected.wins, 0) <> coalesce(by_week.wins, 0)
    or coalesce(expected.wins, 0) <> coalesce(facts.wins, 0)
