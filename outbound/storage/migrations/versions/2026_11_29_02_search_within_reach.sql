-- Through the policy of lead_tokens a search looks twice at each lead that has a word: to see whether the word may be
-- read, and to read the lead. This tells the ids of all leads of the organisation that have it, and nothing else of
-- them; the policy of leads decides which of them are read.
-- A range is served by the index whatever the plan; ^@ is so for a constant alone.
grant create on schema outbound to outbound_definer;
create function outbound.leads_with_words(first text, last text) returns setof uuid
language sql stable security definer rows 100
set search_path = outbound, pg_temp as $$
    select distinct t.lead_id from outbound.lead_tokens as t
    where t.org_id = (select outbound.current_org()) and t.token >= first and t.token <= last
$$;
alter function outbound.leads_with_words(text, text) owner to outbound_definer;
revoke all on function outbound.leads_with_words(text, text) from public;
revoke create on schema outbound from outbound_definer;
grant execute on function outbound.leads_with_words(text, text) to outbound_rep, outbound_manager;
