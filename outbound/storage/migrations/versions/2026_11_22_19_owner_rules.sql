-- Whose a territory's new leads are: its primary owner's, or in turn, or that of who has the fewest open ones.
alter table outbound.territories add column owner_rule TEXT DEFAULT 'fixed' NOT NULL;
alter table outbound.territories add constraint ck_territories_owner_rule
CHECK ("owner_rule" in ('fixed', 'round_robin', 'least_loaded'));
