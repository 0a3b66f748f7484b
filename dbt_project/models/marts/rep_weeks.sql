select
    org_id,
    user_id,
    territory_id,
    week_start,
    touches,
    door_touches,
    calls,
    sms,
    emails,
    meetings,
    result_not_home as not_home,
    result_interested as interested,
    result_follow_up as follow_ups,
    result_scheduled as said_scheduled,
    result_won as said_won,
    result_not_interested as not_interested,
    result_not_qualified as not_qualified,
    result_do_not_contact as do_not_contact,
    result_left_material as left_material
from {{ ref('int_rep_weeks') }}
where user_id <> {{ nobody() }}
