-- A key ring that was lost was silently replaced by a new one. Filled by the program, which holds the ring.
create table outbound.key_proofs (
    key text not null,
    proof text not null,
    created_at timestamptz default now() not null,
    constraint pk_key_proofs primary key (key),
    constraint ck_key_proofs_key check (key = 'fingerprint' or key ~ '^[1-9][0-9]*$')
);
alter table outbound.key_proofs enable row level security;
alter table outbound.key_proofs force row level security;
-- Whoever migrates is who opens the database; no role of a request or job is named.
create policy owner on outbound.key_proofs to current_user using (true) with check (true);
grant select on outbound.key_proofs to outbound_app;  -- no policy names it: reads empty
