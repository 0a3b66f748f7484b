"""The statements that find what a row of a list may be. The keys restate :mod:`outbound.matching.keys` where an index
serves them; every one is of few records, or bounded."""

# ruff: noqa: S608
# Names of columns are put together here; values are always parameters.

from __future__ import annotations

from outbound.addresses.models import Address

_COMPARED = "{r}.canonical, {r}.building, {r}.postcode, {r}.city, {r}.phone, {r}.email, {r}.first_name, {r}.last_name"

_computed = Address.__table__.c.building.computed
assert _computed is not None
BUILDING = str(_computed.sqltext)
"""As the generated column of a door has it."""

ROWS = f"""
create temporary table match_rows on commit drop as
select
    line, canonical, {BUILDING.replace("%", "%%")} as building, postcode, house_number, city, phone, email,
    first_name, last_name, position is null as unplaced, door_id, position,
    right(regexp_replace(phone, '^\\+1|\\D', '', 'g'), 30) collate "C" as phone_token,
    left(lower(email), 254) collate "C" as email_token
from (
    select
        line, coalesce(canonical, '') as canonical, coalesce(unit, '') as unit, postcode, house_number, city,
        phone, email, first_name, last_name, door_id, position
    from outbound.import_rows
    where org_id = %(org)s and import_id = %(import)s and fate is null
) as r
"""

ROWS_IN_ORDER = f"""
select r.line, {_COMPARED.format(r="r")}, null::bytea from match_rows as r order by r.unplaced, r.line
"""

PAIRS_OF_ROWS = f"""
select
    o.line, {_COMPARED.format(r="o")},
    case when o.canonical <> f.canonical then uuid_send(o.door_id) || o.position end,
    f.line, {_COMPARED.format(r="f")},
    case when o.canonical <> f.canonical then uuid_send(f.door_id) || f.position end
from match_pairs_of_rows as p
join match_rows as o on o.line = p.other
join match_rows as f on f.line = p.one
order by p.at
"""

LEFT = """
create temporary table match_left on commit drop as
select * from match_rows as r where not exists (select from match_found as f where f.line = r.line)
"""

_PRESENT = "l.archived_at is null and l.erased_at is null and l.pipeline_stage <> %(lost)s"


def _candidates(doors: str, rows: str, whose: str = "") -> str:
    """Leads at the doors that a condition finds for each row, looked up row by row: never a walk through all doors or
    all of one name, whatever the statistics of a base say that has just been filled."""
    return f"""
    insert into match_candidates
    select r.line, l.id from match_left as r
    cross join lateral (select a.id from outbound.addresses as a where a.org_id = %(org)s and {doors} offset 0) as a
    cross join lateral (
        select l.id from outbound.leads as l
        where l.org_id = %(org)s and l.address_id = a.id and {_PRESENT}{whose} offset 0
    ) as l
    where {rows}
    """


_BY_NUMBER = (
    "r.postcode <> '' and r.house_number <> '' and r.last_name <> ''"
    " and not exists (select from match_candidates as c where c.line = r.line)"
)
_SAME_NAME = " and lower(l.last_name) = lower(r.last_name)"

CANDIDATES = (
    # The door itself.
    _candidates("a.canonical = r.canonical", "true"),
    # The building, for a row with a unit.
    _candidates("a.canonical = r.building", "r.building <> r.canonical"),
    # Somebody of that name in the building, for a row without one.
    _candidates(
        "a.building = r.canonical and a.canonical <> r.canonical",
        "r.building = r.canonical and r.last_name <> ''",
        _SAME_NAME,
    ),
    # Somebody of that name at that number of the ZIP code, where the door itself is not known: the street may be
    # written in another way. Each number is looked at once, whoever of the list lives there.
    f"""
    create temporary table match_people on commit drop as
    select n.postcode, n.house_number, lower(l.last_name) as last_name, a.canonical, l.id as lead_id
    from (select distinct r.postcode, r.house_number from match_left as r where {_BY_NUMBER}) as n
    cross join lateral (
        select a.id, a.canonical from outbound.addresses as a
        where a.org_id = %(org)s and a.postcode = n.postcode and a.house_number = n.house_number offset 0
    ) as a
    cross join lateral (
        select l.id, l.last_name from outbound.leads as l
        where l.org_id = %(org)s and l.address_id = a.id and l.last_name <> '' and {_PRESENT} offset 0
    ) as l
    """,
    "analyze match_people",
    f"""
    insert into match_candidates
    select r.line, p.lead_id from match_left as r
    join match_people as p
        on p.postcode = r.postcode and p.house_number = r.house_number and p.last_name = lower(r.last_name)
    where p.canonical <> r.canonical and {_BY_NUMBER}
    """,
    "drop table match_people",
    # The number, the e-mail address: words that a lead is found by.
    *(
        f"""
        insert into match_candidates
        select r.line, l.id from match_left as r
        cross join lateral (
            select t.lead_id from outbound.lead_tokens as t
            where t.org_id = %(org)s and t.token = r.{token} limit 20
        ) as t
        join outbound.leads as l on l.org_id = %(org)s and l.id = t.lead_id
        where r.{token} <> '' and length(r.{token}) >= 7 and {_PRESENT}
        """
        for token in ("phone_token", "email_token")
    ),
)

PAIRS_WITH_BASE = f"""
select
    r.line, {_COMPARED.format(r="r")},
    case when a.canonical is distinct from r.canonical then uuid_send(r.door_id) || r.position end,
    l.id, a.canonical, a.building, a.postcode, a.city, l.phone, l.email, l.first_name, l.last_name,
    case when a.canonical is distinct from r.canonical then uuid_send(a.id) || a.position end,
    l.lead_type = 'outbound' and l.pipeline_stage = any(%(open)s)
from (select distinct line, lead_id from match_candidates) as c
join match_left as r on r.line = c.line
join outbound.leads as l on l.org_id = %(org)s and l.id = c.lead_id
left join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
order by r.line
"""

JUDGED = """
update outbound.import_rows as r set
    fate = coalesce(f.fate, 'new'), reason = coalesce(f.reason, r.reason), matched_lead_id = f.matched_lead_id,
    matched_line = f.matched_line, match_score = f.match_score, match_evidence = f.match_evidence
from match_rows as m
left join match_found as f on f.line = m.line
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = m.line
"""

# What the first row of a door lacks, the others of the same lead have. A name is taken whole or not at all.
MERGED = """
with of_first as (
    select
        f.matched_line as line,
        (array_agg(d.first_name order by d.line) filter (where coalesce(d.first_name, d.last_name) is not null))[1]
            as first_name,
        (array_agg(d.last_name order by d.line) filter (where coalesce(d.first_name, d.last_name) is not null))[1]
            as last_name,
        (array_agg(d.phone order by d.line) filter (where d.phone is not null))[1] as phone,
        (array_agg(d.email order by d.line) filter (where d.email is not null))[1] as email,
        (array_agg(d.language order by d.line) filter (where d.language is not null))[1] as language,
        (array_agg(d.external_ref order by d.line) filter (where d.external_ref is not null))[1] as external_ref,
        (array_agg(d.yard_size_sqft order by d.line) filter (where d.yard_size_sqft is not null))[1] as yard_size_sqft
    from match_found as f
    join outbound.import_rows as d on d.org_id = %(org)s and d.import_id = %(import)s and d.line = f.line
    where f.fate = 'duplicate' and f.merges
    group by f.matched_line
)
update outbound.import_rows as r set
    first_name = case when coalesce(r.first_name, r.last_name) is null then o.first_name else r.first_name end,
    last_name = case when coalesce(r.first_name, r.last_name) is null then o.last_name else r.last_name end,
    phone = coalesce(r.phone, o.phone), email = coalesce(r.email, o.email),
    language = coalesce(r.language, o.language), external_ref = coalesce(r.external_ref, o.external_ref),
    yard_size_sqft = coalesce(r.yard_size_sqft, o.yard_size_sqft)
from of_first as o
where
    r.org_id = %(org)s and r.import_id = %(import)s and r.line = o.line
    and (
        (coalesce(r.first_name, r.last_name) is null and coalesce(o.first_name, o.last_name) is not null)
        or (r.phone is null and o.phone is not null) or (r.email is null and o.email is not null)
        or (r.language is null and o.language is not null)
        or (r.external_ref is null and o.external_ref is not null)
        or (r.yard_size_sqft is null and o.yard_size_sqft is not null)
    )
"""

PAIRS = """
insert into outbound.match_pairs (
    org_id, id, import_id, line, matched_line, lead_id, score, evidence, because, found_at
)
select
    %(org)s, pair_id, %(import)s, line, matched_line, matched_lead_id, match_score, match_evidence, reason, %(now)s
from match_found where fate = 'unsure'
on conflict (org_id, import_id, line) do update set
    matched_line = excluded.matched_line, lead_id = excluded.lead_id, score = excluded.score,
    evidence = excluded.evidence, because = excluded.because, found_at = excluded.found_at
where match_pairs.decision is null
"""
