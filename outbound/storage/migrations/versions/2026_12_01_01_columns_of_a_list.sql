alter table outbound.prospect_imports add column columns jsonb default '{}' not null;
-- Whoever migrates owns the table, and sees the lists of every organisation for as long as this takes.
alter table outbound.prospect_imports no force row level security;
update outbound.prospect_imports set columns = stats -> 'columns', stats = stats - 'columns'
where jsonb_typeof(stats -> 'columns') = 'object';
alter table outbound.prospect_imports force row level security;
