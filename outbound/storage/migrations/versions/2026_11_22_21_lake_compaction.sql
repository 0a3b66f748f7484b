-- Owners are told where rows of theirs keep their figures from being published.
alter table outbound.notifications drop constraint ck_notifications_kind;
alter table outbound.notifications add constraint ck_notifications_kind
check ("kind" in ('lead_assigned', 'task_assigned', 'territory_assigned', 'figures_held_back'));
